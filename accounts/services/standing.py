"""Writes that change whether a person may act and be seen."""

from __future__ import annotations

from datetime import timedelta

from allauth.usersessions.models import UserSession
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import is_last_owner
from accounts.signals import (
    access_revoked,
    person_approved,
    person_restored,
    person_suspended,
)
from events.log import announce

GRACE = timedelta(days=14)
_FIELDS = ["approved_at", "is_vouched_for", "suspended_at", "limited_at", "leaving_at"]


@transaction.atomic
def approve_person(actor: User | None, person: User) -> None:
    """Open the door for somebody who asked to join; they are told by mail."""
    _lock(person)
    if person.approved_at:
        return
    person.approved_at, person.is_vouched_for = timezone.now(), True
    _save_standing(person)
    announce(person_approved, "approved", actor=actor, about=person, streams=[])


@transaction.atomic
def reject_person(actor: User, person: User) -> None:
    """Remove somebody who asked to join and is not wanted; a person who was let in before is left alone."""
    _lock(person)
    if person.approved_at is None:
        person.delete()


@transaction.atomic
def suspend_person(actor: User, person: User) -> None:
    """Take a person off the site: sessions, sockets and posts are gone at once, and can come back.

    Raises ValidationError for the only one who can run the site.
    """
    _take(person)
    person.suspended_at = person.suspended_at or timezone.now()
    _save_standing(person)
    end_access(person)
    announce(person_suspended, "suspended", actor=actor, about=person, streams=[])


@transaction.atomic
def limit_person(actor: User, person: User) -> None:
    """Keep a person's posts to those who follow them: they leave the public timelines."""
    _lock(person)
    person.limited_at = person.limited_at or timezone.now()
    person.save(update_fields=["limited_at"])


@transaction.atomic
def restore_person(actor: User, person: User) -> None:
    """Lift a suspension and a limit."""
    _lock(person)
    person.suspended_at = None
    person.limited_at = None
    _save_standing(person)
    announce(person_restored, "restored", actor=actor, about=person, streams=[])


@transaction.atomic
def begin_leaving(person: User) -> None:
    """Hide the account at once and erase it after two weeks, unless the person comes back.

    Raises ValidationError for the only one who can run the site.
    """
    _take(person)
    person.leaving_at = timezone.now() + GRACE
    _save_standing(person)
    end_access(person)


@transaction.atomic
def stay(person: User) -> None:
    """Stop an account from being erased; User.DoesNotExist where that has happened."""
    _lock(person)
    person.leaving_at = None
    _save_standing(person)


@transaction.atomic
def end_access(person: User) -> None:
    """End every session and socket of a person: each is bound to the epoch it began in."""
    User.objects.filter(pk=person.pk).update(auth_epoch=F("auth_epoch") + 1)
    person.refresh_from_db(fields=["auth_epoch"])
    for session in UserSession.objects.filter(user=person):
        session.end()
    announce(access_revoked, "revoked", actor=None, about=person, streams=[f"user:{person.pk}"])


def _take(person: User) -> None:
    """Lock the person, and with an owner all the others: of two who go at the same moment, one waits for the other.

    Raises ValidationError for the last one.
    """
    if person.is_superuser:
        list(User.objects.select_for_update(no_key=True).filter(is_superuser=True).order_by("pk"))
    _lock(person)
    if is_last_owner(person):
        sentence = _(
            "You are the only one who can run this place. Make somebody else an owner first, in the moderation area."
        )
        raise ValidationError(sentence, code="last owner")


def _lock(person: User) -> None:
    """Read the person's standing afresh and keep others from changing it, so that no write undoes another."""
    person.refresh_from_db(fields=_FIELDS, from_queryset=User.objects.select_for_update(no_key=True))


def _save_standing(person: User) -> None:
    person.is_active = bool(person.approved_at) and person.suspended_at is None and person.leaving_at is None
    person.save(update_fields=[*_FIELDS, "is_active"])
