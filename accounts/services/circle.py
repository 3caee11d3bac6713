"""Writes about other people that concern their author alone: notes, recommendations, suggestions put away."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import DismissedSuggestion, Endorsement, Follow, PersonNote, User
from accounts.models.ties import NOTE_LENGTH
from core.text import normalize_text


@transaction.atomic
def write_note(actor: User, person: User, text: str) -> None:
    """Keep a private note about ``person``; without words there is none. Raises ValidationError for too many words."""
    text = normalize_text(text).strip()
    if len(text) > NOTE_LENGTH:
        raise ValidationError({"text": _("At most %(limit)s characters fit.") % {"limit": NOTE_LENGTH}})
    if text:
        PersonNote.objects.update_or_create(author=actor, about=person, defaults={"text": text})
    else:
        PersonNote.objects.filter(author=actor, about=person).delete()


@transaction.atomic
def endorse_person(actor: User, person: User) -> Endorsement:
    """Show ``person`` on the actor's page; once. Raises PermissionDenied for somebody the actor does not follow."""
    if not Follow.objects.filter(follower=actor, followee=person).exists():
        raise PermissionDenied
    endorsement, _is_new = Endorsement.objects.get_or_create(endorser=actor, endorsed=person)
    return endorsement


def unendorse_person(actor: User, person: User) -> None:
    """Take a recommendation back."""
    Endorsement.objects.filter(endorser=actor, endorsed=person).delete()


def dismiss_suggestion(actor: User, person: User) -> None:
    """Never suggest ``person`` to the actor again."""
    if actor.pk != person.pk:
        DismissedSuggestion.objects.get_or_create(viewer=actor, person=person)
