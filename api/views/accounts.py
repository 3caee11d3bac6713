"""People: who they are and what they say."""

from __future__ import annotations

import re
from typing import TypedDict

from django.http import Http404

from accounts.meeting import endorsements, familiar_followers
from accounts.models import Follow, User
from accounts.models.user import username_shape
from accounts.permissions import can_see_ties
from api.answers import Paged
from api.endpoint import PUBLIC, Call, endpoint
from api.entities.account import Account, account_of, people_by_id
from api.entities.forms import own_host
from api.entities.relationship import Relationship, relationships_of
from api.entities.status import Status, statuses_of
from api.fields import Flag, Id, Limit, Many, Params, Text
from api.paging import Page20, Page40, span_of, take
from api.views.common import get_person, page_of_people, page_of_posts
from feeds.people import find_people
from feeds.timelines import profile_ids
from posts.pins import pinned_posts

MANY = 40


class FamiliarFollowers(TypedDict):
    """Who follows somebody, among those the person follows."""

    id: str
    accounts: list[Account]


class Ids(Params):
    """Whom."""

    id = Many(child=Id(), help_text="Ids; at most 40 count.")


class Lookup(Params):
    """A name."""

    acct = Text(required=True, help_text="The name, with or without the site's host behind it.")


class PeopleSearch(Params):
    """Words of a name."""

    q = Text(required=True)
    limit = Limit(40, 80)
    offset = Limit(0, 1000)
    resolve = Flag(help_text="Taken, and ignored: there is nobody elsewhere to look up.")
    following = Flag(help_text="Only people the person follows.")


class StatusesOf(Page20):  # type: ignore[misc, valid-type]
    """Which of somebody's posts."""

    only_media = Flag()
    exclude_replies = Flag()
    exclude_reblogs = Flag()
    exclude_direct = Flag(help_text="Without what was said to people named in it alone.")
    pinned = Flag()
    tagged = Text()


@endpoint("GET", "api/v1/accounts/<id:pk>", who=PUBLIC, gives=Account)
def show(call: Call, pk: int) -> Account:
    """One person."""
    return account_of(get_person(pk, call.viewer))


@endpoint("GET", "api/v1/accounts", who=PUBLIC, takes=Ids, gives=list[Account])
def show_many(call: Call) -> list[Account]:
    """Several people by their ids; those that cannot be seen are left out."""
    return [account_of(person) for person in _seen(call, call.params.get("id", []))]


@endpoint("GET", "api/v1/accounts/lookup", who=PUBLIC, takes=Lookup, gives=Account)
def look_up(call: Call) -> Account:
    """The person of a name, a former one included."""
    name = local_name(call.params["acct"])
    if name is None:
        raise Http404
    people = User.objects.visible_to(call.viewer).select_related("avatar", "header")
    person = people.filter(username=name).first() or people.formerly(name).first()
    if person is None:
        raise Http404
    return account_of(person)


@endpoint("GET", "api/v1/accounts/search", "read:accounts", takes=PeopleSearch, gives=list[Account])
def search(call: Call) -> list[Account]:
    """People whose names begin with these words."""
    said = call.params
    words = local_name(said["q"]) or said["q"].strip()
    found = find_people(words, call.person, said["offset"] + said["limit"]) if words else []
    if said.get("following"):
        follows = relationships_by_id(call.person, [person.pk for person in found])
        found = [person for person in found if follows[person.pk]["following"]]
    people = people_by_id(person.pk for person in found)
    return [account_of(people[person.pk]) for person in found[said["offset"] :] if person.pk in people]


@endpoint("GET", "api/v1/accounts/relationships", "read:follows", takes=Ids, gives=list[Relationship])
def relationships(call: Call) -> list[Relationship]:
    """What ties the person to others, by their ids."""
    return relationships_of(call.person, [person.pk for person in _seen(call, call.params.get("id", []))])


@endpoint("GET", "api/v1/accounts/familiar_followers", "read:follows", takes=Ids, gives=list[FamiliarFollowers])
def familiar(call: Call) -> list[FamiliarFollowers]:
    """For each of these people, who follows them among those the person follows."""
    people = _seen(call, call.params.get("id", []))
    known = familiar_followers(call.person, people)
    full = people_by_id(person.pk for some in known.values() for person in some)
    return [
        {"id": str(person.pk), "accounts": [account_of(full[one.pk]) for one in known.get(person.pk, [])]}
        for person in people
    ]


@endpoint("GET", "api/v1/accounts/<id:pk>/statuses", "read:statuses", who=PUBLIC, takes=StatusesOf, gives=list[Status])
def statuses(call: Call, pk: int) -> Paged:
    """What somebody said, newest first; the ones on top of their profile are asked for by ``pinned``."""
    person, said, span = get_person(pk, call.viewer), call.params, span_of(call.params)
    if said.get("pinned"):
        return Paged(statuses_of(pinned_posts(person, call.viewer), call.viewer))
    ids = take(
        span,
        lambda cursor, count: profile_ids(
            person,
            call.viewer,
            cursor,
            count,
            only_media=said.get("only_media", False),
            with_comments=not said.get("exclude_replies", False),
            with_shares=not said.get("exclude_reblogs", False),
            with_direct=not said.get("exclude_direct", False),
            tag=said.get("tagged", "").lower(),
        ),
    )
    return page_of_posts(ids, call.viewer, span)


@endpoint("GET", "api/v1/accounts/<id:pk>/followers", "read:accounts", who=PUBLIC, takes=Page40, gives=list[Account])
def followers(call: Call, pk: int) -> Paged:
    """Who follows somebody, last come first; nobody where that is kept private."""
    person = get_person(pk, call.viewer)
    ties = Follow.objects.filter(followee=person) if can_see_ties(call.viewer, person) else Follow.objects.none()
    return page_of_people(ties, span_of(call.params), "follower", call.viewer)


@endpoint("GET", "api/v1/accounts/<id:pk>/following", "read:accounts", who=PUBLIC, takes=Page40, gives=list[Account])
def following(call: Call, pk: int) -> Paged:
    """Whom somebody follows, last chosen first; nobody where that is kept private."""
    person = get_person(pk, call.viewer)
    ties = Follow.objects.filter(follower=person) if can_see_ties(call.viewer, person) else Follow.objects.none()
    return page_of_people(ties, span_of(call.params), "followee", call.viewer)


@endpoint("GET", "api/v1/accounts/<id:pk>/endorsements", "read:accounts", who=PUBLIC, takes=Page40, gives=list[Account])
def endorsed(call: Call, pk: int) -> Paged:
    """Whom somebody recommends on their profile."""
    return page_of_people(
        endorsements(get_person(pk, call.viewer), call.viewer), span_of(call.params), "endorsed", call.viewer
    )


@endpoint("GET", "api/v1/endorsements", "read:accounts", takes=Page40, gives=list[Account])
def own_endorsements(call: Call) -> Paged:
    """Whom the person recommends."""
    return page_of_people(endorsements(call.person, call.person), span_of(call.params), "endorsed", call.person)


def local_name(acct: str) -> str | None:
    """Return the name in ``@name``, ``name`` or ``name@this.site``; None for somebody elsewhere, or no name at all."""
    name, _, host = acct.strip().removeprefix("@").lower().partition("@")
    if host and host != own_host():
        return None
    return name if re.match(username_shape.regex, name) else None


def relationships_by_id(viewer: User, ids: list[int]) -> dict[int, Relationship]:
    """Return what ties ``viewer`` to people, by id."""
    return {int(tie["id"]): tie for tie in relationships_of(viewer, ids)}


def _seen(call: Call, ids: list[int]) -> list[User]:
    """Return those of these people that can be seen, in the order asked for."""
    wanted = list(dict.fromkeys(ids))[:MANY]
    people = User.objects.visible_to(call.viewer).select_related("avatar", "header").in_bulk(wanted)
    return [people[pk] for pk in wanted if pk in people]
