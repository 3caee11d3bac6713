"""How a viewer is tied to many people, in one query."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import FollowRequest, User
from accounts.relations import NONE, Relation, Relationship, relation, relations, relationships
from accounts.services import circle, ties


def test_a_stranger_has_no_tie(alice: User, carol: User) -> None:
    assert relation(carol, alice) == NONE


def test_friends_follow_each_other(alice: User, bob: User) -> None:
    assert relation(bob, alice) == Relation(follows=True)
    ties.follow_person(alice, bob)
    assert relation(alice, bob) == Relation(follows=True, followed_by=True)
    assert relation(alice, bob).friends


def test_every_other_tie_shows_from_its_side(alice: User, carol: User, dave: User) -> None:
    FollowRequest.objects.create(follower=carol, followee=alice)
    ties.mute_person(alice, carol)
    ties.mute_person(alice, dave, until=timezone.now() - timedelta(seconds=1))
    assert relations(alice, [carol, dave]) == {
        carol.pk: Relation(requested_by=True, muted=True),
        dave.pk: Relation(blocked=True),
    }
    assert relation(carol, alice) == Relation(requested=True)
    assert relation(dave, alice) == NONE


@pytest.mark.parametrize("n", [1, 3])
def test_one_query_however_many(alice: User, bob: User, carol: User, dave: User, n, django_assert_num_queries) -> None:
    with django_assert_num_queries(1):
        assert len(relations(alice, [bob, carol, dave][:n])) == n


def test_nobody_looking_costs_nothing(alice: User, django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        assert relations(None, [alice]) == {alice.pk: NONE}


def test_all_facts_from_the_follower(alice: User, bob: User) -> None:
    ties.follow_person(bob, alice, shows_shares=False, notifies=True, languages=["de"])
    circle.endorse_person(bob, alice)
    circle.write_note(bob, alice, "bakes")
    assert relationships(bob, [alice])[alice.pk] == Relationship(
        following=True, notifying=True, languages=["de"], endorsed=True, note="bakes"
    )
    assert relationships(alice, [bob])[bob.pk] == Relationship(followed_by=True)


def test_all_facts_from_the_other_sides(alice: User, bob: User, carol: User, dave: User) -> None:
    tomorrow = timezone.now() + timedelta(days=1)
    ties.mute_person(alice, bob, until=tomorrow, with_notifications=False)
    FollowRequest.objects.create(follower=carol, followee=alice)
    found = relationships(alice, [bob, carol.pk, dave])
    assert found[bob.pk] == Relationship(followed_by=True, muting=True, muting_expires_at=tomorrow)
    assert found[carol.pk] == Relationship(requested_by=True)
    assert found[dave.pk] == Relationship(blocking=True)
    assert relationships(dave, [alice])[alice.pk] == Relationship(blocked_by=True)
    assert relationships(carol, [alice])[alice.pk] == Relationship(requested=True, showing_reblogs=True)


@pytest.mark.parametrize("n", [1, 3])
def test_all_facts_cost_five_queries(alice: User, bob: User, carol: User, dave: User, n, django_assert_num_queries):
    with django_assert_num_queries(5):
        assert len(relationships(alice, [bob, carol, dave][:n])) == n
