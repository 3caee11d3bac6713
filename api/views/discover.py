"""Finding: search, what is talked about, and whom one might like to meet."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypedDict

from rest_framework import serializers

from accounts.meeting import directory, suggest_people
from accounts.services.circle import dismiss_suggestion
from api.endpoint import PUBLIC, Call, endpoint
from api.entities.account import Account, account_of, people_by_id
from api.entities.status import Status, statuses_of
from api.entities.tag import Tag, tags_of
from api.errors import Refused
from api.fields import Flag, Id, Limit, Params, Text
from api.views.accounts import local_name
from api.views.common import get_person
from core.ids import MAX_ID
from core.text import tag_name
from feeds.lively import find_tags
from feeds.people import find_people
from feeds.trends import trending_posts, trending_tags
from posts.display import get_cards
from posts.models import Hashtag
from search.facts import by
from search.find import find_ids
from search.language import Problem, read_query
from search.query import Query


class Search(TypedDict):
    """What was found."""

    accounts: list[Account]
    statuses: list[Status]
    hashtags: list[Tag]


class SearchV1(TypedDict):
    """The same with tags as plain names."""

    accounts: list[Account]
    statuses: list[Status]
    hashtags: list[str]


class Suggestion(TypedDict):
    """Somebody to meet, and why."""

    source: str
    sources: list[str]
    account: Account


class Words(Params):
    """What to look for."""

    q = Text(required=True, max_length=500)
    type = serializers.ChoiceField(["accounts", "statuses", "hashtags"], required=False)
    resolve = Flag(help_text="Look at q as an address of this site as well; nothing is fetched from elsewhere.")
    following = Flag(help_text="Only people the person follows.")
    account_id = Id(help_text="Only posts of this person.")
    exclude_unreviewed = Flag(help_text="Changes nothing: tags here are not reviewed, only taken away.")
    max_id = Id()
    min_id = Id()
    limit = Limit(20, 40)
    offset = serializers.IntegerField(required=False, min_value=0, max_value=1000, default=0)


class Slice(Params):
    """A part of a list."""

    limit = Limit(20, 40)
    offset = serializers.IntegerField(required=False, min_value=0, max_value=10_000, default=0)


class SmallSlice(Slice):
    """A part of a short list."""

    limit = Limit(10, 20)


class DirectoryPage(Slice):
    """A part of the directory."""

    limit = Limit(40, 80)
    order = serializers.ChoiceField(["active", "new"], required=False, default="active")
    local = Flag()


class Most(Params):
    """How many."""

    limit = Limit(40, 80)


@endpoint("GET", "api/v2/search", "read:search", who=PUBLIC, takes=Words, gives=Search)
def search(call: Call) -> Search:
    """People by name, tags by their beginning, posts by address or words, newest first.

    What is asked of posts may use the operators of the site's search. A question that cannot be understood is told
    (422) only to whoever asks for posts alone.
    """
    said = call.params
    if call.viewer is None and (said.get("resolve") or said["offset"]):
        raise Refused(401, "Search queries pagination or resolution require an authenticated user")
    kinds = {said["type"]} if "type" in said else {"accounts", "statuses", "hashtags"}
    return {
        "accounts": _people(call) if "accounts" in kinds else [],
        "statuses": _posts(call) if "statuses" in kinds else [],
        "hashtags": tags_of(_tags(call), call.viewer) if "hashtags" in kinds else [],
    }


@endpoint("GET", "api/v1/search", "read:search", takes=Words, gives=SearchV1)
def search_v1(call: Call) -> SearchV1:
    """The same with tags as plain names."""
    found = search(call)
    return {
        "accounts": found["accounts"],
        "statuses": found["statuses"],
        "hashtags": [tag["name"] for tag in found["hashtags"]],
    }


@endpoint("GET", "api/v1/trends", who=PUBLIC, takes=SmallSlice, gives=list[Tag])
@endpoint("GET", "api/v1/trends/tags", who=PUBLIC, takes=SmallSlice, gives=list[Tag])
def trends_of_tags(call: Call) -> list[Tag]:
    """Tags many people used lately."""
    return tags_of(trending_tags(call.params["limit"], call.params["offset"]), call.viewer)


@endpoint("GET", "api/v1/trends/statuses", who=PUBLIC, takes=Slice, gives=list[Status])
def trends_of_statuses(call: Call) -> list[Status]:
    """Public posts that many people liked and shared lately."""
    return statuses_of(trending_posts(call.viewer, call.params["limit"], call.params["offset"]), call.viewer)


@endpoint("GET", "api/v1/trends/links", who=PUBLIC, takes=SmallSlice, gives=list[dict[str, Any]])
def trends_of_links(call: Call) -> list[dict[str, Any]]:
    """Pages many people linked to: this site makes no previews of pages, so there are none."""
    return []


@endpoint("GET", "api/v2/suggestions", "read:accounts", takes=Most, gives=list[Suggestion])
def suggestions(call: Call) -> list[Suggestion]:
    """People the person may like to follow, and why."""
    found = suggest_people(call.person, call.params["limit"])
    people = people_by_id(one.person.pk for one in found)
    return [
        {
            "source": "past_interactions" if "friends_of_friends" in one.sources else "global",
            "sources": list(one.sources),
            "account": account_of(people[one.person.pk]),
        }
        for one in found
    ]


@endpoint("GET", "api/v1/suggestions", "read:accounts", takes=Most, gives=list[Account])
def suggestions_v1(call: Call) -> list[Account]:
    """The same without why."""
    return [one["account"] for one in suggestions(call)]


@endpoint("DELETE", "api/v1/suggestions/<id:pk>", "write:accounts")
def dismiss(call: Call, pk: int) -> dict[str, str]:
    """Suggest somebody no more."""
    dismiss_suggestion(call.person, get_person(pk, call.person))
    return {}


@endpoint("GET", "api/v1/directory", who=PUBLIC, takes=DirectoryPage, gives=list[Account])
def show_directory(call: Call) -> list[Account]:
    """People who like to be found."""
    said = call.params
    ids = directory(call.viewer, said["order"]).values_list("pk", flat=True)
    wanted = list(ids[said["offset"] : said["offset"] + said["limit"]])
    people = people_by_id(wanted)
    return [account_of(people[pk]) for pk in wanted]


def _people(call: Call) -> list[Account]:
    said = call.params
    words = local_name(said["q"].rpartition("/")[2] if "/@" in said["q"] else said["q"]) or said["q"].strip()
    only = call.viewer if said.get("following") else None
    found = find_people(words, call.viewer, said["offset"] + said["limit"], followed_by=only) if words else []
    people = people_by_id(person.pk for person in found[said["offset"] :])
    return [account_of(people[person.pk]) for person in found[said["offset"] :] if person.pk in people]


def _tags(call: Call) -> list[Hashtag]:
    name = tag_name(call.params["q"].strip().removeprefix("#"))
    if not name:
        return []
    start = call.params["offset"]
    return find_tags(name, start + call.params["limit"])[start:]


def _posts(call: Call) -> list[Status]:
    """Return the post whose address was given, else posts by their words."""
    rest, _, number = call.params["q"].strip().rstrip("/").rpartition("/")
    if rest and number.isascii() and number.isdigit() and len(number) <= 19 and int(number) <= MAX_ID:
        return statuses_of(list(get_cards([int(number)], call.viewer).values()), call.viewer)
    try:
        query = _bounded(read_query(call.params["q"], call.viewer), call.params)
    except Problem as problem:
        if call.params.get("type") == "statuses":
            raise Refused(422, problem.messages[0]) from None
        return []
    if query.is_empty:
        return []
    said = call.params
    found = find_ids(query, call.viewer, limit=said["offset"] + said["limit"])[said["offset"] :]
    cards = get_cards(found, call.viewer)
    return statuses_of([cards[pk] for pk in found if pk in cards], call.viewer)


def _bounded(query: Query, said: dict[str, Any]) -> Query:
    """Return the question within the ids and for the person that the parameters name."""
    above, below = max(query.above, said.get("min_id", 0)), min(query.below, said.get("max_id") or MAX_ID)
    query = replace(query, above=above, below=below)
    return replace(query.and_any(by(said["account_id"])), names_people=True) if "account_id" in said else query
