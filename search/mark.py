"""Marking in a post's HTML what was looked for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from core.words import Place, places_of
from search.query import Term

# Tags with their attributes, and characters written as entities: neither is text that could hold a word.
_MARKUP = re.compile(r"""(<(?:[^<>"']|"[^"]*"|'[^']*')*>|&\#?\w+;)""")


def mark(html: str, terms: Sequence[Term]) -> str:
    """Return cleaned HTML with a ``<mark>`` around each place that has one of the terms.

    Only text between tags is looked at, and nothing but the marks is added, so what was safe stays so.
    """
    if not terms:
        return html
    pieces = _MARKUP.split(html)
    return "".join(piece if n % 2 else _mark_text(piece, terms) for n, piece in enumerate(pieces))


def _mark_text(text: str, terms: Sequence[Term]) -> str:
    marked, at = [], 0
    for start, end in _joined(_hits(list(places_of(text)), terms)):
        marked += [text[at:start], "<mark>", text[start:end], "</mark>"]
        at = end
    return "".join([*marked, text[at:]]) if marked else text


def _hits(places: Sequence[Place], terms: Iterable[Term]) -> Iterator[tuple[int, int]]:
    """Yield where terms stand."""
    for term in terms:
        for n in range(len(places) - len(term.words) + 1):
            there = places[n : n + len(term.words)]
            if all(map(_fits, there, term.words, [*[False] * (len(there) - 1), term.is_begun])):
                yield there[0].start, there[-1].end


def _fits(place: Place, word: str, is_begun: bool) -> bool:
    return place.word == word or (is_begun and place.word.startswith(word))


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return spans in order, those that overlap or touch as one."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
