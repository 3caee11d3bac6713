"""Which apps may act for the person, and taking that back."""

from __future__ import annotations

from typing import TypedDict

from django.http import Http404

from api.endpoint import Call, endpoint
from api.entities.forms import stamp
from api.oauth.accesses import Access, accesses_of
from api.oauth.services import revoke_all_apps, revoke_app


class AppAccess(TypedDict):
    """An app that may act for the person, be it on several devices; its name is what it says of itself."""

    id: str
    name: str
    website: str | None
    scopes: list[str]
    since: str
    last_used_on: str | None
    asks_now: bool


@endpoint("GET", "api/polylog/v1/apps", "read:accounts", gives=list[AppAccess])
def show(call: Call) -> list[AppAccess]:
    """The person's apps, the one let in last first."""
    own = call.token.application_id if call.token else None
    return [_access_of(access, own) for access in accesses_of(call.person)]


@endpoint("DELETE", "api/polylog/v1/apps/<id:pk>", "write:accounts")
def revoke(call: Call, pk: int) -> dict[str, str]:
    """Take back what an app may do; where it is the one that asks, this token ends too."""
    access = next((one for one in accesses_of(call.person) if one.app.pk == pk), None)
    if access is None:
        raise Http404
    revoke_app(call.person, access.app)
    return {}


@endpoint("DELETE", "api/polylog/v1/apps", "write:accounts")
def revoke_all(call: Call) -> dict[str, str]:
    """Take back what any app may do, the one that asks included."""
    revoke_all_apps(call.person)
    return {}


def _access_of(access: Access, own: int | None) -> AppAccess:
    return {
        "id": str(access.app.pk),
        "name": access.app.name,
        "website": access.app.website or None,
        "scopes": sorted(access.scopes),
        "since": stamp(access.since),
        "last_used_on": access.last_used.isoformat() if access.last_used else None,
        "asks_now": access.app.pk == own,
    }
