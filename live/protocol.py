"""What travels over a socket: frames of the reader, parsed strictly, and frames of ours.

A reader sends ``subscribe``, ``unsubscribe`` and ``typing``; docs/live.md describes all of it. Ids are strings in JSON,
because a number of 63 bits does not survive a browser.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from core.ids import MAX_ID

MAX_FRAME = 64 * 1024
MAX_STREAMS = 50
FEEDS = ("home", "local")

SIGNED_OUT = 4401
NO_RIGHTS = 4403
TOO_MUCH = 1008
TOO_BIG = 1009

_NAME = re.compile(r"(?:(post|user):([1-9][0-9]{0,18})|posts)\Z", re.ASCII)


class Nonsense(ValueError):
    """A frame that means nothing here; the text is the error's code."""


@dataclass(frozen=True)
class StreamName:
    """A stream's name, taken apart: ``kind`` is ``post``, ``user``, ``posts`` or (for apps only) ``comments``."""

    kind: str
    pk: int

    def __str__(self) -> str:
        return f"{self.kind}:{self.pk}" if self.pk else self.kind


@dataclass(frozen=True)
class Subscribe:
    """Send me what happens on ``stream`` after number ``since`` (``None``: from now on)."""

    stream: StreamName
    since: int | None
    epoch: str
    feed: str


@dataclass(frozen=True)
class Unsubscribe:
    """Stop sending me ``stream``."""

    stream: StreamName


@dataclass(frozen=True)
class Typing:
    """I am writing under the post of ``stream``."""

    stream: StreamName


Request = Subscribe | Unsubscribe | Typing


def parse(text: str) -> Request:
    """Return what a frame asks for; raises Nonsense for everything else."""
    try:
        frame = json.loads(text)
    except (ValueError, RecursionError):
        raise Nonsense("json") from None
    if not isinstance(frame, dict):
        raise Nonsense("json")
    stream = parse_stream(frame.get("stream"))
    match frame.get("type"):
        case "subscribe":
            return Subscribe(stream, _since(frame), _text(frame, "epoch"), _feed(frame, stream))
        case "unsubscribe":
            return Unsubscribe(stream)
        case "typing":
            return Typing(stream)
    raise Nonsense("type")


def parse_stream(name: object) -> StreamName:
    """Return a stream's name taken apart; raises Nonsense for what is not one of ours."""
    found = _NAME.match(name) if isinstance(name, str) else None
    if not found:
        raise Nonsense("stream")
    if found[1] is None:
        return StreamName("posts", 0)
    pk = int(found[2])
    if pk > MAX_ID:
        raise Nonsense("stream")
    return StreamName(found[1], pk)


def frame(kind: str, **fields: Any) -> str:
    """Return a frame of ours as text."""
    return json.dumps({"type": kind, **fields}, ensure_ascii=False, separators=(",", ":"))


def _since(frame: dict[str, Any]) -> int | None:
    since = frame.get("since")
    if since is None:
        return None
    if type(since) is not int or not 0 <= since <= MAX_ID:
        raise Nonsense("since")
    return since


def _feed(frame: dict[str, Any], stream: StreamName) -> str:
    if stream.kind != "posts":
        return ""
    feed = frame.get("feed", "local")
    if feed not in FEEDS:
        raise Nonsense("feed")
    return str(feed)


def _text(frame: dict[str, Any], key: str) -> str:
    value = frame.get(key, "")
    if not isinstance(value, str) or len(value) > 64:
        raise Nonsense(key)
    return value
