"""Pages of this dialect: ``max_id``, ``since_id``, ``min_id`` and ``limit`` in, a ``Link`` header out.

``max_id`` (exclusive) goes to what is older. ``since_id`` (exclusive) asks for the newest page of what is newer,
``min_id`` (exclusive) for the page right above; both answer newest first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.conf import settings
from django.db.models import QuerySet
from rest_framework.request import Request

from api.answers import Paged
from api.fields import Id, Limit, Params
from core.ids import MAX_ID
from core.pagination import Cursor

T = TypeVar("T")


def page_params(default: int, cap: int) -> type[Params]:
    """Return the parameters of a list that gives ``default`` rows unless told, and ``cap`` at most."""
    fields = {"max_id": Id(), "since_id": Id(), "min_id": Id(), "limit": Limit(default, cap)}
    return type(f"Page{default}To{cap}", (Params,), fields)


Page20 = page_params(20, 40)
Page40 = page_params(40, 80)
Page100 = page_params(100, 200)


@dataclass(frozen=True, slots=True)
class Span:
    """Which part of a list is asked for: ids between the two bounds (exclusive), from above or from below."""

    below: int = MAX_ID
    above: int = 0
    upward: bool = False
    limit: int = 20

    @property
    def cursor(self) -> Cursor:
        """Where to begin walking."""
        return Cursor(self.above, upward=True) if self.upward else Cursor(self.below)

    def holds(self, pk: int) -> bool:
        """Whether an id lies within."""
        return self.above < pk < self.below


def span_of(params: dict[str, Any]) -> Span:
    """Return the part of a list that the parameters of ``page_params`` ask for."""
    upward = "min_id" in params
    above = params["min_id"] if upward else params.get("since_id", 0)
    return Span(params.get("max_id") or MAX_ID, above, upward, params["limit"])


def take(span: Span, walk: Callable[[Cursor, int], Sequence[int]]) -> list[int]:
    """Return the ids of a page, newest first. ``walk(cursor, n)`` gives the next ``n`` ids from a cursor on."""
    found = [pk for pk in walk(span.cursor, span.limit) if span.holds(pk)]
    return found[::-1] if span.upward else found


def page_of(rows: QuerySet[Any], span: Span, key: str = "pk") -> list[Any]:
    """Return the rows of a page, newest first by ``key``."""
    within = rows.filter(**{f"{key}__lt": span.below, f"{key}__gt": span.above})
    found = list(within.order_by(key if span.upward else f"-{key}")[: span.limit])
    return found[::-1] if span.upward else found


def paged(items: Sequence[Any], keys: Sequence[int], span: Span) -> Paged:
    """Return a page of ``items`` that stand at ``keys``, newest first; a short one is the last."""
    if not keys:
        return Paged(items)
    is_last = len(keys) < span.limit and not span.upward
    return Paged(items, None if is_last else keys[-1], keys[0])


def link_header(request: Request, older: int | None, newer: int | None) -> str:
    """Return the value of ``Link``: absolute addresses with the other parameters kept; empty without neighbours."""
    parts = []
    for rel, name, pk in (("next", "max_id", older), ("prev", "min_id", newer)):
        if pk is not None:
            query = request.query_params.copy()
            for other in ("max_id", "since_id", "min_id", "access_token"):
                query.pop(other, None)
            query[name] = str(pk)
            parts.append(f'<{settings.SITE_URL}{request.path}?{query.urlencode(safe="[]")}>; rel="{rel}"')
    return ", ".join(parts)
