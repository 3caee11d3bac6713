"""The door: setting up, joining, inviting."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.models import Invitation, Site, User
from accounts.services import joining
from accounts.services.profile import NameTaken
from accounts.signals import signup_requested
from tests import make

OWNER = {"username": "olga", "email": "olga@example.org", "password": make.PASSWORD, "name": "Nordhof"}


def newcomer(name: str = "nora") -> User:
    return User(username=name, email=f"{name}@example.org")


@pytest.mark.django_db
def test_the_first_person_owns_the_place() -> None:
    owner = joining.set_up_site(**OWNER)
    assert (owner.is_superuser, owner.is_staff, owner.is_active, bool(owner.approved_at)) == (True, True, True, True)
    assert [(row.email, row.verified, row.primary) for row in owner.emailaddress_set.all()] == [
        ("olga@example.org", True, True)
    ]
    assert Site.objects.get().name == "Nordhof"


def test_nobody_becomes_owner_after_that(alice: User) -> None:
    with pytest.raises(joining.AlreadySetUp):
        joining.set_up_site(**OWNER)
    assert list(User.objects.values_list("username", flat=True)) == ["alice"]
    assert not Site.objects.exists()


@pytest.mark.django_db
def test_an_open_door_lets_in_at_once() -> None:
    person = joining.join_site(newcomer(), door=Site.Door.OPEN)
    assert (person.is_active, person.approved_at is not None) == (True, True)


@pytest.mark.django_db(transaction=True)
def test_who_has_to_ask_waits_and_is_announced() -> None:
    heard = []
    signup_requested.connect(lambda about, **_: heard.append(about.username), weak=False, dispatch_uid="heard")
    person = joining.join_site(newcomer(), door=Site.Door.APPROVAL, reason="I bind books")
    signup_requested.disconnect(dispatch_uid="heard")
    assert (person.is_active, person.approved_at, person.join_reason) == (False, None, "I bind books")
    assert heard == ["nora"]


@pytest.mark.django_db
def test_a_closed_door_is_closed() -> None:
    with pytest.raises(PermissionDenied):
        joining.join_site(newcomer(), door=Site.Door.CLOSED)


@pytest.mark.parametrize("door", [Site.Door.INVITATION, Site.Door.APPROVAL])
def test_an_invitation_opens_the_door_once(alice: User, door: str) -> None:
    code = joining.create_invitation(alice).code
    assert joining.join_site(newcomer(), door=door, code=code).is_active
    with pytest.raises(joining.InvitationGone):
        joining.join_site(newcomer("nils"), door=door, code=code)
    assert not User.objects.filter(username="nils").exists()


@pytest.mark.parametrize("code", ["", "nonsense", "x" * 64])
def test_an_unknown_code_opens_nothing(alice: User, code: str) -> None:
    joining.create_invitation(alice)
    with pytest.raises(joining.InvitationGone):
        joining.join_site(newcomer(), door=Site.Door.INVITATION, code=code)


def test_an_old_invitation_and_one_of_somebody_suspended_open_nothing(alice: User, bob: User) -> None:
    old = Invitation.objects.create(inviter=alice, expires=timezone.now())
    of_bob = joining.create_invitation(bob)
    User.objects.filter(pk=bob.pk).update(is_active=False)
    assert [joining.is_good_invitation(row.code) for row in (old, of_bob)] == [False, False]
    assert joining.is_good_invitation(joining.create_invitation(alice).code)


def test_a_name_taken_at_the_last_moment_uses_no_invitation(alice: User) -> None:
    invitation = joining.create_invitation(alice)
    with pytest.raises(NameTaken):
        joining.join_site(newcomer("alice"), door=Site.Door.INVITATION, code=invitation.code)
    invitation.refresh_from_db()
    assert invitation.uses_left == 1


def test_members_invite_only_where_they_may(alice: User, mod: User) -> None:
    Site.objects.create(members_may_invite=False)
    with pytest.raises(PermissionDenied):
        joining.create_invitation(alice)
    assert joining.create_invitation(mod).inviter == mod


def test_there_is_an_end_to_open_invitations(alice: User) -> None:
    Invitation.objects.bulk_create(Invitation(inviter=alice) for _ in range(joining.OPEN_INVITATIONS))
    with pytest.raises(joining.TooManyInvitations):
        joining.create_invitation(alice)


def test_only_ones_own_invitation_can_be_taken_back(alice: User, bob: User) -> None:
    invitation = joining.create_invitation(alice)
    joining.revoke_invitation(bob, invitation.pk)
    assert joining.is_good_invitation(invitation.code)
    joining.revoke_invitation(alice, invitation.pk)
    assert not joining.is_good_invitation(invitation.code)
