"""The account itself: its name, where it is signed in, and leaving."""

from __future__ import annotations

from typing import TypedDict

from allauth.usersessions.models import UserSession
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import serializers

from accounts.devices import device_of
from accounts.permissions import is_last_owner
from accounts.services import sessions
from accounts.services.profile import may_rename_at, rename_person, sound_name
from accounts.services.standing import GRACE, begin_leaving
from api.endpoint import Call, endpoint
from api.entities.forms import stamp, stamp_or_none
from api.fields import Params, Text
from core.ratelimit import check


class PersonName(TypedDict):
    """The name in the person's address, and when it can be changed again (null: now)."""

    username: str
    may_change_at: str | None


class NewName(Params):
    """Another name."""

    username = Text(required=True, max_length=120, help_text="Letters a to z, digits and underscores; 30 at most.")


class Session(TypedDict):
    """A browser in which the person is signed in; what it is, is what it says of itself."""

    id: str
    browser: str
    system: str
    ip: str
    created_at: str
    last_seen_at: str


class Leaving(TypedDict):
    """Whether the person can delete their account from here, and how many days there are to come back."""

    may_leave: bool
    days: int


class Left(TypedDict):
    """When everything is erased; until then, signing in on the site keeps it."""

    erased_at: str


class Farewell(Params):
    """The last word."""

    password = Text(required=True, max_length=1000, help_text="The person's password: a token alone deletes nothing.")


# --- the name -------------------------------------------------------------------------------------------------------
@endpoint("GET", "api/polylog/v1/name", "read:accounts", gives=PersonName)
def show_name(call: Call) -> PersonName:
    """The person's name."""
    return {"username": call.person.username, "may_change_at": stamp_or_none(may_rename_at(call.person))}


@endpoint("PUT", "api/polylog/v1/name", "write:accounts", takes=NewName, gives=PersonName)
def change_name(call: Call) -> PersonName:
    """Take another name, once in thirty days. The old one leads to the person and stays theirs."""
    check("follow", f"user:{call.person.pk}")
    rename_person(call.person, sound_name(call.params["username"], of=call.person))
    return show_name(call)


# --- sessions -------------------------------------------------------------------------------------------------------
@endpoint("GET", "api/polylog/v1/sessions", "read:accounts", gives=list[Session])
def show_sessions(call: Call) -> list[Session]:
    """The browsers in which the person is signed in, last used first."""
    return [_session_of(row) for row in sessions.sessions_of(call.person)]


@endpoint("DELETE", "api/polylog/v1/sessions/<id:pk>", "write:accounts")
def end_session(call: Call, pk: int) -> dict[str, str]:
    """Sign out there."""
    if not sessions.end_session(call.person, pk):
        raise Http404
    return {}


@endpoint("DELETE", "api/polylog/v1/sessions", "write:accounts")
def end_sessions(call: Call) -> dict[str, str]:
    """Sign out of every browser, and of every app but the one that asks."""
    sessions.end_sessions(call.person, but_token=call.token.pk if call.token else 0)
    return {}


# --- leaving --------------------------------------------------------------------------------------------------------
@endpoint("GET", "api/polylog/v1/account", "read:accounts", gives=Leaving)
def show_leaving(call: Call) -> Leaving:
    """Whether the person can delete their account: not without a password, and not who alone runs the site."""
    person = call.person
    return {"may_leave": not is_last_owner(person) and person.has_usable_password(), "days": GRACE.days}


@endpoint("DELETE", "api/polylog/v1/account", "write:accounts", takes=Farewell, gives=Left)
def leave(call: Call) -> Left:
    """Hide the account at once and have it erased after two weeks.

    Every token ends with it, this one too. Whoever signs in on the site before then keeps the account. Somebody who
    has no password proves who they are on the site, and deletes the account there.
    """
    person = call.person
    check("reset", f"user:{person.pk}")
    if not person.check_password(call.params["password"]):
        raise serializers.ValidationError({"password": _("That is not your password. Check caps lock.")})
    begin_leaving(person)
    assert person.leaving_at is not None  # noqa: S101  (begin_leaving has just set it)
    return {"erased_at": stamp(person.leaving_at)}


def _session_of(row: UserSession) -> Session:
    device = device_of(row.user_agent)
    return {
        "id": str(row.pk),
        "browser": device.browser,
        "system": device.system,
        "ip": row.ip,
        "created_at": stamp(row.created_at),
        "last_seen_at": stamp(row.last_seen_at),
    }
