"""``manage.py demo``: fill an empty site with a small lively community, and print its log-ins."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from accounts.models import User
from community.demo.build import build
from community.demo.story import read_story

WORDS = "anchor atlas barge birch bread chalk cider copper ferry fern fiddle heron kettle lantern linen meadow moss oak"
NOTE = "demo-logins.txt"


class Command(BaseCommand):
    """Makes the demo."""

    help = "Fill an empty site with twelve people, their posts, pictures, films and talk; prints the log-ins."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add ``--force`` and ``--password``."""
        parser.add_argument("--force", action="store_true", help="also on a site where people live already")
        parser.add_argument("--password", default="", help="of everybody in the demo (default: made up)")

    def handle(self, *args: Any, force: bool, password: str, **options: Any) -> None:
        """Make it, unless people live here; a demo that was made before is left as it is."""
        note = Path(settings.DATA_DIR) / NOTE
        if note.exists() and not force:
            self.stdout.write("The demo is here already.\n" + note.read_text(encoding="utf-8"))
            return
        names = [resident.name for resident in read_story().people]
        is_empty = not User.objects.exists()
        if not is_empty and not force:
            raise CommandError("People live here already. The demo is for an empty site; --force adds it anyway.")
        taken = User.objects.filter(username__in=names).values_list("username", flat=True)
        if taken:
            raise CommandError(f"Somebody is called {', '.join(sorted(taken))} already; the demo needs these names.")
        password = password or _made_up()
        self.stdout.write("Filling the site with a small community…")
        with _hurry():
            build(password, on_empty_site=is_empty)
        lines = _logins(password, with_owner=is_empty)
        note.touch(mode=0o600)
        note.write_text(lines, encoding="utf-8")
        self.stdout.write(lines)


def _made_up() -> str:
    """Return a password that can be typed on a phone and not be guessed (33 bits, log-in is limited)."""
    return "-".join([*(secrets.choice(WORDS.split()) for _ in range(3)), f"{secrets.randbelow(10**6):06}"])


def _logins(password: str, *, with_owner: bool) -> str:
    roles = [
        ("lena", "owner, also of the admin"),
        ("noor", "moderator"),
        ("mira", "member"),
        ("theo", "member, reads in German"),
    ]
    who = [f"  {name:6} {role if with_owner else 'member'}" for name, role in roles]
    return "\n".join(["Log-ins (also kept in the data folder):", *who, f"  password of everybody: {password}", ""])


class _hurry:
    """Do not wait for the disk after each of a thousand small writes; a power cut now would only cost the demo."""

    def __enter__(self) -> None:
        self._set("OFF")

    def __exit__(self, *_error: object) -> None:
        self._set("FULL")

    def _set(self, mode: str) -> None:
        if connection.vendor == "sqlite" and not connection.in_atomic_block:
            with connection.cursor() as cursor:
                cursor.execute(f"PRAGMA synchronous={mode}")
