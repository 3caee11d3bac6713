"""Following, blocking, muting: what stays in the tables."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Block, Follow, FollowRequest, Mute, User
from accounts.services import ties
from events.models import Event


def counts(*people: User) -> list[tuple[int, int]]:
    for person in people:
        person.refresh_from_db()
    return [(person.followers_count, person.following_count) for person in people]


def test_following_twice_is_following_once(alice: User, carol: User) -> None:
    first = ties.follow_person(carol, alice)
    assert ties.follow_person(carol, alice) == first
    assert counts(alice, carol) == [(1, 0), (0, 1)]
    assert list(Event.objects.values_list("stream__name", "kind")) == [(f"user:{carol.pk}", "follow")]


def test_unfollowing_twice_counts_once(alice: User, bob: User) -> None:
    ties.unfollow_person(bob, alice)
    ties.unfollow_person(bob, alice)
    assert counts(alice, bob) == [(0, 0), (0, 0)]


def test_who_decides_on_followers_is_asked_first(alice: User, carol: User) -> None:
    User.objects.filter(pk=alice.pk).update(is_locked=True)
    assert isinstance(ties.follow_person(carol, alice), FollowRequest)
    assert counts(alice, carol) == [(0, 0), (0, 0)]
    assert isinstance(ties.accept_follower(alice, carol), Follow)
    assert counts(alice, carol) == [(1, 0), (0, 1)]
    assert not FollowRequest.objects.exists()


def test_accepting_nothing_makes_no_follow(alice: User, carol: User) -> None:
    assert ties.accept_follower(alice, carol) is None
    assert not Follow.objects.exists()


def test_a_request_can_be_declined_and_taken_back(alice: User, bob: User, carol: User) -> None:
    User.objects.filter(pk=alice.pk).update(is_locked=True)
    dora = User.objects.create_user("dora")
    for person in (carol, dora):
        ties.follow_person(person, alice)
    ties.reject_follower(alice, carol)
    ties.unfollow_person(dora, alice)
    assert not FollowRequest.objects.exists()
    assert list(Follow.objects.values_list("follower__username")) == [("bob",)]


def test_a_block_parts_both_ways(alice: User, bob: User) -> None:
    ties.follow_person(alice, bob)
    ties.block_person(alice, bob)
    assert counts(alice, bob) == [(0, 0), (0, 0)]
    assert not Follow.objects.exists()
    ties.unblock_person(alice, bob)
    assert (Block.objects.count(), Follow.objects.count()) == (0, 0)


@pytest.mark.parametrize("pair", [("dave", "alice"), ("alice", "dave"), ("alice", "alice")])
def test_nobody_follows_across_a_block_or_themselves(alice: User, dave: User, pair: tuple[str, str]) -> None:
    people = {"alice": alice, "dave": dave}
    with pytest.raises(PermissionDenied):
        ties.follow_person(people[pair[0]], people[pair[1]])


def test_a_block_that_came_meanwhile_is_seen(alice: User, carol: User) -> None:
    stale = User.objects.get(pk=alice.pk)
    User.objects.filter(pk=alice.pk).update(is_active=False)
    with pytest.raises(PermissionDenied):
        ties.follow_person(carol, stale)


def test_removing_a_follower(alice: User, bob: User) -> None:
    ties.remove_follower(alice, bob)
    assert counts(alice, bob) == [(0, 0), (0, 0)]


def test_muting_again_changes_the_end(alice: User, bob: User) -> None:
    ties.mute_person(alice, bob, until=timezone.now())
    assert not Mute.objects.in_force().exists()
    ties.mute_person(alice, bob)
    assert list(Mute.objects.in_force().values_list("muted__username", "until")) == [("bob", None)]
    ties.unmute_person(alice, bob)
    assert not Mute.objects.exists()


@pytest.mark.parametrize("act", [ties.block_person, ties.mute_person])
def test_nobody_can_be_parted_from_themselves(alice: User, act) -> None:
    with pytest.raises(PermissionDenied):
        act(alice, alice)


def test_people_are_taken_in_the_order_of_their_ids(alice: User, carol: User) -> None:
    """Two people who follow each other at one moment take the two rows in the same order (no deadlock)."""
    orders = []
    for one, other in ((alice, carol), (carol, alice)):
        with CaptureQueriesContext(connection) as queries:
            ties.follow_person(one, other)
        updates = [q["sql"] for q in queries if str(q["sql"]).startswith('UPDATE "accounts_user"')]
        orders.append([alice if str(alice.pk) in sql else carol for sql in updates])
    assert orders == [[alice, carol]] * 2
