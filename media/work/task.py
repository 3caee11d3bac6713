"""What the parent asks, what the child answers, and how it says no."""

from dataclasses import dataclass, field
from typing import Final, TypedDict

PROGRESS: Final = "progress"  # a file in the working folder: per cent, as digits


class Job(TypedDict):
    """One piece of work, as JSON on the command line; the file itself comes on standard input."""

    step: str
    """``image``; ``keep`` (films and sounds as they are, without metadata) or ``convert`` (sounds); the two passes over
    a film: ``draft``, then ``finish`` or, where browsers do not play what was uploaded, ``replace``."""
    reader: str
    """The decoder to ask (``media.sniff``)."""
    purpose: str
    """``post``, ``avatar`` or ``header``."""
    limits: dict[str, int]
    """``cpu`` (s), ``memory`` (MiB), ``file_size`` (MiB)."""


class Variant(TypedDict, total=False):
    """A file that was made, in the working folder."""

    file: str
    type: str
    width: int
    height: int
    segments: int
    """How many are there of a film that is still being made."""


class Chapter(TypedDict):
    """Where a part of a sound begins, and what it is called."""

    start: float
    title: str


@dataclass
class Made:
    """What was found out about a file, and what was made of it."""

    kind: str
    width: int | None = None
    height: int | None = None
    duration: float | None = None
    blurhash: str = ""
    color: str = ""
    wave: list[int] = field(default_factory=list)
    chapters: list[Chapter] = field(default_factory=list)
    is_loop: bool = False
    needs_converting: bool = False
    """Browsers do not play this: nothing was made yet, ask for ``convert`` with limits that fit ``duration``."""
    variants: dict[str, Variant] = field(default_factory=dict)


class Refused(Exception):
    """This file cannot be taken; ``code`` is one of REASONS of ``media.sandbox``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
