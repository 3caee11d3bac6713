"""Filters, in both of their forms."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.http import Http404
from django.utils import timezone
from rest_framework import serializers

from accounts.models import User
from api.endpoint import Call, endpoint
from api.entities.lists import (
    Filter,
    FilterKeyword,
    FilterStatus,
    FilterV1,
    filter_of,
    filter_status_of,
    filter_v1_of,
    keyword_of,
)
from api.fields import Flag, Id, Many, Params, Text
from api.views.common import get_post
from posts.models import Filter as FilterRow
from posts.models import FilteredPost
from posts.models import FilterKeyword as KeywordRow
from posts.models.filters import KEYWORD_LENGTH, TITLE_LENGTH, Context, FilterAction
from posts.services import filters as services

LONGEST = 10 * 365 * 86_400  # seconds


class Word(Params):
    """A word or phrase."""

    keyword = Text(required=True, allow_blank=False, max_length=KEYWORD_LENGTH)
    whole_word = Flag()


class WordChange(Params):
    """A word that is new, changed, or (``_destroy``) to go."""

    id = Id()
    keyword = Text(allow_blank=False, max_length=KEYWORD_LENGTH)
    whole_word = Flag()
    _destroy = Flag()


class FilterChanges(Params):
    """What is new about a filter; what is left out stays."""

    title = Text(allow_blank=False, max_length=TITLE_LENGTH)
    context = Many(child=serializers.ChoiceField(Context.values))
    filter_action = serializers.ChoiceField(FilterAction.values, required=False)
    expires_in = serializers.IntegerField(
        required=False, allow_null=True, min_value=0, max_value=LONGEST, help_text="Seconds; empty is for good."
    )
    keywords_attributes = Many(child=WordChange(), max_length=200)


class NewFilter(FilterChanges):
    """A filter."""

    title = Text(required=True, allow_blank=False, max_length=TITLE_LENGTH)
    context = Many(child=serializers.ChoiceField(Context.values), required=True, allow_empty=False)


class PhraseChanges(Params):
    """A filter of the older form, which is one word."""

    phrase = Text(allow_blank=False, max_length=KEYWORD_LENGTH)
    context = Many(child=serializers.ChoiceField(Context.values))
    irreversible = Flag(help_text="Leave such posts out, instead of folding them.")
    whole_word = Flag()
    expires_in = serializers.IntegerField(required=False, min_value=0, max_value=LONGEST)


class NewPhrase(PhraseChanges):
    """A new one."""

    phrase = Text(required=True, allow_blank=False, max_length=KEYWORD_LENGTH)
    context = Many(child=serializers.ChoiceField(Context.values), required=True, allow_empty=False)


class OnePost(Params):
    """A post."""

    status_id = Id(required=True)


@endpoint("GET", "api/v2/filters", "read:filters", gives=list[Filter])
def show_all(call: Call) -> list[Filter]:
    """The person's filters."""
    return [filter_of(row) for row in _own(call.person).order_by("pk")]


@endpoint("POST", "api/v2/filters", "write:filters", takes=NewFilter, gives=Filter)
def create(call: Call) -> Filter:
    """Make a filter with its words."""
    said = call.params
    row = services.create_filter(
        call.person,
        title=said["title"],
        contexts=said["context"],
        action=said.get("filter_action", FilterAction.WARN),
        expires_at=_end(said),
        keywords=[(word["keyword"], word.get("whole_word", False)) for word in _words(said) if "keyword" in word],
    )
    return filter_of(_one(call.person, row.pk))


@endpoint("GET", "api/v2/filters/<id:pk>", "read:filters", gives=Filter)
def show(call: Call, pk: int) -> Filter:
    """One filter."""
    return filter_of(_one(call.person, pk))


@endpoint("PUT", "api/v2/filters/<id:pk>", "write:filters", takes=FilterChanges, gives=Filter)
@transaction.atomic
def change(call: Call, pk: int) -> Filter:
    """Change a filter, and its words: those without an id are new, those with ``_destroy`` go."""
    row, said = _one(call.person, pk), call.params
    services.change_filter(
        call.person,
        row,
        title=said.get("title", row.title),
        contexts=said.get("context", row.contexts),
        action=said.get("filter_action", row.action),
        expires_at=_end(said) if "expires_in" in said else row.expires_at,
    )
    for word in _words(said):
        _change_word(call.person, row, word)
    return filter_of(_one(call.person, pk))


@endpoint("DELETE", "api/v2/filters/<id:pk>", "write:filters")
def delete(call: Call, pk: int) -> dict[str, str]:
    """Delete a filter."""
    services.delete_filter(call.person, _one(call.person, pk))
    return {}


@endpoint("GET", "api/v2/filters/<id:pk>/keywords", "read:filters", gives=list[FilterKeyword])
def words(call: Call, pk: int) -> list[FilterKeyword]:
    """The words of a filter."""
    return [keyword_of(word) for word in _one(call.person, pk).keywords.all()]


@endpoint("POST", "api/v2/filters/<id:pk>/keywords", "write:filters", takes=Word, gives=FilterKeyword)
def add_word(call: Call, pk: int) -> FilterKeyword:
    """Add a word to a filter."""
    said = call.params
    row = _one(call.person, pk)
    return keyword_of(services.add_keyword(call.person, row, said["keyword"], said.get("whole_word", False)))


@endpoint("GET", "api/v2/filters/keywords/<id:pk>", "read:filters", gives=FilterKeyword)
def word(call: Call, pk: int) -> FilterKeyword:
    """One word of a filter."""
    return keyword_of(_word(call.person, pk))


@endpoint("PUT", "api/v2/filters/keywords/<id:pk>", "write:filters", takes=Word, gives=FilterKeyword)
def change_word(call: Call, pk: int) -> FilterKeyword:
    """Change a word of a filter."""
    row, said = _word(call.person, pk), call.params
    whole = said.get("whole_word", row.whole_word)
    return keyword_of(services.change_keyword(call.person, row, said["keyword"], whole))


@endpoint("DELETE", "api/v2/filters/keywords/<id:pk>", "write:filters")
def remove_word(call: Call, pk: int) -> dict[str, str]:
    """Take a word out of its filter."""
    services.remove_keyword(call.person, _word(call.person, pk))
    return {}


@endpoint("GET", "api/v2/filters/<id:pk>/statuses", "read:filters", gives=list[FilterStatus])
def posts(call: Call, pk: int) -> list[FilterStatus]:
    """Single posts that a filter catches."""
    return [filter_status_of(row) for row in _one(call.person, pk).posts.all()]


@endpoint("POST", "api/v2/filters/<id:pk>/statuses", "write:filters", takes=OnePost, gives=FilterStatus)
def add_post(call: Call, pk: int) -> FilterStatus:
    """Let a filter catch one more post."""
    row = _one(call.person, pk)
    post = get_post(call.params["status_id"], call.person)
    return filter_status_of(services.add_post(call.person, row, post))


@endpoint("GET", "api/v2/filters/statuses/<id:pk>", "read:filters", gives=FilterStatus)
def post(call: Call, pk: int) -> FilterStatus:
    """One of those posts."""
    return filter_status_of(_caught(call.person, pk))


@endpoint("DELETE", "api/v2/filters/statuses/<id:pk>", "write:filters", gives=FilterStatus)
def remove_post(call: Call, pk: int) -> FilterStatus:
    """Let a filter go of a post."""
    row = _caught(call.person, pk)
    gone = filter_status_of(row)
    services.remove_post(call.person, row)
    return gone


@endpoint("GET", "api/v1/filters", "read:filters", gives=list[FilterV1])
def show_all_v1(call: Call) -> list[FilterV1]:
    """The person's filters in the older form: each word is one."""
    return [filter_v1_of(row) for row in _own_words(call.person).order_by("pk")]


@endpoint("POST", "api/v1/filters", "write:filters", takes=NewPhrase, gives=FilterV1)
def create_v1(call: Call) -> FilterV1:
    """Make a filter of one word."""
    said = call.params
    row = services.create_filter(
        call.person,
        title=said["phrase"][:TITLE_LENGTH],
        contexts=said["context"],
        action=_action(said),
        expires_at=_end(said),
        keywords=[(said["phrase"], said.get("whole_word", False))],
    )
    return filter_v1_of(_own_words(call.person).get(filter=row))


@endpoint("GET", "api/v1/filters/<id:pk>", "read:filters", gives=FilterV1)
def show_v1(call: Call, pk: int) -> FilterV1:
    """One filter of the older form."""
    return filter_v1_of(_word(call.person, pk))


@endpoint("PUT", "api/v1/filters/<id:pk>", "write:filters", takes=PhraseChanges, gives=FilterV1)
@transaction.atomic
def change_v1(call: Call, pk: int) -> FilterV1:
    """Change a filter of the older form."""
    row, said = _word(call.person, pk), call.params
    services.change_filter(
        call.person,
        row.filter,
        title=row.filter.title,
        contexts=said.get("context", row.filter.contexts),
        action=_action(said) if "irreversible" in said else row.filter.action,
        expires_at=_end(said) if "expires_in" in said else row.filter.expires_at,
    )
    services.change_keyword(call.person, row, said.get("phrase", row.keyword), said.get("whole_word", row.whole_word))
    return filter_v1_of(_word(call.person, pk))


@endpoint("DELETE", "api/v1/filters/<id:pk>", "write:filters")
def delete_v1(call: Call, pk: int) -> dict[str, str]:
    """Delete a filter of the older form; what it was part of goes with its last word."""
    row = _word(call.person, pk)
    owner = row.filter
    services.remove_keyword(call.person, row)
    if not owner.keywords.exists() and not owner.posts.exists():
        services.delete_filter(call.person, owner)
    return {}


def _own(person: User) -> Any:
    return FilterRow.objects.filter(owner=person).prefetch_related("keywords", "posts")


def _one(person: User, pk: int) -> FilterRow:
    row: FilterRow | None = _own(person).filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def _own_words(person: User) -> Any:
    return KeywordRow.objects.filter(filter__owner=person).select_related("filter")


def _word(person: User, pk: int) -> KeywordRow:
    row: KeywordRow | None = _own_words(person).filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def _caught(person: User, pk: int) -> FilteredPost:
    row = FilteredPost.objects.filter(filter__owner=person, pk=pk).select_related("filter").first()
    if row is None:
        raise Http404
    return row


def _words(said: dict[str, Any]) -> list[dict[str, Any]]:
    return [word for word in said.get("keywords_attributes", []) if word.get("keyword") or word.get("id")]


def _change_word(person: User, row: FilterRow, word: dict[str, Any]) -> None:
    if not word.get("id"):
        services.add_keyword(person, row, word["keyword"], word.get("whole_word", False))
        return
    known = row.keywords.filter(pk=word["id"]).first()
    if known is None:
        raise Http404
    if word.get("_destroy"):
        services.remove_keyword(person, known)
    else:
        whole = word.get("whole_word", known.whole_word)
        services.change_keyword(person, known, word.get("keyword", known.keyword), whole)


def _action(said: dict[str, Any]) -> str:
    return FilterAction.HIDE if said.get("irreversible") else FilterAction.WARN


def _end(said: dict[str, Any]) -> datetime | None:
    seconds = said.get("expires_in")
    return timezone.now() + timedelta(seconds=seconds) if seconds else None
