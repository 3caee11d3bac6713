"""Counting who was here."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from accounts.models import ActiveCount, User
from accounts.services.presence import active_people, note_presence


def counts() -> list[tuple[str, str, int]]:
    rows = ActiveCount.objects.order_by("span", "start").values_list("span", "start", "people")
    return [(span, start.isoformat(), people) for span, start, people in rows]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch):
    def turn(day: int) -> None:
        monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 11, day, 12, tzinfo=UTC))

    return turn


def test_each_person_counts_once_a_day_and_once_a_week(alice: User, carol: User, clock) -> None:
    for day in (21, 21, 22, 23):  # Saturday, Sunday, Monday
        clock(day)
        note_presence(User.objects.get(pk=alice.pk))
    note_presence(carol)
    assert counts() == [
        ("day", "2026-11-21", 1), ("day", "2026-11-22", 1), ("day", "2026-11-23", 2),
        ("week", "2026-11-16", 1), ("week", "2026-11-23", 2),
    ]  # fmt: skip


def test_a_second_page_writes_nothing(alice: User, django_assert_num_queries) -> None:
    note_presence(alice)
    with django_assert_num_queries(0):
        note_presence(alice)


def test_two_requests_at_once_count_once(alice: User) -> None:
    twin = User.objects.get(pk=alice.pk)
    note_presence(alice)
    note_presence(twin)
    assert [people for _, _, people in counts()] == [1, 1]


def test_people_of_the_last_days(alice: User, carol: User, clock) -> None:
    clock(1)
    note_presence(alice)
    clock(22)
    note_presence(carol)
    assert [active_people(1), active_people(21), active_people(22)] == [1, 1, 2]
    assert timezone.now() - timedelta(days=21) == datetime(2026, 11, 1, 12, tzinfo=UTC)
