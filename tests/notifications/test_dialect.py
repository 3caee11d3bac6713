"""The bell in the words of apps: which lines they may list."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Mute, User
from core.ids import MAX_ID
from notifications import dialect
from notifications.dialect import TYPE_OF, read_lines
from notifications.models import Kind, Notification
from tests import make


def listed(viewer: User, *kinds: str, **asked: Any) -> list[int]:
    """The ids of what ``viewer`` may list, all kinds unless some are named."""
    span: dict[str, Any] = {"below": MAX_ID, "above": 0, "upward": False, "limit": 40}
    return [line.pk for line in read_lines(viewer, kinds or TYPE_OF, **span | asked)]


@pytest.fixture
def lines(alice: User, bob: User, carol: User) -> list[int]:
    """Three lines of alice's, the last one held back, and one of bob's."""
    post = make.post(alice)
    told = [(alice, Kind.FOLLOW, bob, None, False), (alice, Kind.LIKE, bob, post, False)]
    told += [(alice, Kind.SHARE, carol, post, True), (bob, Kind.FOLLOW, carol, None, False)]
    return [
        Notification.objects.create(user=user, kind=kind, actor=actor, post=about, is_filtered=held).pk
        for user, kind, actor, about, held in told
    ]


def test_what_is_asked_for_comes_newest_first(alice: User, bob: User, lines: list[int]) -> None:
    follow, like, share, other = lines
    assert (listed(alice), listed(bob)) == ([like, follow], [other])
    assert listed(alice, held_back=True) == [share, like, follow]
    assert (listed(alice, Kind.FOLLOW), listed(alice, Kind.MENTION)) == ([follow], [])
    assert read_lines(alice, [], below=MAX_ID, above=0, upward=False, limit=40) == []


def test_one_person_can_be_asked_for(alice: User, bob: User, carol: User, lines: list[int]) -> None:
    follow, like, share, _other = lines
    assert (listed(alice, by=bob.pk), listed(alice, by=carol.pk)) == ([like, follow], [])
    assert listed(alice, by=carol.pk, held_back=True) == [share]


def test_pages_go_both_ways(alice: User, lines: list[int]) -> None:
    follow, like, share, _other = lines
    assert listed(alice, held_back=True, below=share, limit=1) == [like]
    assert listed(alice, held_back=True, above=follow, upward=True, limit=1) == [like]
    assert listed(alice, held_back=True, above=follow, upward=True) == [share, like]


def test_a_mute_counts_while_it_lasts(alice: User, bob: User, lines: list[int]) -> None:
    follow, like, *_rest = lines
    mute = Mute.objects.create(muter=alice, muted=bob, with_notifications=True)
    assert listed(alice) == []
    mute.until = timezone.now() - timedelta(seconds=1)
    mute.save()
    assert listed(alice) == [like, follow]


def test_a_statement_serves_everybody_and_few_are_kept(alice: User, bob: User, lines: list[int]) -> None:
    dialect._listed.cache_clear()
    for viewer in (alice, bob, alice):
        assert listed(viewer)
    assert dialect._listed.cache_info().currsize == 1
    for limit in range(1, 80):
        listed(alice, limit=limit)
    assert dialect._listed.cache_info().currsize == dialect.KEPT
