"""Names of streams in the dialect of apps, and what of our log each of them is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from core.ids import MAX_ID
from core.text import tag_name
from live.dialect import threads
from live.protocol import StreamName

POSTS: Final = StreamName("posts", 0)
COMMENTS: Final = StreamName("comments", 0)
STATUS_EVENTS: Final = frozenset({"update", "status.update", "delete"})
OWN_EVENTS: Final = frozenset({"notification", "filters_changed"})
NEWS: Final = frozenset({"announcement", "announcement.delete"})

PREFIX: Final = "/api/v1/streaming/"
"""Where the streams are, as server-sent events; the WebSocket is at the same address without anything behind."""
STREAMS: Final = {
    "user", "user/notification", "public", "public/local", "public/remote", "hashtag", "hashtag/local", "list",
    "direct", "post",
}  # fmt: skip

STATUSES: Final = "read:statuses"
NOTIFICATIONS: Final = "read:notifications"
LISTS: Final = "read:lists"
PLAIN: Final = {
    "user", "user:notification", "public", "public:media", "public:local", "public:local:media", "public:remote",
    "public:remote:media", "direct",
}  # fmt: skip


class NoSuchStream(ValueError):
    """Nothing goes by that name, or something it needs is missing; the text says which, to the client."""


@dataclass(frozen=True)
class Topic:
    """What a client subscribed: ``label`` names it in answers, ``parts`` are streams of our log with a feed of them,
    ``wants`` the events that are passed on, ``scopes`` what the token must be allowed."""

    label: tuple[str, ...]
    parts: tuple[tuple[StreamName, str], ...]
    wants: frozenset[str]
    scopes: tuple[str, ...]


def topic_of(stream: object, given: Mapping[str, object], viewer_id: int) -> Topic:
    """Return the topic of that name for a person; ``given`` holds ``tag``, ``list``, ``id`` and ``only_media``.

    A stream tells what its timeline shows: those of a tag and of a list show comments, home and public do not. ``post``
    is our own: the talk below one post.

    Raises NoSuchStream.
    """
    name = str(stream)
    if name in {"hashtag", "hashtag:local"}:
        return _hashtag(name, given)
    if name == "list":
        return _list(given)
    if name == "post":
        return _post(given)
    if name not in PLAIN:
        raise NoSuchStream("Unknown stream type")
    if name.startswith("public"):
        return _public(name, given)
    return _own(name, (StreamName("user", viewer_id), ""))


def _own(name: str, own: tuple[StreamName, str]) -> Topic:
    match name:
        case "user":
            wants = STATUS_EVENTS | OWN_EVENTS | NEWS
            return Topic((name,), (own, (POSTS, "home")), wants, (STATUSES, NOTIFICATIONS))
        case "user:notification":
            return Topic((name,), (own,), frozenset({"notification"}), (NOTIFICATIONS,))
    return Topic((name,), (own,), frozenset({"conversation"}), (STATUSES,))


def _public(name: str, given: Mapping[str, object]) -> Topic:
    if "remote" in name:  # there are no other sites, so nothing ever comes
        return Topic((name,), (), STATUS_EVENTS, (STATUSES,))
    only_media = name.endswith(":media") or _is_true(given.get("only_media"))
    return Topic((name,), ((POSTS, "local:media" if only_media else "local"),), STATUS_EVENTS, (STATUSES,))


def _hashtag(name: str, given: Mapping[str, object]) -> Topic:
    tag = given.get("tag")
    folded = tag_name(tag) if isinstance(tag, str) else None
    if not folded:
        raise NoSuchStream("Missing tag name parameter")
    feed = f"tag:{folded}"
    return Topic((name, str(tag)), ((POSTS, feed), (COMMENTS, feed)), STATUS_EVENTS, (STATUSES,))


def _list(given: Mapping[str, object]) -> Topic:
    pk = _id(given, "list", "Missing list name parameter")
    feed = f"list:{pk}"
    return Topic(("list", str(pk)), ((POSTS, feed), (COMMENTS, feed)), STATUS_EVENTS, (STATUSES, LISTS))


def _post(given: Mapping[str, object]) -> Topic:
    pk = _id(given, "id", "Missing id parameter")
    return Topic(("post", str(pk)), ((StreamName("post", pk), ""),), threads.EVENTS, (STATUSES,))


def _id(given: Mapping[str, object], name: str, missing: str) -> int:
    text = str(given.get(name) or "")
    if not (text.isascii() and text.isdigit() and len(text) <= 19 and 0 < int(text) <= MAX_ID):
        raise NoSuchStream(missing)
    return int(text)


def _is_true(value: object) -> bool:
    return str(value).lower() in {"true", "1", "on"}
