"""Lists of people, and their timelines."""

from __future__ import annotations

from django.http import Http404
from rest_framework import serializers

from accounts.models import User
from api.answers import Paged
from api.endpoint import Call, endpoint
from api.entities.account import Account
from api.entities.lists import ListEntity, list_of
from api.entities.status import Status
from api.fields import Flag, Id, Many, Params, Text
from api.paging import Page20, Page40, span_of, take
from api.views.common import get_person, page_of_people, page_of_posts
from feeds.lists import list_ids, lists_with
from feeds.models import ListMember, PeopleList, RepliesPolicy
from feeds.models.lists import TITLE_LENGTH
from feeds.services import lists as services


class ListFacts(Params):
    """What a list is called and shows."""

    title = Text(required=True, allow_blank=False, max_length=TITLE_LENGTH)
    replies_policy = serializers.ChoiceField(RepliesPolicy.values, required=False, help_text="Which answers it shows.")
    exclusive = Flag(help_text="Keep these people out of the home timeline.")


class ListChanges(ListFacts):
    """What is new about a list; what is left out stays."""

    title = Text(max_length=TITLE_LENGTH)


class Members(Params):
    """Whom."""

    account_ids = Many(child=Id(), required=True, max_length=500)


class MemberPage(Page40):  # type: ignore[misc, valid-type]
    """A page of people; ``limit=0`` is all of them."""

    limit = serializers.CharField(required=False, default="40", help_text="40 unless given, 80 at most; 0 for all.")


@endpoint("GET", "api/v1/lists", "read:lists", gives=list[ListEntity])
def show_all(call: Call) -> list[ListEntity]:
    """The person's lists, by name."""
    return [list_of(row) for row in PeopleList.objects.filter(owner=call.person).order_by("title", "pk")]


@endpoint("POST", "api/v1/lists", "write:lists", takes=ListFacts, gives=ListEntity)
def create(call: Call) -> ListEntity:
    """Begin a list."""
    said = call.params
    return list_of(
        services.create_list(
            call.person,
            said["title"],
            replies_policy=said.get("replies_policy", RepliesPolicy.LIST),
            is_exclusive=said.get("exclusive", False),
        )
    )


@endpoint("GET", "api/v1/lists/<id:pk>", "read:lists", gives=ListEntity)
def show(call: Call, pk: int) -> ListEntity:
    """One list."""
    return list_of(_own(call.person, pk))


@endpoint("PUT", "api/v1/lists/<id:pk>", "write:lists", takes=ListChanges, gives=ListEntity)
def change(call: Call, pk: int) -> ListEntity:
    """Change a list."""
    row, said = _own(call.person, pk), call.params
    changed = services.change_list(
        call.person,
        row,
        title=said.get("title") or row.title,
        replies_policy=said.get("replies_policy", row.replies_policy),
        is_exclusive=said.get("exclusive", row.is_exclusive),
    )
    return list_of(changed)


@endpoint("DELETE", "api/v1/lists/<id:pk>", "write:lists")
def delete(call: Call, pk: int) -> dict[str, str]:
    """Delete a list."""
    services.delete_list(call.person, _own(call.person, pk))
    return {}


@endpoint("GET", "api/v1/lists/<id:pk>/accounts", "read:lists", takes=MemberPage, gives=list[Account])
def members(call: Call, pk: int) -> Paged:
    """Who is on a list, last added first."""
    wish = call.params["limit"]
    everybody = ListMember.objects.filter(list=_own(call.person, pk))
    limit = 500 if wish == "0" else min(int(wish[:9]) if wish.isascii() and wish.isdigit() else 40, 80)
    return page_of_people(everybody, span_of({**call.params, "limit": limit or 40}), "person", call.person)


@endpoint("POST", "api/v1/lists/<id:pk>/accounts", "write:lists", takes=Members)
def add(call: Call, pk: int) -> dict[str, str]:
    """Put people on a list."""
    services.add_to_list(call.person, _own(call.person, pk), _people(call))
    return {}


@endpoint("DELETE", "api/v1/lists/<id:pk>/accounts", "write:lists", takes=Members)
def remove(call: Call, pk: int) -> dict[str, str]:
    """Take people off a list."""
    services.remove_from_list(call.person, _own(call.person, pk), _people(call))
    return {}


@endpoint("GET", "api/v1/timelines/list/<id:pk>", "read:lists", takes=Page20, gives=list[Status])
def timeline(call: Call, pk: int) -> Paged:
    """What the people on a list say, newest first."""
    row, span = _own(call.person, pk), span_of(call.params)
    ids = take(span, lambda cursor, count: list_ids(row, call.person, cursor, count))
    return page_of_posts(ids, call.person, span)


@endpoint("GET", "api/v1/accounts/<id:pk>/lists", "read:lists", gives=list[ListEntity])
def lists_of_person(call: Call, pk: int) -> list[ListEntity]:
    """The person's lists that somebody is on."""
    return [list_of(row) for row in lists_with(call.person, get_person(pk, call.person))]


def _own(person: User, pk: int) -> PeopleList:
    row = PeopleList.objects.filter(owner=person, pk=pk).first()
    if row is None:
        raise Http404
    return row


def _people(call: Call) -> list[User]:
    """Return the people named; Http404 if one of them cannot be seen."""
    ids = set(call.params["account_ids"])
    people = list(User.objects.visible_to(call.person).filter(pk__in=ids))
    if len(people) != len(ids):
        raise Http404
    return people
