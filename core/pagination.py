"""Paging by id: a page begins after the last id of the page before, so rows that come or go shift nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from core.ids import MAX_ID

PAGE_SIZE = 20

T = TypeVar("T")
Rows = TypeVar("Rows", bound="QuerySet[Any]")

_number = re.compile(r"[0-9]{1,19}")


@dataclass(frozen=True)
class Cursor:
    """A place in a list sorted by id, newest first, and the way to walk from there; by default from the newest."""

    id: int = MAX_ID
    upward: bool = False

    def bound(self, rows: Rows, key: str = "pk") -> Rows:
        """Return ``rows`` beyond this place, nearest first."""
        beyond, order = ("gt", key) if self.upward else ("lt", f"-{key}")
        return rows.filter(**{f"{key}__{beyond}": self.id}).order_by(order)

    @property
    def is_start(self) -> bool:
        """Whether this is the first page."""
        return self.id == MAX_ID and not self.upward


START = Cursor()


@dataclass(frozen=True)
class Page(Generic[T]):
    """Rows in the order they are shown, and the cursors beyond both ends (``None``: nothing there)."""

    items: list[T]
    older: int | None = None
    newer: int | None = None

    @property
    def top(self) -> int:
        """The id of the first row, to ask later for what is newer; 0 for an empty page."""
        return getattr(self.items[0], "pk", 0) if self.items else 0


def read_cursor(query: Mapping[str, str]) -> Cursor:
    """Return the cursor of ``?before=<id>`` or ``?after=<id>``; Http404 for anything that cannot be one."""
    before, after = query.get("before"), query.get("after")
    if before is None and after is None:
        return START
    text = before if after is None else after
    if (before and after) or not text or not _number.fullmatch(text) or int(text) > MAX_ID:
        raise Http404(_("There is no such page."))
    return Cursor(int(text), upward=after is not None)


def cut(found: Sequence[int], cursor: Cursor, size: int = PAGE_SIZE) -> tuple[list[int], int | None, int | None]:
    """Return the keys to show, newest first, and the cursors to older and newer ones.

    ``found`` are keys as met walking from ``cursor``: up to one more than ``size``, which says that there is more.
    """
    shown = list(found[:size])
    more = len(found) > size
    if cursor.upward:
        shown.reverse()
        return shown, shown[-1] if shown else None, shown[0] if more else None
    return shown, shown[-1] if more else None, shown[0] if shown and not cursor.is_start else None
