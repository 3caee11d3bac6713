"""What two people do at the same moment, in threads with a connection each."""

from __future__ import annotations

from contextlib import suppress
from threading import Barrier, BrokenBarrierError

import pytest
from django.core.exceptions import ValidationError

from accounts.models import Block, Follow, Invitation, Site, User
from accounts.permissions import is_last_owner
from accounts.services import joining, ties
from accounts.services.profile import NameTaken
from accounts.services.standing import begin_leaving, suspend_person
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_invitation_for_one_lets_one_of_fifty_in(together) -> None:
    invitation = joining.create_invitation(make.user("alice"))

    def join(n: int) -> str:
        person = User(username=f"nora{n}", email=f"nora{n}@example.org")
        return joining.join_site(person, door=Site.Door.INVITATION, code=invitation.code).username

    *outcomes, left = together(
        *[lambda n=n: join(n) for n in range(50)],
        then=lambda: list(Invitation.objects.values_list("uses_left", flat=True)),
    )
    assert left == [0]
    assert sorted(map(str, outcomes), key=lambda o: "nora" not in o)[1:] == [str(joining.InvitationGone)] * 49
    assert sum(isinstance(outcome, str) for outcome in outcomes) == 1


def test_a_place_has_one_owner(together) -> None:
    def set_up(name: str) -> str:
        email = f"{name}@example.org"
        return joining.set_up_site(username=name, email=email, password=make.PASSWORD, name="Nordhof").username

    outcomes = together(*[lambda name=name: set_up(name) for name in ("olga", "otto", "oona", "orla")])
    assert outcomes.count(joining.AlreadySetUp) == 3
    assert sum(isinstance(outcome, str) for outcome in outcomes) == 1


def test_a_name_goes_to_one_of_two(together) -> None:
    make.user("alice")

    def join(address: str) -> str:
        return joining.join_site(User(username="nora", email=address), door=Site.Door.OPEN).email

    outcomes = together(lambda: join("a@example.org"), lambda: join("b@example.org"))
    assert outcomes.count(NameTaken) == 1


def test_two_who_follow_each_other_do_not_wait_for_ever(together) -> None:
    alice, carol = make.user("alice"), make.user("carol")
    outcomes = together(
        *[lambda: ties.follow_person(alice, carol), lambda: ties.follow_person(carol, alice)] * 4,
        *[lambda: ties.unfollow_person(alice, carol), lambda: ties.unfollow_person(carol, alice)] * 2,
    )
    assert [outcome for outcome in outcomes if isinstance(outcome, type)] == []


def test_a_follow_and_a_block_at_one_moment_leave_no_follow(together) -> None:
    for n in range(5):
        one, other = make.user(f"one{n}"), make.user(f"other{n}")
        *_, left = together(
            lambda one=one, other=other: ties.follow_person(one, other),
            lambda one=one, other=other: ties.block_person(other, one),
            then=lambda: (Follow.objects.count(), Block.objects.filter(blocked__username__startswith="one").exists()),
        )
        assert left == (0, True)


@pytest.mark.parametrize("end", [begin_leaving, lambda owner: suspend_person(owner, owner)])
def test_one_of_two_owners_stays(together, monkeypatch, end) -> None:
    owners, both_looked = [make.owner("owner"), make.owner("other")], Barrier(2)

    def look(person: User) -> bool:
        found = is_last_owner(person)
        with suppress(BrokenBarrierError):  # the other cannot look before this one has left
            both_looked.wait(timeout=0.5)
        return found

    monkeypatch.setattr("accounts.services.standing.is_last_owner", look)
    *outcomes, left = together(
        *[lambda one=one: end(one) for one in owners],
        then=lambda: User.objects.filter(is_superuser=True, is_active=True).count(),
    )
    assert (set(outcomes), left) == ({None, ValidationError}, 1)
