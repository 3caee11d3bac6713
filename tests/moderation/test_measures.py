"""Counts for moderators, day by day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from accounts.models import ActiveCount, User
from core.ids import ids_from
from moderation.measures import KEYS, measure, weeks
from moderation.models import Report
from moderation.services.acts import dismiss_report
from moderation.services.reports import report_person
from posts.services.change import delete_post
from posts.services.interact import like_post, share_post
from tests import make

TODAY = datetime(2026, 11, 20, 12, tzinfo=UTC)  # a Friday
YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: TODAY)


def counts(key: str, days: int = 3) -> list[int]:
    return [n for _day, n in measure(key, (TODAY - timedelta(days=days - 1)).date(), TODAY.date())]


@pytest.mark.django_db
def test_new_people_are_those_let_in() -> None:
    for moment, names in ((YESTERDAY, ("one", "two")), (TODAY, ("three",))):
        for name in names:
            with ids_from(moment):
                make.user(name)
    with ids_from(TODAY):
        make.user("waiting", approved_at=None)
    assert counts("new_users") == [0, 2, 1]


@pytest.mark.django_db
def test_people_who_were_here() -> None:
    ActiveCount.objects.create(span="day", start=YESTERDAY.date(), people=7)
    ActiveCount.objects.create(span="week", start=TODAY.date(), people=9)
    assert counts("active_users") == [0, 7, 0]


def test_interactions_are_likes_shares_and_comments(alice: User, bob: User) -> None:
    post = make.post(alice)
    with ids_from(YESTERDAY):
        like_post(bob, post)
        share_post(bob, post)
        make.post(alice)
    with ids_from(TODAY):
        gone = make.comment(bob, post)
        make.comment(bob, post)
    delete_post(bob, gone)
    assert counts("interactions") == [0, 2, 1]


def test_reports_by_when_they_came_and_when_they_were_closed(alice: User, bob: User, carol: User, mod: User) -> None:
    with ids_from(YESTERDAY):
        first = report_person(alice, carol, category="spam")
        report_person(bob, carol, category="spam")
    dismiss_report(mod, first, reason="Nothing to see")
    assert (counts("opened_reports"), counts("resolved_reports")) == ([0, 2, 0], [0, 0, 1])
    assert Report.objects.get(pk=first.pk).handled_at == TODAY


@pytest.mark.django_db
def test_weeks_begin_on_mondays() -> None:
    with ids_from(TODAY - timedelta(days=7)):
        make.post(make.user("newcomer"))
    ActiveCount.objects.create(span="week", start=date(2026, 11, 9), people=3)
    assert weeks(3) == [
        (date(2026, 11, 16), 0, 0, 0), (date(2026, 11, 9), 1, 3, 1), (date(2026, 11, 2), 0, 0, 0)
    ]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        (date(2026, 11, 20), date(2026, 11, 19), 0),
        (date(2026, 11, 20), date.max, 1),
        (date.max, date.max, 0),
        (date.min, date.min, 0),
        (date.min, date(2026, 11, 20), 366),
        (date.min, date(2024, 1, 2), 2),
    ],
)
def test_odd_spans_are_cut(start: date, end: date, days: int) -> None:
    assert {key: len(measure(key, start, end)) for key in KEYS} == dict.fromkeys(KEYS, days)
