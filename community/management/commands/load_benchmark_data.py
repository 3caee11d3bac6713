"""Fill an empty database with a large made-up community: ``manage.py load_benchmark_data --users 10000 …``."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from accounts.models import User
from api.oauth.services import issue_token, own_app
from feeds.benchmark import GREAT_FOLLOWERS, PASSWORD, Size, load

ORDINARY, READERS = 100, 200
SCOPES = ("read", "write", "follow", "push")


class Command(BaseCommand):
    """The same numbers on the same day make the same community, whichever database it is."""

    help = "Fill an empty database with a large made-up community for measuring."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Sizes, each with the default that the figures are measured with."""
        parser.add_argument("--users", type=int, default=10_000)
        parser.add_argument("--follows", type=int, default=150, help="for each person; 20 people follow 2,000")
        parser.add_argument("--posts", type=int, default=300_000)
        parser.add_argument("--comments", type=int, default=100_000)
        parser.add_argument("--likes", type=int, default=600_000)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument(
            "--tokens", type=Path, help="write a token a line for 200 of them; alone also for a community made before"
        )
        parser.add_argument(
            "--end", type=datetime.fromisoformat, help="when the newest post was written (default: today)"
        )

    def handle(self, *, seed: int, end: datetime | None, tokens: Path | None, **options: Any) -> None:
        """Make the community unless it is here already, and tokens where they are asked for."""
        if not User.objects.exists():
            self._load(end, seed, options)
        elif tokens is None or not User.objects.filter(username="person1", email="person1@example.org").exists():
            raise CommandError("This database has people in it. Use an empty one: everything here is made up.")
        if tokens is not None:
            tokens.touch(mode=0o600)
            tokens.write_text("".join(f"{raw}\n" for raw in make_tokens()), encoding="utf-8")

    def _load(self, end: datetime | None, seed: int, options: dict[str, Any]) -> None:
        """Load, say what and how quickly, and let the database look at what it has."""
        end = end or datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        size = Size(**{name: options[name] for name in ("users", "follows", "posts", "comments", "likes")})
        began = time.monotonic()
        if connection.vendor == "postgresql":  # what a page must not do, a load may: take its time
            with connection.cursor() as cursor:
                cursor.execute("SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0")
        for done in load(size, end if end.tzinfo else end.replace(tzinfo=UTC), seed):
            self.stdout.write(f"{time.monotonic() - began:6.1f} s  {done}")
        may_vacuum = connection.vendor == "postgresql" and not connection.in_atomic_block
        with connection.cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE)" if may_vacuum else "ANALYZE")
        self.stdout.write(f"{time.monotonic() - began:6.1f} s  ready; sign in as person1 with the password {PASSWORD}")


def make_tokens() -> list[str]:
    """Return new tokens of 200 readers: of 100 ordinary ones, of the 20 who follow the most, of 80 more ordinary ones.

    A smaller community gives as many as it has people.
    """
    people = User.objects.filter(email__endswith="@example.org").order_by("pk")
    great = list(people.order_by("-following_count", "pk")[:GREAT_FOLLOWERS])
    ordinary = list(people.exclude(pk__in=[person.pk for person in great])[: READERS - len(great)])
    app = own_app("Figures")
    readers = [*ordinary[:ORDINARY], *great, *ordinary[ORDINARY:]]
    return [issue_token(app, person, SCOPES)[1] for person in readers]
