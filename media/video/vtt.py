"""Captions read and written: WebVTT (W3C) and SubRip in, clean WebVTT out.

What goes out is made anew from what was understood: times, and text with nothing but italics, bold and underline.
Styles, regions, positions, comments and every other tag stay behind.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import unescape
from typing import Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core.text import normalize_text

MOST_BYTES: Final = 512 * 1024
MOST_CUES: Final = 5000
MOST_TEXT: Final = 1000  # characters of one cue
LONGEST: Final = 100 * 3600 - 0.001
TAGS: Final = {"i", "b", "u"}
TIME = r"(?:(\d{1,4}):)?([0-5]?\d):([0-5]?\d)(?:[.,](\d{1,3}))?"
TIMES = re.compile(rf"\s*{TIME}\s*-->\s*{TIME}(?:\s.*)?\Z")
TAG = re.compile(r"<(/?)([a-zA-Z]+)[^>]*>|<[\d:.]+>|\{\\[^}]*\}")
SKIPPED: Final = ("NOTE", "STYLE", "REGION")


@dataclass(frozen=True)
class Cue:
    """What is said between two times (seconds)."""

    start: float
    end: float
    text: str
    """Lines; ``<i>``, ``<b>`` and ``<u>`` closed in order, everything else as WebVTT wants it escaped."""


def read_captions(content: bytes) -> list[Cue]:
    """Return the cues of a WebVTT or SubRip file; ValidationError with a sentence when there are none to be had."""
    if len(content) > MOST_BYTES:
        raise ValidationError(_("This file is too large for captions."), code="size")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")  # what older programs write
    return parse_captions(text)


def parse_captions(text: str) -> list[Cue]:
    """Return the cues of WebVTT or SubRip text, in order; ValidationError names the line that is not understood."""
    if len(text) > MOST_BYTES:
        raise ValidationError(_("This file is too large for captions."), code="size")
    cues = sorted(_cues(normalize_text(text)), key=lambda cue: (cue.start, cue.end))
    if not cues:
        raise ValidationError(_("There are no captions in it. WebVTT (.vtt) and SubRip (.srt) are understood."))
    if len(cues) > MOST_CUES:
        raise ValidationError(_("These are too many captions; at most %(limit)s fit."), params={"limit": MOST_CUES})
    return cues


def write_captions(cues: Sequence[Cue]) -> str:
    """Return the cues as WebVTT."""
    blocks = (f"{clock(cue.start)} --> {clock(cue.end)}\n{cue.text}\n" for cue in cues)
    return "\n".join(["WEBVTT\n", *blocks])


def clock(seconds: float) -> str:
    """Return a time as WebVTT writes it: 01:02:03.456."""
    whole = round(seconds * 1000)
    return f"{whole // 3_600_000:02}:{whole // 60_000 % 60:02}:{whole // 1000 % 60:02}.{whole % 1000:03}"


def _cues(text: str) -> Iterator[Cue]:
    lines = text.split("\n")
    at = 0
    while at < len(lines):
        if not lines[at].strip():
            at += 1
            continue
        end = next((n for n in range(at, len(lines)) if not lines[n].strip()), len(lines))
        cue = _cue(lines[at:end], at + 1)
        if cue is not None:
            yield cue
        at = end


def _cue(block: list[str], number: int) -> Cue | None:
    """Return the cue of a block that begins at line ``number``; ``None`` for heads, notes and styles."""
    place = next((n for n, line in enumerate(block[:2]) if "-->" in line), None)
    if place is None:
        if block[0].startswith(("WEBVTT", *SKIPPED)):
            return None
        raise ValidationError(_("Line %(line)s: there is no time before this text."), params={"line": number})
    times = TIMES.match(block[place])
    if times is None:
        raise ValidationError(
            _("Line %(line)s: a time looks like 0:01.500 --> 0:04.000."), params={"line": number + place}
        )
    start, end = _seconds(times.groups()[:4]), _seconds(times.groups()[4:])
    if not start < end <= LONGEST:
        raise ValidationError(_("Line %(line)s: it ends before it begins."), params={"line": number + place})
    text = clean_text("\n".join(block[place + 1 :]))
    if len(text) > MOST_TEXT:
        raise ValidationError(
            _("Line %(line)s: one caption takes up to %(limit)s characters."),
            params={"line": number + place, "limit": MOST_TEXT},
        )
    return Cue(start, end, text) if text else None


def _seconds(parts: Sequence[str | None]) -> float:
    hours, minutes, seconds, rest = (part or "0" for part in parts)
    return int(hours) * 3600 + int(minutes) * 60 + int(seconds) + int(rest.ljust(3, "0")) / 1000


def clean_text(text: str) -> str:
    """Return a cue's text with no tags but those of TAGS, each closed, and everything else escaped."""
    out: list[str] = []
    opened: list[str] = []
    at = 0
    for tag in TAG.finditer(text):
        out.append(_plain(text[at : tag.start()]))
        at = tag.end()
        out.append(_tag(tag.group(1), (tag.group(2) or "").lower(), opened))
    out.append(_plain(text[at:]))
    out += [f"</{name}>" for name in reversed(opened)]
    lines = ("".join(out)).split("\n")
    return "\n".join(line for line in (" ".join(line.split()) for line in lines) if line)


def _tag(closes: str | None, name: str, opened: list[str]) -> str:
    if name not in TAGS or (closes and (not opened or opened[-1] != name)) or (not closes and name in opened):
        return ""
    if closes:
        opened.pop()
        return f"</{name}>"
    opened.append(name)
    return f"<{name}>"


def _plain(text: str) -> str:
    """Escape what WebVTT would read as a tag, an arrow or a character's name."""
    return unescape(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
