"""Whom people may like to meet, and why."""

from __future__ import annotations

import pytest

from accounts.meeting import directory, endorsements, familiar_followers, suggest_people
from accounts.models import User
from accounts.services import circle, ties
from tests import make


def speakers(*names: str) -> list[User]:
    people = [make.user(name) for name in names]
    for person in people:
        make.post(person)
    return people


def suggested(viewer: User | None, **window: int) -> list[tuple[str, tuple[str, ...]]]:
    return [(found.person.username, found.sources) for found in suggest_people(viewer, **window)]


def test_friends_of_friends_come_before_the_popular(alice: User, bob: User, carol: User) -> None:
    near, nearer, popular = speakers("near", "nearer", "popular")
    ties.follow_person(bob, carol)
    for follower, followee in ((alice, near), (alice, nearer), (carol, nearer)):
        make.follow(follower, followee)
    for n in range(3):
        make.follow(make.user(f"fan{n}"), popular)
    assert suggested(bob) == [
        ("nearer", ("friends_of_friends",)), ("near", ("friends_of_friends",)), ("popular", ("most_followed",))
    ]  # fmt: skip
    assert [name for name, _ in suggested(bob, limit=1, offset=1)] == ["near"]
    assert [name for name, _ in suggested(bob, limit=2, offset=2)] == ["popular"]
    assert [name for name, _ in suggested(None)] == ["popular", "nearer", "near"]


def test_nobody_known_unwanted_or_hidden_is_suggested(bob: User, alice: User) -> None:
    make.post(alice)
    names = ("asked", "muted", "blocked", "blocks", "away", "hermit", "limited", "silent")
    people = {person.username: person for person in speakers(*names[:-1])} | {"silent": make.user("silent")}
    User.objects.filter(username="asked").update(is_locked=True)
    User.objects.filter(username="hermit").update(is_discoverable=False)
    User.objects.filter(username="limited").update(limited_at="2026-01-01T00:00Z")
    people["asked"].refresh_from_db()
    ties.follow_person(bob, people["asked"])
    ties.mute_person(bob, people["muted"])
    ties.block_person(bob, people["blocked"])
    ties.block_person(people["blocks"], bob)
    circle.dismiss_suggestion(bob, people["away"])
    assert suggested(bob) == []
    assert len(suggested(None)) == 6  # all but the hermit, the limited and the silent; alice as well


@pytest.mark.parametrize("n", [1, 3])
def test_suggestions_ask_three_times_however_many(bob: User, alice: User, n: int, django_assert_num_queries) -> None:
    for person in speakers(*[f"near{i}" for i in range(n)]):
        make.follow(alice, person)
    speakers(*[f"far{i}" for i in range(n)])
    with django_assert_num_queries(3):
        assert len(suggest_people(bob)) == 2 * n


def test_the_directory_has_two_orders(alice: User, bob: User, dave: User) -> None:
    first, _second = speakers("first", "second")
    make.post(first)
    User.objects.filter(username="bob").update(is_discoverable=False)
    assert [person.username for person in directory(None)] == ["first", "second"]
    assert [person.username for person in directory(None, "new")] == ["second", "first", "dave", "alice"]
    assert "alice" not in [person.username for person in directory(dave, "new")]


def test_recommended_people_are_those_the_viewer_may_see(alice: User, bob: User, carol: User, dave: User) -> None:
    ties.follow_person(bob, carol)
    circle.endorse_person(bob, alice)
    circle.endorse_person(bob, carol)
    assert [row.endorsed.username for row in endorsements(bob, None)] == ["carol", "alice"]
    assert [row.endorsed.username for row in endorsements(bob, dave)] == ["carol"]


def test_familiar_followers_are_followed_by_both(alice: User, bob: User, carol: User) -> None:
    shy = make.user("shy", hides_ties=True)
    for follower, followee in ((carol, bob), (carol, shy), (shy, alice), (bob, shy), (carol, alice)):
        make.follow(follower, followee)
    found = familiar_followers(carol, [alice, bob, shy, carol])
    assert found == {alice.pk: [bob], bob.pk: [], shy.pk: [], carol.pk: []}


@pytest.mark.parametrize("n", [1, 3])
def test_familiar_followers_cost_two_queries(alice: User, bob: User, n: int, django_assert_num_queries) -> None:
    viewer, people = make.user("viewer"), [make.user(f"person{i}") for i in range(n)]
    make.follow(viewer, bob)
    for person in people:
        make.follow(bob, person)
    with django_assert_num_queries(2):
        assert familiar_followers(viewer, people) == {person.pk: [bob] for person in people}
