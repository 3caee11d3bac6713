"""From text to words that are found: one folding for what is written and for what is asked, on every database.

A word is a run of letters and digits in small letters without accents (``Müller`` is ``muller``, ``Straße`` is
``strasse``). Scripts without spaces between words (Chinese, Japanese, Thai …) and emoji give one word for each sign;
several in a row are looked for as a phrase. Nothing is reduced to a stem: that would need the right language for each
post, and find other things than were asked for.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

WORD_LENGTH = 64

# What is no letter of its own: accents, vowel points of Hebrew and Arabic, joiners, skin tones, soft hyphens.
_DROPPED = re.compile("[\u00ad\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u064b-\u065f\u0670"
                      "\u200b-\u200d\u2060\ufe00-\ufe0f\U0001f3fb-\U0001f3ff]")  # fmt: skip
# Letters that Unicode does not take apart.
_PLAIN = str.maketrans(
    {"æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ħ": "h", "ı": "i", "ŋ": "n"}
)
# Signs that are words by themselves: scripts written without spaces, and pictures.
_ALONE = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3041-\u309f\u30a1-\u30ff\u31f0-\u31ff\u3400-\u4dbf"
    "\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff\u2300-\u23ff\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff"
)


def _marks() -> str:
    """Return the signs that go with the letter before them (vowel signs of Indic scripts above all), as ranges."""
    found: list[list[int]] = []
    for code in (*range(0x300, 0x3400), *range(0xA000, 0xAC00), *range(0xFB00, 0xFF00), *range(0x10A00, 0x11F00)):
        if unicodedata.category(chr(code))[0] == "M" and code <= sys.maxunicode:
            if found and found[-1][1] == code - 1:
                found[-1][1] = code
            else:
                found.append([code, code])
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in found)


_LETTER = rf"(?:[^\W_{_ALONE}]|[{_marks()}])"
_WORD = re.compile(rf"[{_ALONE}]|[^\W_{_ALONE}]{_LETTER}*")
_ASCII_WORD = re.compile("[a-z0-9]+")  # the same for most texts, in a tenth of the time
_WRITTEN = re.compile(rf"[{_ALONE}]\ufe0f?|[^\W_{_ALONE}](?:{_LETTER}|[\u00ad\u200b-\u200d\u2060])*")


class Place(NamedTuple):
    """A word of a text, and where it stands there."""

    word: str
    start: int
    end: int


def fold(text: str) -> str:
    """Return ``text`` in small letters without accents, as everything is compared."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return unicodedata.normalize("NFC", _DROPPED.sub("", apart).translate(_PLAIN))


def words_of(text: str) -> list[str]:
    """Return the words of a text in order; what is longer than 64 letters is cut."""
    pattern = _ASCII_WORD if text.isascii() else _WORD
    return [word[:WORD_LENGTH] for word in pattern.findall(fold(text))]


def sought_in(text: str) -> str:
    """Return the words of a name, or of what is looked for in names, each after a space: `` zoe muller``."""
    return "".join(f" {word}" for word in words_of(text))


def places_of(text: str) -> Iterator[Place]:
    """Yield the words of a text with their places in it; what folds into several words has them at one place."""
    for found in _WRITTEN.finditer(text):
        for word in words_of(found[0]):
            yield Place(word, found.start(), found.end())
