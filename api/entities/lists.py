"""Lists of people, filters, and reading marks."""

from __future__ import annotations

from typing import Literal, TypedDict, cast

from api.entities.forms import stamp, stamp_or_none
from feeds.models import Marker as MarkerRow
from feeds.models import PeopleList
from posts.models import Filter as FilterRow
from posts.models import FilteredPost
from posts.models import FilterKeyword as KeywordRow

Replies = Literal["followed", "list", "none"]
Action = Literal["warn", "hide", "blur"]
Where = Literal["home", "notifications", "public", "thread", "account"]


class ListEntity(TypedDict):
    """A list of people."""

    id: str
    title: str
    replies_policy: Replies
    exclusive: bool


class FilterKeyword(TypedDict):
    """A word or phrase that a filter looks for."""

    id: str
    keyword: str
    whole_word: bool


class FilterStatus(TypedDict):
    """A post that a filter catches."""

    id: str
    status_id: str


class Filter(TypedDict):
    """What the person does not want to meet."""

    id: str
    title: str
    context: list[Where]
    expires_at: str | None
    filter_action: Action
    keywords: list[FilterKeyword]
    statuses: list[FilterStatus]


class FilterV1(TypedDict):
    """A word of a filter, as older apps know filters."""

    id: str
    phrase: str
    context: list[Where]
    expires_at: str | None
    irreversible: bool
    whole_word: bool


class Marker(TypedDict):
    """How far a timeline has been read."""

    last_read_id: str
    version: int
    updated_at: str


def list_of(row: PeopleList) -> ListEntity:
    """Return a list."""
    return {
        "id": str(row.pk),
        "title": row.title,
        "replies_policy": cast("Replies", row.replies_policy),
        "exclusive": row.is_exclusive,
    }


def filter_of(row: FilterRow) -> Filter:
    """Return a filter with its words and posts (prefetched ``keywords`` and ``posts``)."""
    return {
        "id": str(row.pk),
        "title": row.title,
        "context": list(row.contexts),
        "expires_at": stamp_or_none(row.expires_at),
        "filter_action": cast("Action", row.action),
        "keywords": [keyword_of(keyword) for keyword in row.keywords.all()],
        "statuses": [filter_status_of(post) for post in row.posts.all()],
    }


def keyword_of(row: KeywordRow) -> FilterKeyword:
    """Return a word of a filter."""
    return {"id": str(row.pk), "keyword": row.keyword, "whole_word": row.whole_word}


def filter_status_of(row: FilteredPost) -> FilterStatus:
    """Return a post that a filter catches."""
    return {"id": str(row.pk), "status_id": str(row.post_id)}


def filter_v1_of(row: KeywordRow) -> FilterV1:
    """Return a word of a filter (with ``filter`` joined) as a filter of its own."""
    return {
        "id": str(row.pk),
        "phrase": row.keyword,
        "context": list(row.filter.contexts),
        "expires_at": stamp_or_none(row.filter.expires_at),
        "irreversible": row.filter.action == "hide",
        "whole_word": row.whole_word,
    }


def marker_of(row: MarkerRow) -> Marker:
    """Return a reading mark."""
    return {"last_read_id": str(row.last_read_id), "version": row.version, "updated_at": stamp(row.updated_at)}
