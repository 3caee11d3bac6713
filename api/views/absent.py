"""What clients ask for as a matter of course and this site has not: answered as their dialect has it."""

from __future__ import annotations

from typing import Any, TypedDict

from django.http import Http404

from api.endpoint import PUBLIC, Call, endpoint
from api.entities.account import Account
from api.fields import Limit, Params
from api.views.common import get_person


class Collections(TypedDict):
    """Lists of people that somebody shows to others: there are none."""

    collections: list[dict[str, Any]]


class CollectionWithAccounts(TypedDict):
    """One such list, and who is in it."""

    collection: dict[str, Any]
    accounts: list[Account]


class Part(Params):
    """A part of a list."""

    limit = Limit(40, 80)
    offset = Limit(0, 10_000)


@endpoint("GET", "api/v1/collections/<id:pk>", "read:collections", who=PUBLIC, gives=CollectionWithAccounts)
def collection(call: Call, pk: int) -> CollectionWithAccounts:
    """A list of people shown to others: this site has none, so none is found."""
    raise Http404


@endpoint("GET", "api/v1/accounts/<id:pk>/collections", "read:collections", who=PUBLIC, takes=Part, gives=Collections)
def collections(call: Call, pk: int) -> Collections:
    """The lists of people that somebody shows to others: none."""
    get_person(pk, call.viewer)
    return {"collections": []}


@endpoint("GET", "api/v1/accounts/<id:pk>/in_collections", "read:collections", takes=Part, gives=Collections)
def in_collections(call: Call, pk: int) -> Collections:
    """The lists in which others show somebody: none."""
    get_person(pk, call.person)
    return {"collections": []}
