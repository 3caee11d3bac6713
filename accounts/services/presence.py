"""Counting who was here: one write for each person and day, and no trace of who came when but the last day."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import ActiveCount, User


def note_presence(person: User) -> None:
    """Count the person among those who were here today and this week; of many calls a day, the first one writes."""
    today = timezone.now().date()
    if person.last_active == today:
        return
    with transaction.atomic():
        _count(person, today)
    person.last_active = today


def active_people(days: int) -> int:
    """Return how many people were here within the last ``days`` days, today included."""
    since = timezone.now().date() - timedelta(days=days - 1)
    return int(User.objects.filter(is_active=True, last_active__gte=since).count())


def monday_of(day: date) -> date:
    """Return the first day of the week."""
    return day - timedelta(days=day.weekday())


def _count(person: User, today: date) -> None:
    """Move the person's day forward; of several calls at once exactly one does, and that one counts."""
    before = User.objects.select_for_update(no_key=True).filter(pk=person.pk).values_list("last_active", flat=True)
    last = before.first()
    moved = User.objects.filter(Q(last_active=None) | Q(last_active__lt=today), pk=person.pk).update(last_active=today)
    if not moved:
        return
    _raise(ActiveCount.Span.DAY, today)
    if last is None or last < monday_of(today):
        _raise(ActiveCount.Span.WEEK, monday_of(today))


def _raise(span: str, start: date) -> None:
    rows = ActiveCount.objects.filter(span=span, start=start)
    if not rows.update(people=F("people") + 1):
        ActiveCount.objects.get_or_create(span=span, start=start)
        rows.update(people=F("people") + 1)
