"""One stream that an app follows: to the hub it is a socket of its own, to the app a part of its connection."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

from core.ids import MAX_ID
from live.access import Pass
from live.dialect.streams import Topic
from live.hub import Hub, Subscription
from live.protocol import Subscribe

_place = re.compile(r"([a-z]+)([0-9]{1,19})")
KEPT: Final = 64

Deliver = Callable[["Follower", dict[str, Any]], None]


class Follower:
    """Hands the app what it wants of one topic, with an id that says where to go on after a break."""

    def __init__(self, held: Pass, topic: Topic, deliver: Deliver, end: Callable[[int], None]) -> None:
        self.held = held
        self.topic = topic
        self.subscriptions: dict[str, Subscription] = {}
        self.places: dict[str, int] = {}
        self._deliver = deliver
        self._end = end

    async def follow(self, hub: Hub, last_id: str = "") -> None:
        """Begin, after what ``last_id`` says was received, else from now on."""
        hub.enter(self)
        since = read_places(last_id)
        for stream, feed in self.topic.parts:
            await hub.subscribe(self, Subscribe(stream, since.get(stream.kind), "", feed))

    def push(self, text: str) -> None:
        """Take a frame of the hub, and pass on what the app wants of it."""
        said = _decoded(text)
        lines = said["events"] if said["type"] == "backlog" else [said] if said["type"] == "event" else []
        kind = str(said.get("stream", "")).partition(":")[0]
        for line in lines:
            self.places[kind] = line["n"]
            if line.get("event") in self.topic.wants:
                self._deliver(self, {**line, "id": self.last_id})
        if said["type"] in {"backlog", "reset"}:
            self.places[kind] = said.get("upto", said.get("head", 0))

    def end(self, code: int) -> None:
        """The app may no longer be here."""
        self._end(code)

    @property
    def last_id(self) -> str:
        """What to give back as ``Last-Event-ID``: how far each stream of the log has been read."""
        return ".".join(f"{kind}{n}" for kind, n in sorted(self.places.items()))


def read_places(last_id: str) -> dict[str, int]:
    """Return how far each stream was read; nothing for nonsense, which begins from now on."""
    found = {match[1]: int(match[2]) for part in last_id.split(".")[:4] if (match := _place.fullmatch(part))}
    return {kind: n for kind, n in found.items() if n <= MAX_ID}


@lru_cache(maxsize=KEPT)
def _decoded(text: str) -> dict[str, Any]:
    """Read a frame; one that goes to many followers is read once."""
    said: dict[str, Any] = json.loads(text)
    return said
