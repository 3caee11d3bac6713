"""``manage.py prepare``: translations, static files and database, as ``serve`` does it at each start."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from community.preparing import NotReady, compile_translations, prepare


class Command(BaseCommand):
    """Makes a checkout ready to serve."""

    help = "Compile translations, collect static files and migrate the database, each where needed."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add ``--translations``."""
        parser.add_argument("--translations", action="store_true", help="compile the translations and nothing else")

    def handle(self, *args: Any, translations: bool = False, **options: Any) -> None:
        """Do it."""
        if translations:
            compile_translations(self.stdout.write)
            return
        try:
            prepare(self.stdout.write)
        except NotReady as error:
            raise CommandError(str(error), returncode=2) from None
