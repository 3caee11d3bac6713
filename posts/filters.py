"""Which posts somebody's filters catch. Filters are compiled once for each change of them, in every process.

They are a matter of taste, as mutes are: for lists and pages, never for access.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from core.prepared import Prepared
from core.text import plain_text
from posts.models import Filter, FilterAction, FilteredPost, FilterKeyword, FilterVersion, Post

KEPT = 500  # people whose compiled filters one process remembers


@dataclass(frozen=True)
class FilterResult:
    """A filter that catches a post, and what of it does: the words found, the ids of posts named."""

    filter: Filter
    keyword_matches: list[str]
    status_matches: list[int]


@dataclass(frozen=True)
class Compiled:
    """One filter, ready to be asked about many texts."""

    filter: Filter
    words: re.Pattern[str] | None
    posts: frozenset[int]


@dataclass
class Verdict:
    """What a page does with a post: leave it out, fold it under the names of filters, or cover its media."""

    names: list[str] = field(default_factory=list)
    hidden: bool = False
    folded: list[str] = field(default_factory=list)
    covered: bool = False


def filter_results(
    viewer: User | None, posts: Iterable[Post], context: str | None = None
) -> dict[int, list[FilterResult]]:
    """Return by id of the post which filters of ``viewer`` catch it; posts that none catches are left out.

    ``posts`` are cards: what a share shares and what a quote quotes is looked at as well. One's own posts are never
    caught. One query, at most four where the filters changed since they were last compiled here.
    """
    compiled = [one for one in compiled_filters(viewer) if _applies(one.filter, context)]
    if viewer is None or not compiled:
        return {}
    found: dict[int, list[FilterResult]] = {}
    for post in posts:
        if post.subject.author_id != viewer.pk and (results := _results(compiled, post)):
            found[post.pk] = results
    return found


def verdicts(viewer: User | None, posts: Iterable[Post], context: str) -> dict[int, Verdict]:
    """Return by id what becomes of each post that a filter catches on a page of that kind."""
    results = filter_results(viewer, posts, context)
    return {pk: _verdict([result.filter for result in caught]) for pk, caught in results.items()}


def wanted(viewer: User | None, posts: Sequence[Post], context: str) -> list[Post]:
    """Return the posts without those that are left out; the others know how they are shown."""
    found = verdicts(viewer, posts, context) if posts else {}
    kept = []
    for post in posts:
        verdict = found.get(post.pk)
        if verdict is None or not verdict.hidden:
            kept.append(post)
        if verdict is not None:
            post.folded_by = verdict.folded
            post.subject.is_covered = verdict.covered
    return kept


def fold(viewer: User | None, posts: Sequence[Post], context: str) -> None:
    """Fold all that a filter catches, also what it would leave out: where a gap would make no sense."""
    found = verdicts(viewer, posts, context) if posts else {}
    for post in posts:
        if post.pk in found:
            verdict = found[post.pk]
            post.folded_by = verdict.names if verdict.hidden else verdict.folded
            post.is_covered = verdict.covered


def compiled_filters(viewer: User | None) -> list[Compiled]:
    """Return all filters of ``viewer``, compiled; also those whose time is over."""
    if viewer is None:
        return []
    version = next(iter(_version().rows(viewer.pk)), None)
    if version is None:
        return []
    known = _compiled.pop(viewer.pk, None)
    if known is None or known[0] != version[0]:
        known = version[0], _compile(viewer)
    _compiled[viewer.pk] = known  # to the end: who was not here for longest is forgotten first
    while len(_compiled) > KEPT:
        _compiled.pop(next(iter(_compiled)), None)
    return known[1]


_compiled: dict[int, tuple[int, list[Compiled]]] = {}


@cache
def _version() -> Prepared:
    def build(owner: int) -> QuerySet[FilterVersion, int]:
        return FilterVersion.objects.filter(owner=owner).values_list("value", flat=True)

    return Prepared(build, 1)


def _compile(viewer: User) -> list[Compiled]:
    filters = Filter.objects.filter(owner=viewer).order_by("pk").prefetch_related("keywords", "posts")
    return [_compile_one(one, list(one.keywords.all()), list(one.posts.all())) for one in filters]


def _compile_one(filter: Filter, keywords: list[FilterKeyword], posts: list[FilteredPost]) -> Compiled:
    # The longest first: of two that begin alike, the text shows the longer one.
    patterns = [_pattern(row) for row in sorted(keywords, key=lambda row: -len(row.keyword))]
    words = re.compile("|".join(patterns), re.IGNORECASE) if patterns else None
    return Compiled(filter, words, frozenset(row.post_id for row in posts))


def _pattern(row: FilterKeyword) -> str:
    """Return a word as a pattern; an edge that is no letter ("#spoiler") needs no end of a word there."""
    word = r"\s+".join(re.escape(part) for part in row.keyword.split())
    if not row.whole_word:
        return word
    before = r"(?<!\w)" if re.match(r"\w", row.keyword) else ""
    after = r"(?!\w)" if re.search(r"\w\Z", row.keyword) else ""
    return before + word + after


def _applies(filter: Filter, context: str | None) -> bool:
    is_over = filter.expires_at is not None and filter.expires_at <= timezone.now()
    return not is_over and (context is None or context in filter.contexts)


def _results(compiled: list[Compiled], post: Post) -> list[FilterResult]:
    texts: list[str] = []
    found = []
    for one in compiled:
        if one.words and not texts:
            texts = _texts_of(post)
        words = _found(one.words, texts) if one.words else []
        ids = sorted(one.posts & {post.pk, post.subject.pk, post.subject.quote_of_id or 0})
        if words or ids:
            found.append(FilterResult(one.filter, words, ids))
    return found


def _found(words: re.Pattern[str], texts: list[str]) -> list[str]:
    """Return the words found, each once, as the texts write them."""
    return list(dict.fromkeys(match[0] for text in texts for match in words.finditer(text)))


def _texts_of(post: Post) -> list[str]:
    """Return all that a card of the post would show in words."""
    subject = post.subject
    said = [subject] + ([subject.quote_of] if subject.quote_of_id and subject.quote_of else [])
    texts = [text for one in said for text in (one.spoiler, _words_of(one.html)) if text]
    files = subject.files if subject.attachments_count else []
    options = subject.poll.options.all() if subject.has_poll else ()
    return [*texts, *(file.description for file in files if file.description), *(option.title for option in options)]


@lru_cache(2048)
def _words_of(html: str) -> str:
    """Return the words of a post; what many people read is taken apart once."""
    return plain_text(html)


def _verdict(filters: list[Filter]) -> Verdict:
    return Verdict(
        names=[one.title for one in filters],
        hidden=any(one.action == FilterAction.HIDE for one in filters),
        folded=[one.title for one in filters if one.action == FilterAction.WARN],
        covered=any(one.action == FilterAction.BLUR for one in filters),
    )
