"""Small things about the connection that the ORM does not say."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

MIGRATING = 6_003_710_017  # the number of the advisory lock; any constant of our own


def lift_time_limit() -> None:
    """Let statements of this connection take as long as they need: for migrations and chores, not for pages."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Keep other machines that start at this moment from migrating too."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = 0")
        cursor.execute("SELECT pg_advisory_lock(%s)", [MIGRATING])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [MIGRATING])
