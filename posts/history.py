"""The versions of a post, newest first, and what changed from each to the next, word by word."""

from __future__ import annotations

import re
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Any

from core.ids import moment_of
from media.models import Attachment
from posts.models import Poll, Post

SHOWN = 30
_token = re.compile(r"\w+|\s+|[^\w\s]")


@dataclass(frozen=True)
class Run:
    """Words that stayed (``same``), came (``ins``) or went (``del``)."""

    kind: str
    text: str


@dataclass(frozen=True)
class Version:
    """One version; ``runs`` are its words compared with those of the version before it."""

    moment: datetime
    runs: list[Run]
    spoiler: list[Run]
    files_changed: bool
    is_first: bool


@dataclass(frozen=True)
class Edit:
    """One version as it stood from ``created`` on; ``poll`` are the answers it offered, if it asked."""

    created: datetime
    html: str
    spoiler: str
    is_sensitive: bool
    files: list[Attachment]
    poll: list[str] | None


def versions_of(post: Post) -> list[Version]:
    """Return the newest versions of a post, the one that stands now first."""
    edits = list(post.edits.order_by("-pk")[:SHOWN])[::-1]
    rows = post.post_attachments.select_related("attachment").order_by("position")
    now = [{"id": row.attachment_id, "description": row.attachment.description} for row in rows]
    texts = [*((edit.text, edit.spoiler, edit.files) for edit in edits), (post.text, post.spoiler, now)]
    # An edit's id says when that version ended, so each version began when the one before it ended.
    begun = [moment_of(edit.pk) for edit in edits]
    changes = [_version(moment, before, after) for moment, (before, after) in zip(begun, pairwise(texts), strict=True)]
    first = [_version(post.created, texts[0], texts[0], is_first=True)] if len(edits) < SHOWN else []
    return [*first, *changes][::-1]


def edits_of(post: Post) -> list[Edit]:
    """Return every version of a post as it stood, the first one first and the present one last; in four queries."""
    edits = list(post.edits.order_by("pk"))
    rows = post.post_attachments.select_related("attachment").order_by("position")
    now = [{"id": row.attachment_id, "description": row.attachment.description} for row in rows]
    known = Attachment.objects.in_bulk({file["id"] for edit in edits for file in edit.files} | {f["id"] for f in now})
    poll = Poll.objects.filter(post=post).prefetch_related("options").first() if post.has_poll else None
    answers = [option.title for option in poll.options.all()] if poll else None
    versions = [(edit, edit.files, edit.poll) for edit in edits] + [(post, now, answers)]
    begun = [post.created, *(moment_of(edit.pk) for edit in edits)]
    return [
        Edit(moment, said.html, said.spoiler, said.is_sensitive, _as_described(files, known), titles)
        for moment, (said, files, titles) in zip(begun, versions, strict=True)
    ]


def _as_described(files: list[dict[str, Any]], known: dict[int, Attachment]) -> list[Attachment]:
    """Return those of the files that are still there, each with the description it had then."""
    described = []
    for file in files:
        if file["id"] in known:
            then = copy(known[file["id"]])
            then.description = file["description"]
            described.append(then)
    return described


def compare_words(before: str, after: str) -> list[Run]:
    """Return ``after`` word by word, with what went from ``before`` at its place."""
    old, new = _token.findall(before), _token.findall(after)
    runs: list[Run] = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new).get_opcodes():
        if kind == "equal":
            runs.append(Run("same", "".join(new[c:d])))
            continue
        runs += [Run("del", "".join(old[a:b]))] if b > a else []
        runs += [Run("ins", "".join(new[c:d]))] if d > c else []
    return runs


Said = tuple[str, str, list[dict[str, object]]]


def _version(moment: datetime, before: Said, after: Said, *, is_first: bool = False) -> Version:
    words, spoiler = compare_words(before[0], after[0]), compare_words(before[1], after[1])
    return Version(moment, words, spoiler, before[2] != after[2], is_first)
