"""What moderators count, day by day (UTC). Ids tell when a row was made, so most counts walk an index."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone

from accounts.models import ActiveCount, User
from accounts.services.presence import active_people, monday_of
from core.ids import RANDOM_BITS, id_at, moment_of
from moderation.models import Report
from posts.models import Like, Post

__all__ = ["KEYS", "active_people", "measure", "weeks"]

DAY = 86_400_000 << RANDOM_BITS  # how far ids rise in a day
MOST_DAYS = 366
BEGINNING = date(2024, 1, 1)  # of ids
Counts = dict[date, int]


def measure(key: str, start: date, end: date) -> list[tuple[date, int]]:
    """Return how many there were on each day from ``start`` to ``end`` (both included).

    Days to come are left out, and of more than a year the older ones. ``key`` is one of ``KEYS``; KeyError otherwise.
    """
    end = min(end, timezone.now().date())
    if end < start or end < BEGINNING:
        return []
    start = max(start, BEGINNING, end - timedelta(days=MOST_DAYS - 1))
    found = _MEASURES[key](start, end)
    return [(day, found.get(day, 0)) for day in _days(start, end)]


def weeks(count: int = 12) -> list[tuple[date, int, int, int]]:
    """Return for each of the last weeks, the present one first: its Monday, new posts, people here, new people."""
    monday = monday_of(timezone.now().date())
    start = monday - timedelta(weeks=count - 1)
    here = dict(_visits(ActiveCount.Span.WEEK, start, monday).values_list("start", "people"))
    posts = _by_day(_written(), start, monday + timedelta(days=6))
    people = new_users(start, monday + timedelta(days=6))
    return [
        (first, _of_week(posts, first), here.get(first, 0), _of_week(people, first))
        for first in (monday - timedelta(weeks=n) for n in range(count))
    ]


def new_users(start: date, end: date) -> Counts:
    """People who were let in, by the day they came."""
    return _by_day(User.objects.exclude(approved_at=None), start, end)


def active_users(start: date, end: date) -> Counts:
    """Different people who were here."""
    return dict(_visits(ActiveCount.Span.DAY, start, end).values_list("start", "people"))


def interactions(start: date, end: date) -> Counts:
    """Likes, shares and comments."""
    counts = _by_day(Like.objects.all(), start, end)
    for day, n in _by_day(_standing().exclude(Q(share_of=None) & Q(reply_to=None)), start, end).items():
        counts[day] = counts.get(day, 0) + n
    return counts


def opened_reports(start: date, end: date) -> Counts:
    """Reports that came in."""
    return _by_day(Report.objects.all(), start, end)


def resolved_reports(start: date, end: date) -> Counts:
    """Reports that were closed, with or without consequence."""
    closed = Report.objects.filter(handled_at__gte=_begin(start), handled_at__lt=_begin(end + timedelta(days=1)))
    rows = closed.order_by().annotate(day=TruncDate("handled_at", tzinfo=UTC)).values("day").annotate(n=Count("pk"))
    return dict(rows.values_list("day", "n"))


_MEASURES: dict[str, Callable[[date, date], Counts]] = {
    "new_users": new_users,
    "active_users": active_users,
    "interactions": interactions,
    "opened_reports": opened_reports,
    "resolved_reports": resolved_reports,
}
KEYS = tuple(_MEASURES)


def _by_day(rows: QuerySet[Any], start: date, end: date) -> Counts:
    """Count rows by the day their ids were made."""
    within = rows.filter(pk__gte=id_at(_begin(start)), pk__lt=id_at(_begin(end + timedelta(days=1))))
    days = within.order_by().values(day=F("pk") / DAY).annotate(n=Count("pk")).values_list("day", "n")
    return {moment_of(day * DAY).date(): n for day, n in days}


def _visits(span: str, start: date, end: date) -> QuerySet[ActiveCount]:
    return ActiveCount.objects.filter(span=span, start__gte=start, start__lte=end)


def _standing() -> QuerySet[Post]:
    return Post.objects.filter(deleted_at=None, hidden_at=None)


def _written() -> QuerySet[Post]:
    """What was said, without shares."""
    return _standing().filter(share_of=None)


def _of_week(counts: Counts, first: date) -> int:
    return sum(counts.get(first + timedelta(days=n), 0) for n in range(7))


def _days(start: date, end: date) -> Iterator[date]:
    for n in range((end - start).days + 1):
        yield start + timedelta(days=n)


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
