"""Finding: the ids of what somebody asks for and may find, newest first.

Nothing is ranked. Whoever searches gets what there is in the order it was written, and pages by id as on every list.
"""

from __future__ import annotations

from functools import cache

from django.db.models import QuerySet

from accounts.models import User
from core.pagination import PAGE_SIZE, START, Cursor, Page, cut
from core.prepared import Prepared, person_at
from posts.display import get_cards
from posts.models import Post
from search import facts
from search.access import findable_by, kept_by
from search.backends import backend, is_available
from search.query import Part, Query, Span

_TIES = frozenset({"bookmarks", "likes"})
_ANY: Part = ("", [])


def read_hits(query: Query, viewer: User | None, cursor: Cursor = START, size: int = PAGE_SIZE) -> Page[Post]:
    """Return a page of the posts that ``viewer`` asks for, with all that their cards show."""
    shown, older, newer = cut(find_ids(query, viewer, cursor, size + 1), cursor, size)
    cards = get_cards(shown, viewer)
    return Page([cards[pk] for pk in shown if pk in cards], older, newer)


def find_ids(query: Query, viewer: User | None, cursor: Cursor = START, limit: int = PAGE_SIZE) -> list[int]:
    """Return the ids of the next posts beyond ``cursor`` that ``viewer`` asks for, nearest first.

    Two questions for somebody signed in. The index itself answers the first: of what is for everybody, one's own and
    what mentions one. The second is for what is neither, but was liked or bookmarked; where the first filled the page,
    only as far as that reaches.
    """
    above, below = (cursor.id, query.below) if cursor.upward else (query.above, cursor.id)
    span = Span(max(above, query.above), min(below, query.below), cursor.upward, limit)
    if span.is_empty or not is_available():
        return []
    who, database = [] if viewer is None else [viewer.pk], backend()
    findable = _findable(viewer is None, query.names_people).sql(*who)
    kept = _kept(query.kept).sql(*who) if query.kept else _ANY
    if viewer is None:
        return list(database.hits(query.and_any(facts.OPEN), span, findable, kept))
    mine = (facts.by(viewer.pk), facts.to(viewer.pk))
    found = list(database.hits(query.and_any(facts.OPEN, *mine), span, findable, kept))
    rest = span.until(found[-1]) if len(found) == limit else span
    if not rest.is_empty:
        ties = kept if query.kept else _kept(_TIES).sql(*who)
        found += database.hits(query.and_any(facts.CLOSED).without(*mine), rest, findable, ties)
    return sorted(found, reverse=not cursor.upward)[:limit]


@cache
def _findable(is_anonymous: bool, names_people: bool) -> Prepared:
    def build(*who: int) -> QuerySet[Post, int]:
        viewer = None if is_anonymous else person_at(User, who[0])
        posts = findable_by(viewer).filter(pk=backend().HIT)
        return (posts if names_people else posts.wanted_by(viewer)).order_by().values_list("pk", flat=True)

    return Prepared(build, 0 if is_anonymous else 1)


@cache
def _kept(kinds: frozenset[str]) -> Prepared:
    return Prepared(lambda who: kept_by(person_at(User, who), kinds), 1)
