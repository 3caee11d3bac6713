"""Where a person is signed in, and ending that."""

from __future__ import annotations

from allauth.usersessions.models import UserSession
from django.db import transaction

from accounts.models import User
from accounts.signals import signed_out_everywhere
from events.log import announce


def sessions_of(person: User) -> list[UserSession]:
    """Return the browsers in which the person is signed in, last used first."""
    listed: list[UserSession] = UserSession.objects.purge_and_list(person)
    return sorted(listed, key=lambda session: session.last_seen_at, reverse=True)


def end_session(person: User, pk: int, *, but: str = "") -> bool:
    """End one session of the person, unless its key is ``but`` (the one that asks); returns whether there was one."""
    found = UserSession.objects.filter(user=person, pk=pk).exclude(session_key=but).first()
    if found is not None:
        found.end()
    return found is not None


@transaction.atomic
def end_sessions(person: User, *, but: str = "", but_token: int = 0) -> None:
    """End every session of the person and take back what they allowed apps: who lost a phone means its apps as well.

    ``but`` is the key of a session that stays, ``but_token`` the id of an app's token that does.
    """
    for session in UserSession.objects.filter(user=person).exclude(session_key=but):
        session.end()
    announce(signed_out_everywhere, "signed-out", actor=person, about=person, streams=[], but_token=but_token)


@transaction.atomic
def start_afresh(person: User) -> None:
    """End what was opened by whoever held the account so far: the password, every session and every app."""
    person.set_password(None)
    person.save(update_fields=["password"])  # which ends the sessions (accounts/receivers.py)
    end_sessions(person)
