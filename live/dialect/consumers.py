"""Streams over one socket: an app subscribes and unsubscribes as it likes."""

from __future__ import annotations

import json
from typing import Any

from api.answers import JSON
from api.errors import BAD_TOKEN
from live.consumers import LiveConsumer
from live.dialect.access import AppPass, open_app_pass, read_query, token_in
from live.dialect.follower import Follower
from live.dialect.streams import NoSuchStream, Topic, topic_of
from live.hub import current_hub
from live.protocol import MAX_FRAME, MAX_STREAMS, TOO_BIG, TOO_MUCH


class AppConsumer(LiveConsumer):
    """An app's socket. It gets no frames of the hub itself: its followers do, one for each topic."""

    app: AppPass

    async def connect(self) -> None:
        """Let in who brings a token in force; a bad one is refused before the handshake is over."""
        headers, query = dict(self.scope["headers"]), read_query(self.scope)
        self.followers: dict[tuple[str, ...], Follower] = {}
        raw, protocol = token_in(headers, query)
        hub = await current_hub()
        app = await hub.ask(open_app_pass, raw)
        if app is None:
            await self._refuse_handshake()
            return
        self.app, self.hub = app, hub
        await self.accept(subprotocol=protocol)
        if "stream" in query:
            await self._subscribe({**query, "last_id": query.get("last_event_id", "")})

    def leave(self) -> None:
        """Let the hub forget all that was followed."""
        for follower in self.followers.values():
            self.hub.leave(follower)
        self.followers.clear()

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Do what a frame asks for; what means nothing is ignored, as this dialect has it."""
        if len(text_data or "") > MAX_FRAME or len(bytes_data or b"") > MAX_FRAME:
            await self.close(TOO_BIG)
            return
        if self._is_too_much():
            await self.close(TOO_MUCH)
            return
        try:
            asked = json.loads(text_data or "")
        except (ValueError, RecursionError):
            return
        if not isinstance(asked, dict):
            return
        if asked.get("type") == "subscribe":
            await self._subscribe(asked)
        elif asked.get("type") == "unsubscribe":
            await self._unsubscribe(asked)

    async def _subscribe(self, asked: dict[str, Any]) -> None:
        topic = await self._topic(asked)
        if topic is None or topic.label in self.followers:
            return
        if len(self.followers) >= MAX_STREAMS:
            self._refuse("Too many streams")
            return
        follower = Follower(self.app.held, topic, self._deliver, self.end)
        self.followers[topic.label] = follower
        last_id = asked.get("last_id", "")
        await follower.follow(self.hub, last_id if isinstance(last_id, str) else "")

    async def _unsubscribe(self, asked: dict[str, Any]) -> None:
        topic = await self._topic(asked)
        follower = self.followers.pop(topic.label, None) if topic else None
        if follower is not None:
            self.hub.leave(follower)

    async def _topic(self, asked: dict[str, Any]) -> Topic | None:
        try:
            topic = topic_of(asked.get("stream"), asked, self.app.viewer_id)
            await self.hub.ask(self.app.check, topic)
        except NoSuchStream as error:
            self._refuse(str(error))
            return None
        return topic

    async def _refuse_handshake(self) -> None:
        """Answer 401; where the server cannot say that of a handshake, it says 403."""
        if "websocket.http.response" not in self.scope.get("extensions", {}):
            await self.close()
            return
        headers = [(b"content-type", JSON.encode())]
        await self.base_send({"type": "websocket.http.response.start", "status": 401, "headers": headers})
        await self.base_send({"type": "websocket.http.response.body", "body": b'{"error":"%s"}' % BAD_TOKEN.encode()})

    def _refuse(self, error: str) -> None:
        self.push(json.dumps({"error": error, "status": 400}))

    def _deliver(self, follower: Follower, line: dict[str, Any]) -> None:
        said = {"stream": list(follower.topic.label), "event": line["event"], "id": line["id"]}
        if "payload" in line:
            said["payload"] = line["payload"]
        self.push(json.dumps(said, ensure_ascii=False))
