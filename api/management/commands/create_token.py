"""``manage.py create_token NAME``: a token for a script, printed once."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from api.oauth.services import issue_token, own_app
from api.scopes import SCOPES


class Command(BaseCommand):
    """Makes a token."""

    help = "Print a token with which a script may act for a person. It is shown once and lasts until it is revoked."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the name, ``--scopes`` and ``--app``."""
        parser.add_argument("name", help="the person's name")
        parser.add_argument("--scopes", default="read", help='what it may do, such as "read write follow push"')
        parser.add_argument("--app", default="Command line", help="what the person's list of apps calls it")

    def handle(self, *args: Any, name: str, scopes: str, app: str, **options: Any) -> None:
        """Print the token alone, so that a script can take it."""
        wanted = scopes.split()
        unknown = sorted(set(wanted) - set(SCOPES))
        if unknown or not wanted:
            raise CommandError(f"These are no scopes: {' '.join(unknown) or '(none given)'}. Known: {' '.join(SCOPES)}")
        person = User.objects.filter(username=name.removeprefix("@").lower(), is_active=True).first()
        if person is None:
            raise CommandError(f"Nobody here is called {name}.")
        _token, raw = issue_token(own_app(app), person, wanted)
        self.stdout.write(raw)
