"""Tidy up the files: orphans go, what was left lying is queued again."""

from typing import Any

from django.core.management.base import BaseCommand

from media.services import recover_files, sweep_orphans


class Command(BaseCommand):
    """Run it at night; the worker that comes with the site does it by itself."""

    help = "Deletes files nobody uses and takes up again what a lost worker left."

    def handle(self, *args: Any, **options: Any) -> None:
        """Say how many of each."""
        recovered, swept = recover_files(), sweep_orphans()
        self.stdout.write(f"{swept} orphans deleted, {recovered} files queued again.")
