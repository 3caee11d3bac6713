"""PostgreSQL: a ``tsvector`` for each entry with a GIN index.

Vectors and questions are written out here word by word; PostgreSQL's own parser and dictionaries are not used, so that
both databases find the same.

GIN gives hits in no order. A page is therefore found as a home page is (feeds/timelines.py): first among the next
entries, a few and then many (``WINDOWS``; 0.4 ms for a thousand), where a common word is met often enough; only where
that comes up short are all hits taken from the index and sorted. Those are few then, as the word is seldom.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.db.models.expressions import RawSQL

from core.prepared import fetch
from search.query import Group, Part, Query, Span, Term

WINDOWS = (2000, 40_000)
_INDEX = "CREATE INDEX IF NOT EXISTS search_entry_words ON search_entry USING gin (words)"
_EDGE = "SELECT post_id FROM search_entry WHERE post_id {beyond} %s ORDER BY post_id {order} LIMIT 1 OFFSET %s"
_NEAR = """
    SELECT hit.post_id FROM search_entry AS hit
    WHERE hit.words @@ %s::tsquery AND hit.post_id < %s AND hit.post_id > %s{kept} AND EXISTS ({findable})
    ORDER BY hit.post_id {order} LIMIT %s
"""
# Hits are sorted before anybody asks who may find them (OFFSET 0 keeps that question where it stands), and the question
# is asked only until the page is full. By the sum the planner knows that the order is not that of the primary key.
_FAR = """
    WITH hit AS MATERIALIZED (
        SELECT post_id FROM search_entry AS hit
        WHERE words @@ %s::tsquery AND post_id < %s AND post_id > %s{kept} ORDER BY post_id + 0 {order})
    SELECT hit.post_id FROM hit WHERE EXISTS ({findable} OFFSET 0) LIMIT %s
"""
HIT = RawSQL("hit.post_id", ())


def is_available() -> bool:
    """Whether words can be looked for: PostgreSQL always can."""
    return True


def prepare(database: Any) -> None:
    """Make the index where it is missing."""
    with database.cursor() as cursor:
        cursor.execute("SELECT to_regclass('search_entry') IS NOT NULL AND to_regclass('search_entry_words') IS NULL")
        if cursor.fetchone()[0]:
            cursor.execute(_INDEX)


def hits(query: Query, span: Span, findable: Part, kept: Part) -> list[int]:
    """Return the next ids of a span that the question hits and somebody may find; ``kept``: only of these, if any.

    At most two queries for each window and one more. Where few posts are kept, the planner begins with them.
    """
    found: list[int] = []
    rest = span
    for window in () if kept[0] else WINDOWS:
        edge = _edge(rest, window)
        found += _ask(_NEAR, query, rest if edge is None else rest.through(edge), findable, kept)
        if edge is None or len(found) == span.limit:
            return found
        rest = replace(rest.beyond(edge), limit=span.limit - len(found))
    return found + _ask(_FAR, query, rest, findable, kept)


def _edge(span: Span, window: int) -> int | None:
    """Return the last id among the next ``window`` entries; ``None`` where there are no more than that."""
    sql = _EDGE.format(beyond=">" if span.upward else "<", order=span.order)
    rows = fetch(sql, [span.above if span.upward else span.below, window])
    pk = rows[0][0] if rows else None
    return pk if pk is not None and span.above < pk < span.below else None


def _ask(statement: str, query: Query, span: Span, findable: Part, kept: Part) -> list[int]:
    among = f" AND hit.post_id IN ({kept[0]})" if kept[0] else ""
    sql = statement.format(findable=findable[0], kept=among, order=span.order)
    parameters = [match(query), span.below, span.above, *kept[1], *findable[1], span.limit]
    return [pk for (pk,) in fetch(sql, parameters, anew=True)]


def match(query: Query) -> str:
    """Return the question as a ``tsquery`` in its written form."""
    parts = [_any_of(group) for group in query.wanted] + [f"!({_term(term)})" for term in query.unwanted]
    return " & ".join(parts)


def _any_of(group: Group) -> str:
    return f"({' | '.join(_term(term) for term in group)})"


def _term(term: Term) -> str:
    *words, last = (f"'{word}'" for word in term.words)
    return " <-> ".join([*words, f"{last}:*" if term.is_begun else last])
