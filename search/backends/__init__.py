"""The two databases: how the index is laid out in each, and how it is asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Warning
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from search.backends import postgres, sqlite

_BACKENDS: dict[str, Any] = {"postgresql": postgres, "sqlite": sqlite}
_MISSING = "This Python's SQLite has no FTS5, so posts cannot be searched by their words."


def backend() -> Any:
    """Return the module for the database in use: ``hits``, ``HIT``, ``is_available``, ``prepare``."""
    return _BACKENDS[connection.vendor]


def is_available() -> bool:
    """Whether words can be looked for here."""
    return bool(backend().is_available())


def prepare_backend(using: str = "default", **_about: Any) -> None:
    """Lay out the index in the database, or take out of it what this Python could not write to; safe to repeat."""
    from django.db import connections  # the name above is the one in use, this may be another

    database: BaseDatabaseWrapper = connections[using]
    _BACKENDS[database.vendor].prepare(database)


def check_backend(app_configs: Sequence[Any] | None, **_about: Any) -> list[CheckMessage]:
    """Warn whoever runs the site where words cannot be looked for."""
    if connection.vendor == "sqlite" and not sqlite.is_available():
        return [Warning(_MISSING, hint="Use a Python with a full SQLite, or PostgreSQL.", id="search.W001")]
    return []
