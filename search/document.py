"""What the index keeps of a post."""

from __future__ import annotations

from collections.abc import Iterable

from core.words import words_of

WORDS = 10_000
"""Of one post; beyond, PostgreSQL could not say where a word stands (16,383)."""


def document(texts: Iterable[str], facts: Iterable[str]) -> str:
    """Return what the index keeps of a post: its words, parted by ``_`` where one text ends, then its facts.

    Facts begin with ``_``, which no word does, so nobody finds one by a word and no phrase reaches over a border.
    """
    kept: list[str] = []
    for text in texts:
        if text and len(kept) < WORDS:
            kept += [*(["_"] if kept else []), *words_of(text)]
    return " ".join([*kept[:WORDS], *facts])
