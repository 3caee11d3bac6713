"""The streams in the published description: the WebSocket, and one address of server-sent events for each stream."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from api.described import DESCRIBED, Described
from live.dialect.streams import LISTS, NOTIFICATIONS, PREFIX, STATUSES, STREAMS

ABOUT = "A stream as server-sent events: each has a name, the same payload as over the WebSocket, and an id."
SOCKET = (
    "All streams over one WebSocket: subscribed to by messages, or by `stream` in the address. The token comes as the "
    "subprotocol (which is answered), as `access_token`, or in the header."
)
SECURITY = ({"oauth2": [STATUSES]},)


class Where(TypedDict):
    """How a stream may be asked for."""

    access_token: NotRequired[str]
    last_event_id: NotRequired[str]


class WithFiles(Where):
    """The same for posts of everybody."""

    only_media: NotRequired[bool]


class OfTag(Where):
    """The same for a tag."""

    tag: str


class OfList(Where):
    """The same for a list."""

    list: str


class OfPost(Where):
    """The same for the talk below a post, by the id of the post on top."""

    id: str


class Subscribed(WithFiles):
    """A first subscription in the address of the WebSocket."""

    stream: NotRequired[str]
    tag: NotRequired[str]
    list: NotRequired[str]
    id: NotRequired[str]


def takes(name: str) -> type[Where]:
    """Return what the stream of that name needs to know."""
    by_start: dict[str, type[Where]] = {
        "hashtag": OfTag, "list": OfList, "public": WithFiles, "post": OfPost,
    }  # fmt: skip
    return by_start.get(name.partition("/")[0], Where)


def who(name: str) -> str:
    """Return who may listen, as a sentence."""
    needed = {"user": f"`{STATUSES}` and `{NOTIFICATIONS}`", "user/notification": f"`{NOTIFICATIONS}`"}
    needed["list"] = f"`{STATUSES}` and `{LISTS}`"
    return f"An app that acts for a person, with the scope {needed.get(name, f'`{STATUSES}`')}."


DESCRIBED.extend(
    Described("GET", f"{PREFIX}{name}", "streaming", ABOUT, who(name), takes(name), {200: str}, (400, 401), SECURITY,
              "text/event-stream")
    for name in sorted(STREAMS)
)  # fmt: skip
DESCRIBED.append(
    Described("GET", PREFIX.rstrip("/"), "streaming", SOCKET, who(""), Subscribed, {101: None}, (401, 404), SECURITY)
)
