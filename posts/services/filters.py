"""What somebody filters: whole filters, their words, single posts. Every change gives their filters a new number."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services.turns import wait_turn
from core.ids import new_id
from core.text import normalize_text
from events.log import announce
from posts.models import Context, Filter, FilterAction, FilteredPost, FilterKeyword, FilterVersion, Post
from posts.models.filters import KEYWORD_LENGTH, TITLE_LENGTH

FILTERS = 100
KEYWORDS = 100
POSTS = 1000

Word = tuple[str, bool]


@transaction.atomic
def create_filter(
    actor: User,
    *,
    title: str,
    contexts: Sequence[str],
    action: str = FilterAction.WARN,
    expires_at: datetime | None = None,
    keywords: Iterable[Word] = (),
) -> Filter:
    """Make a filter with its words, each with whether it stands for whole words only; returns it.

    Raises ValidationError, under the field it is about, for what is empty, too long or unknown.
    """
    made = Filter(owner=actor, expires_at=expires_at)
    _describe(made, title=title, contexts=contexts, action=action)
    wait_turn(actor)
    if Filter.objects.filter(owner=actor).count() >= FILTERS:
        raise ValidationError({"title": _("You can have up to %(limit)s filters.") % {"limit": FILTERS}})
    made.save(force_insert=True)
    rows = [_keyword(FilterKeyword(filter=made), word, whole_word) for word, whole_word in keywords]
    _check_count(len(rows))
    FilterKeyword.objects.bulk_create(rows)
    _changed(actor)
    return made


@transaction.atomic
def change_filter(actor: User, filter: Filter, **changes: Any) -> Filter:
    """Change a filter's ``title``, ``contexts``, ``action`` or ``expires_at``; what is not named stays."""
    filter = _own(actor, filter)
    now = {name: changes.get(name, getattr(filter, name)) for name in ("title", "contexts", "action")}
    _describe(filter, **now)
    filter.expires_at = changes.get("expires_at", filter.expires_at)
    filter.save()
    _changed(actor)
    return filter


@transaction.atomic
def delete_filter(actor: User, filter: Filter) -> None:
    """Filter by it no longer."""
    _own(actor, filter).delete()
    _changed(actor)


@transaction.atomic
def set_keywords(actor: User, filter: Filter, keywords: Iterable[Word]) -> None:
    """Make these the words of a filter; those that stay keep their rows."""
    filter = _own(actor, filter)
    wanted = {row.keyword: row.whole_word for row in (_keyword(FilterKeyword(), *word) for word in keywords)}
    _check_count(len(wanted))
    for row in filter.keywords.all():
        if row.keyword not in wanted:
            row.delete()
            continue
        row.whole_word = wanted.pop(row.keyword)
        row.save(update_fields=["whole_word"])
    FilterKeyword.objects.bulk_create(
        FilterKeyword(filter=filter, keyword=word, whole_word=whole) for word, whole in wanted.items()
    )
    _changed(actor)


@transaction.atomic
def add_keyword(actor: User, filter: Filter, keyword: str, whole_word: bool = True) -> FilterKeyword:
    """Add a word or phrase to a filter."""
    filter = _own(actor, filter)
    _check_count(filter.keywords.count() + 1)
    row = _keyword(FilterKeyword(filter=filter), keyword, whole_word)
    row.save(force_insert=True)
    _changed(actor)
    return row


@transaction.atomic
def change_keyword(
    actor: User, row: FilterKeyword, keyword: str | None = None, whole_word: bool | None = None
) -> FilterKeyword:
    """Change a word of a filter; what is ``None`` stays."""
    _own(actor, row.filter)
    _keyword(row, row.keyword if keyword is None else keyword, row.whole_word if whole_word is None else whole_word)
    row.save()
    _changed(actor)
    return row


@transaction.atomic
def remove_keyword(actor: User, row: FilterKeyword) -> None:
    """Take a word out of a filter."""
    _own(actor, row.filter)
    row.delete()
    _changed(actor)


@transaction.atomic
def add_post(actor: User, filter: Filter, post: Post) -> FilteredPost:
    """Filter one post; twice is once."""
    filter = _own(actor, filter)
    row, is_new = FilteredPost.objects.get_or_create(filter=filter, post=post.subject)
    if is_new and filter.posts.count() > POSTS:
        raise ValidationError(_("A filter takes up to %(limit)s posts.") % {"limit": POSTS})
    _changed(actor)
    return row


@transaction.atomic
def remove_post(actor: User, row: FilteredPost) -> None:
    """Filter a post no longer."""
    _own(actor, row.filter)
    row.delete()
    _changed(actor)


def _own(actor: User, filter: Filter) -> Filter:
    found = Filter.objects.select_for_update(no_key=True).filter(pk=filter.pk, owner=actor).first()
    if found is None:
        raise PermissionDenied
    return found


def _describe(filter: Filter, *, title: str, contexts: Sequence[str], action: str) -> None:
    title = normalize_text(title).strip()
    if not title:
        raise ValidationError({"title": _("Give it a name.")})
    if len(title) > TITLE_LENGTH:
        raise ValidationError({"title": _("A name takes up to %(limit)s characters.") % {"limit": TITLE_LENGTH}})
    if not contexts or not set(contexts) <= set(Context.values):
        raise ValidationError({"contexts": _("Choose where it applies.")})
    if action not in FilterAction.values:
        raise ValidationError({"action": _("Choose what happens.")})
    filter.title, filter.action = title, action
    filter.contexts = [context for context in Context.values if context in contexts]


def _keyword(row: FilterKeyword, keyword: str, whole_word: bool) -> FilterKeyword:
    """Write a word into its row, as it is looked for."""
    word = " ".join(normalize_text(keyword).split())
    if not word:
        raise ValidationError({"keywords": _("One of the words is empty.")})
    if len(word) > KEYWORD_LENGTH:
        raise ValidationError({"keywords": _("A word takes up to %(limit)s characters.") % {"limit": KEYWORD_LENGTH}})
    row.keyword, row.whole_word = word, whole_word
    return row


def _check_count(count: int) -> None:
    if count > KEYWORDS:
        raise ValidationError({"keywords": _("A filter takes up to %(limit)s words.") % {"limit": KEYWORDS}})


def _changed(actor: User) -> None:
    FilterVersion.objects.update_or_create(owner=actor, defaults={"value": new_id()})
    announce(None, "filters", actor=actor, about=actor, streams=[f"user:{actor.pk}"])
