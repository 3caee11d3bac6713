"""SQLite: an FTS5 table beside the entries, kept equal to them by triggers.

The tokenizer is ``ascii``, which takes every sign beyond ASCII as part of a word: where words begin and end is decided
in ``core/words.py`` alone. FTS5 walks through the posts with a word in the order of their ids, either way, so that a
page is found without looking at more posts than it needs.
"""

from __future__ import annotations

import sqlite3
from functools import cache
from typing import Any

from django.db.models.expressions import RawSQL

from core.prepared import fetch
from search.query import Group, Part, Query, Span, Term

# The external table holds no second copy of the words. No sizes of columns: nothing is ranked by them.
_INDEX = """
    CREATE VIRTUAL TABLE IF NOT EXISTS search_index USING fts5(
        words, content='search_entry', content_rowid='post_id', columnsize=0, tokenize="ascii tokenchars '_'")
"""
# Each post is a small part of its own until several are merged. By 8 instead of 4, a post costs 50 µs instead of 190,
# and a question the same.
_MERGE_LESS = "INSERT INTO search_index (search_index, rank) VALUES ('automerge', 8)"
_ADD = "INSERT INTO search_index (rowid, words) VALUES (new.post_id, new.words)"
_TAKE = "INSERT INTO search_index (search_index, rowid, words) VALUES ('delete', old.post_id, old.words)"
_TRIGGERS = {
    "search_entry_added": f"AFTER INSERT ON search_entry BEGIN {_ADD}; END",
    "search_entry_taken": f"AFTER DELETE ON search_entry BEGIN {_TAKE}; END",
    "search_entry_changed": f"AFTER UPDATE OF words ON search_entry BEGIN {_TAKE}; {_ADD}; END",
}
_HITS = """
    SELECT hit.rowid FROM search_index AS hit
    WHERE hit.search_index MATCH %s AND hit.rowid < %s AND hit.rowid > %s{kept} AND EXISTS ({findable})
    ORDER BY hit.rowid {order} LIMIT %s
"""
HIT = RawSQL("hit.rowid", ())


@cache
def is_available() -> bool:
    """Whether this Python's SQLite has FTS5."""
    with sqlite3.connect(":memory:") as probe:
        try:
            probe.execute("CREATE VIRTUAL TABLE probe USING fts5(words)")
        except sqlite3.OperationalError:
            return False
        finally:
            probe.rollback()
    return True


def prepare(database: Any) -> None:
    """Make the table and its triggers where they are missing, and fill it; without FTS5 take the triggers away.

    Django makes a table anew to change it, and its triggers go with the old one; so this is done after migrations.
    """
    with database.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE name LIKE 'search!_%%' ESCAPE '!'", [])
        there = {name for (name,) in cursor.fetchall()}
        if "search_entry" not in there:
            return
        if not is_available():
            for name in there & set(_TRIGGERS):
                cursor.execute(f"DROP TRIGGER {name}")
        elif not there >= {"search_index", *_TRIGGERS}:
            cursor.execute(_INDEX)
            for name, action in _TRIGGERS.items():
                cursor.execute(f"CREATE TRIGGER IF NOT EXISTS {name} {action}")
            cursor.execute(_MERGE_LESS)
            cursor.execute("INSERT INTO search_index (search_index) VALUES ('rebuild')")


def hits(query: Query, span: Span, findable: Part, kept: Part) -> list[int]:
    """Return the next ids of a span that the question hits and somebody may find; ``kept``: only of these, if any."""
    # The plus keeps SQLite from asking FTS5 once for each post that was kept.
    among = f" AND +hit.rowid IN ({kept[0]})" if kept[0] else ""
    sql = _HITS.format(findable=findable[0], kept=among, order=span.order)
    return [pk for (pk,) in fetch(sql, [match(query), span.below, span.above, *kept[1], *findable[1], span.limit])]


def match(query: Query) -> str:
    """Return what FTS5 is asked."""
    wanted = " AND ".join(_any_of(group) for group in query.wanted)
    unwanted = " OR ".join(_term(term) for term in query.unwanted)
    return f"({wanted}) NOT ({unwanted})" if unwanted else wanted


def _any_of(group: Group) -> str:
    return f"({' OR '.join(_term(term) for term in group)})"


def _term(term: Term) -> str:
    return f'"{" ".join(term.words)}"{" *" if term.is_begun else ""}'
