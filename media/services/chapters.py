"""Chapters of a sound: a line for each, with the time it begins and what it is called."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.display import clock
from core.text import legible
from media.models import Attachment, Kind
from media.sandbox import MAX_CHAPTERS, TITLE_LENGTH

if TYPE_CHECKING:
    from accounts.models import User

LINE: Final = re.compile(r"\s*\(?((?:\d{1,2}:)?\d{1,3}:\d{2}(?:[.,]\d{1,3})?)\)?\s*[-–—:.]?\s+(.+?)\s*\Z")


def set_chapters(actor: User, attachment: Attachment, text: str) -> None:
    """Replace the chapters of a sound of one's own by those that ``text`` has; nothing takes them away.

    PermissionDenied for others' files, ValidationError with a sentence for what cannot be understood.
    """
    if attachment.owner_id != actor.pk or attachment.kind != Kind.AUDIO:
        raise PermissionDenied
    attachment.chapters = read_chapters(text, attachment.duration or 0)
    attachment.save(update_fields=["chapters"])


def read_chapters(text: str, seconds: float) -> list[dict[str, Any]]:
    """Return the chapters that ``text`` names, in order of time: ``1:02:30 A title`` on each line."""
    chapters: list[dict[str, Any]] = []
    for line in filter(str.strip, legible(text).splitlines()):
        chapter = _chapter(line)
        if chapter["start"] >= seconds:
            raise ValidationError(
                _("“%(line)s” begins after the end, which is at %(end)s."),
                params={"line": line.strip()[:80], "end": clock(seconds)},
            )
        if chapters and chapter["start"] <= chapters[-1]["start"]:
            raise ValidationError(
                _("“%(line)s” does not begin later than the line before."), params={"line": line.strip()[:80]}
            )
        chapters.append(chapter)
    if len(chapters) > MAX_CHAPTERS:
        words = ngettext("At most %(n)s chapter fits.", "At most %(n)s chapters fit.", MAX_CHAPTERS)
        raise ValidationError(words, params={"n": MAX_CHAPTERS})
    return chapters


def write_chapters(attachment: Attachment) -> str:
    """Return the chapters as their author writes them."""
    return chapters_text((chapter["start"], chapter["title"]) for chapter in attachment.chapters)


def chapters_text(chapters: Iterable[tuple[float, str]]) -> str:
    """Return pairs of a second and a title as lines that ``read_chapters`` understands."""
    return "\n".join(f"{_time(start)} {' '.join(title.split())}" for start, title in chapters)


def _chapter(line: str) -> dict[str, Any]:
    found = LINE.match(line)
    title = "".join(char for char in found[2] if char.isprintable()) if found else ""
    if not found or not title:
        raise ValidationError(
            _("“%(line)s” is no chapter. Write the time first, then a space and the title: 1:30 The way there"),
            params={"line": line.strip()[:80]},
        )
    if len(title) > TITLE_LENGTH:
        raise ValidationError(
            _("The title at %(time)s is too long; at most %(limit)s characters fit."),
            params={"time": found[1], "limit": TITLE_LENGTH},
        )
    parts = [float(part) for part in found[1].replace(",", ".").split(":")]
    return {"start": sum(part * 60**n for n, part in enumerate(reversed(parts))), "title": title}


def _time(start: float) -> str:
    """Return a time so that nothing of it is lost: 1:02.5 where it does not begin with a second."""
    part = round(start % 1, 3)
    return clock(int(start)) + (f"{part:.3f}"[1:].rstrip("0") if part else "")
