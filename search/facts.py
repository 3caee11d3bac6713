"""What the index knows of a post besides its words. A fact is one word of the index that begins with ``_``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

OPEN, CLOSED = "_open", "_closed"
"""Published for everybody, or for fewer; each post is one of the two."""
LINK, POLL, IMAGE, VIDEO, AUDIO = "_link", "_poll", "_image", "_video", "_audio"
_LANGUAGE = re.compile(r"([a-z]{2,3})(-[a-z0-9]{2,8})*")
OF_KIND = {"image": IMAGE, "video": VIDEO, "audio": AUDIO}


def by(person: int) -> str:
    """Written by this person."""
    return f"_by{person}"


def to(person: int) -> str:
    """Mentions this person."""
    return f"_to{person}"


def tagged(name: str) -> str:
    """Carries this tag."""
    return f"_tag{name}"


def spoken(language: str) -> str:
    """Written in this language; of ``de-AT`` only ``de`` counts. Nothing for what names no language."""
    found = _LANGUAGE.fullmatch(language.lower())
    return f"_in{found[1]}" if found else ""


@dataclass(frozen=True)
class Said:
    """Everything a post says."""

    author: int
    is_open: bool
    texts: Sequence[str]
    """What is read, each on its own: warning, text, answers of the poll, descriptions of files."""
    language: str
    has_link: bool
    has_poll: bool
    kinds: Iterable[str]
    people: Iterable[int]
    tags: Iterable[str]

    def facts(self) -> list[str]:
        """Return the facts in a fixed order."""
        what: list[Any] = [
            OPEN if self.is_open else CLOSED,
            by(self.author),
            spoken(self.language),
        ]
        what += [LINK if self.has_link else "", POLL if self.has_poll else ""]
        what += sorted({OF_KIND[kind] for kind in self.kinds if kind in OF_KIND})
        what += [to(pk) for pk in sorted(self.people)]
        return [fact for fact in (*what, *(tagged(name) for name in sorted(self.tags))) if fact]
