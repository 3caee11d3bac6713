"""PostgreSQL cursors whose statements are planned once for each connection, or anew each time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

from psycopg import Cursor
from psycopg.types.numeric import Int8


class PlannedCursor(Cursor[Any]):
    """Binds values on the server, numbers always as bigint: else the same statement would be planned for each width."""

    keeps_plan = True

    def execute(self, query: Any, params: Any = None, **options: Any) -> Self:
        """Run a statement, kept by the server under a name from its first use on."""
        return super().execute(query, _as_bigint(params), prepare=self.keeps_plan, **options)


class AnewCursor(PlannedCursor):
    """Has each statement planned for its own values."""

    keeps_plan = False


def _as_bigint(params: Sequence[Any] | None) -> list[Any]:
    return [Int8(value) if type(value) is int else value for value in params or ()]
