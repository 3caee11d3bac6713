"""Lines of the bell that say the same of one thing on one day, joined into one."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from django.db.models import Count, F, Q, QuerySet

from core.ids import MAX_ID, RANDOM_BITS
from core.pagination import START, Cursor
from notifications.models import Kind, Notification

JOINED = frozenset({Kind.LIKE, Kind.SHARE, Kind.FOLLOW})
GROUPS = 30  # on a page of the bell
WINDOW = 600  # lines looked at for a page
DAY = 86_400_000 << RANDOM_BITS  # how far ids rise in a day (UTC)

_key = re.compile(r"(?:ungrouped-(?P<pk>[0-9]{1,19})|(?P<kind>[a-z_]+)-(?P<post>[0-9]{1,19})-(?P<day>[0-9]{1,6}))")


@dataclass
class LineGroup:
    """What is told as one: its newest line and everybody who did the same. ``count`` is of the whole group, ``oldest``
    and ``actor_ids`` (newest first) of what stands on the page."""

    newest: int
    kind: str
    post_id: int | None = None
    text: str = ""
    subject_id: int | None = None
    key: str = ""
    oldest: int = 0
    count: int = 0
    actor_ids: list[int] = field(default_factory=list)


G = TypeVar("G", bound=LineGroup)


@dataclass(frozen=True)
class GroupPage(Generic[G]):
    """Groups, newest first; ``older`` is the cursor below which the next page begins, if there may be one."""

    groups: list[G]
    older: int | None


class Lines:
    """Where groups are read from: any query of lines."""

    def __init__(self, lines: QuerySet[Notification]) -> None:
        self.lines = lines

    def rows(self, cursor: Cursor) -> Iterable[Any]:
        """Return the lines beyond the cursor, nearest first."""
        return rows_of(self.lines, cursor)

    def counts(self, groups: Sequence[LineGroup]) -> Iterable[Any]:
        """Return (kind, post, day, how many) for at least these groups, counted whole."""
        wanted = Q(pk=None)
        for group in groups:
            day = group.newest // DAY
            wanted |= Q(kind=group.kind, post=group.post_id, pk__gte=day * DAY, pk__lt=(day + 1) * DAY)
        return counts_of(self.lines.filter(wanted))


def rows_of(lines: QuerySet[Notification], cursor: Cursor) -> QuerySet[Notification, Any]:
    """Return the query for what a page is made of."""
    return cursor.bound(lines).values_list("pk", "kind", "actor", "post", "text", "subject_id")[:WINDOW]


def counts_of(lines: QuerySet[Notification]) -> QuerySet[Notification, Any]:
    """Return the query for (kind, post, day, how many)."""
    rows = lines.order_by().values("kind", "post", day=F("pk") / DAY).annotate(n=Count("pk"))
    return rows.values_list("kind", "post", "day", "n")


def read_groups(
    lines: QuerySet[Notification] | Lines,
    cursor: Cursor = START,
    limit: int = GROUPS,
    *,
    joined: Collection[str] = JOINED,
    made: type[G] = LineGroup,  # type: ignore[assignment]
) -> GroupPage[G]:
    """Return up to ``limit`` groups of ``lines`` beyond the cursor; two queries. Of ``joined``, only kinds that can be
    joined are."""
    joined, asked = JOINED & set(joined), lines if isinstance(lines, Lines) else Lines(lines)
    groups, edge = _join(asked.rows(cursor), limit, joined, made)
    _count_all(asked, groups)
    if cursor.upward:
        groups.sort(key=lambda group: group.newest, reverse=True)
        for group in groups:
            group.actor_ids.reverse()
    return GroupPage(groups, None if cursor.upward else edge)


def group_key_of(line: Notification, joined: Collection[str] = JOINED) -> str:
    """Return the name of the group a line belongs to."""
    return _key_of(line.pk, line.kind, line.post_id, JOINED & set(joined))


def lines_in_group(lines: QuerySet[Notification], key: str) -> QuerySet[Notification]:
    """Return those of ``lines`` that belong to the group with this name, newest first; none for nonsense."""
    match = _key.fullmatch(key)
    if match is None or any(int(number) > MAX_ID for number in match.groups() if number and number.isdigit()):
        return lines.none()
    if match["pk"]:
        return lines.filter(pk=int(match["pk"]))
    day = int(match["day"])
    if match["kind"] not in JOINED or (day + 1) * DAY > MAX_ID:
        return lines.none()
    found = lines.filter(kind=match["kind"], post=int(match["post"]) or None, pk__gte=day * DAY, pk__lt=(day + 1) * DAY)
    return found.order_by("-pk")


def count_groups(lines: QuerySet[Notification], limit: int, joined: Collection[str] = JOINED) -> int:
    """Return how many groups ``lines`` make, counted up to ``limit``; the newest are looked at."""
    joined = JOINED & set(joined)
    rows = lines.order_by("-pk").values_list("pk", "kind", "post")[: WINDOW * 2]
    return min(len({_key_of(pk, kind, post, joined) for pk, kind, post in rows}), limit)


def _key_of(pk: int, kind: str, post_id: int | None, joined: Collection[str]) -> str:
    return f"{kind}-{post_id or 0}-{pk // DAY}" if kind in joined else f"ungrouped-{pk}"


def _join(rows: Iterable[Any], limit: int, joined: Collection[str], made: type[G]) -> tuple[list[G], int | None]:
    """Return groups, and the id below which the next page goes on."""
    groups: dict[str, G] = {}
    seen = last = 0
    for pk, kind, actor_id, post_id, text, subject_id in rows:
        key = _key_of(pk, kind, post_id, joined)
        if key not in groups and len(groups) == limit:
            return list(groups.values()), last
        group = groups.setdefault(key, made(pk, kind, post_id, text, subject_id, key, pk))
        group.newest, group.oldest = max(group.newest, pk), min(group.oldest, pk)
        group.count += 1
        if actor_id is not None:
            group.actor_ids.append(actor_id)
        seen, last = seen + 1, pk
    return list(groups.values()), last if seen == WINDOW else None


def _count_all(lines: Lines, groups: list[G]) -> None:
    """Count whole groups, also what lies on other pages; one query for all that are joined."""
    joined = [group for group in groups if not group.key.startswith("ungrouped-")]
    if not joined:
        return
    counts = {f"{kind}-{post or 0}-{day}": n for kind, post, day, n in lines.counts(joined)}
    for group in groups:
        group.count = counts.get(group.key, group.count)
