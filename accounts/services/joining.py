"""Writes at the door: the site is set up, people join, are let in or turned away, and invite others."""

from __future__ import annotations

from datetime import datetime

from allauth.account.models import EmailAddress
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Invitation, Site, User
from accounts.permissions import can_invite
from accounts.services.profile import NameTaken
from accounts.services.turns import wait_turn
from accounts.signals import moderators_called, signup_requested
from accounts.site import current_site, forget_site
from events.log import announce

OPEN_INVITATIONS = 50


class AlreadySetUp(Exception):
    """Somebody else was faster: the site has an owner."""


class InvitationGone(Exception):
    """The code is unknown, used up or too old."""


class TooManyInvitations(ValidationError):
    """The person has as many open invitations as one may have."""

    def __init__(self) -> None:
        super().__init__(_("You have fifty open invitations. Take one back first."), code="many")


@transaction.atomic
def set_up_site(*, username: str, email: str, password: str, **settings: str) -> User:
    """Make the owner's account and the community's settings (``name``, ``tagline``, ``language``, ``door``), once.

    Raises AlreadySetUp when there are people already; of two at the same moment, one waits for the other.
    """
    Site.objects.get_or_create(pk=1)
    site = Site.objects.select_for_update().get(pk=1)
    if User.objects.exists():
        raise AlreadySetUp
    for name, value in settings.items():
        setattr(site, name, value)
    site.save()
    owner = User.objects.create_superuser(username, email, password, language=settings.get("language", ""))
    EmailAddress.objects.create(user=owner, email=email, primary=True, verified=True)
    transaction.on_commit(forget_site)
    return owner


@transaction.atomic
def join_site(person: User, *, door: str, reason: str = "", code: str = "") -> User:
    """Save a new person as the site's door says, and return them.

    An invitation opens the door wherever it is not closed; without one, those who have to ask wait for a moderator.
    Raises PermissionDenied where nobody may join, InvitationGone when the code opens nothing (any more), and NameTaken
    when somebody else took the name at the same moment.
    """
    if door == Site.Door.CLOSED:
        raise PermissionDenied
    if door == Site.Door.INVITATION or (door == Site.Door.APPROVAL and code):
        _use_invitation(code)
        door, person.is_vouched_for = Site.Door.OPEN, True
    person.join_reason = reason
    person.approved_at = timezone.now() if door == Site.Door.OPEN else None
    person.is_active = person.approved_at is not None
    _save_new(person)
    if not person.is_active:
        announce(signup_requested, "signup_requested", actor=person, about=person, streams=[])
        announce(moderators_called, "signup", actor=person, about=person, streams=[], why="signup", post=None)
    return person


def is_good_invitation(code: str) -> bool:
    """Whether ``code`` would open the door now."""
    return Invitation.objects.filter(_in_force(), code=code, inviter__is_active=True).exists()


def inviter_of(code: str) -> User | None:
    """Return who invites with ``code``, with their face; nothing where it would not open the door now."""
    found = Invitation.objects.filter(_in_force(), code=code, inviter__is_active=True)
    invitation = found.select_related("inviter__avatar").first() if code else None
    return invitation.inviter if invitation else None


@transaction.atomic
def create_invitation(actor: User, *, uses: int = 1, expires: datetime | None = None, note: str = "") -> Invitation:
    """Make a code that opens the door ``uses`` times, until ``expires``.

    Raises PermissionDenied for those who may not invite, and TooManyInvitations beyond fifty open ones.
    """
    if not can_invite(actor, members_may_invite=current_site().members_may_invite):
        raise PermissionDenied
    wait_turn(actor)
    if len(open_invitations(actor)) >= OPEN_INVITATIONS:
        raise TooManyInvitations
    return Invitation.objects.create(inviter=actor, uses_left=uses, expires=expires, note=note)


def open_invitations(actor: User) -> list[Invitation]:
    """Return the actor's invitations that still open the door, newest first."""
    return list(Invitation.objects.filter(_in_force(), inviter=actor).order_by("-pk"))


def revoke_invitation(actor: User, pk: int) -> bool:
    """Take one of the actor's own invitations back; returns whether there was one."""
    return bool(Invitation.objects.filter(pk=pk, inviter=actor).delete()[0])


def _save_new(person: User) -> None:
    try:
        with transaction.atomic():
            person.save(force_insert=True)
    except IntegrityError:
        raise NameTaken from None


def _use_invitation(code: str) -> None:
    """Take one use. One conditional update, so parallel sign-ups cannot use more than there are (S25).

    Its condition names no other table: with one, PostgreSQL would not look again after waiting for the row.
    """
    rows = Invitation.objects.filter(_in_force(), code=code)
    if not is_good_invitation(code) or not rows.update(uses_left=F("uses_left") - 1):
        raise InvitationGone


def _in_force() -> Q:
    return Q(uses_left__gt=0) & (Q(expires=None) | Q(expires__gt=timezone.now()))
