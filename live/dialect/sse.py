"""The same streams as server-sent events: one stream for each connection (HTML standard, section 9.2)."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from starlette.types import Receive, Scope, Send

from api.answers import JSON
from live.dialect.access import open_app_pass, read_query, token_in
from live.dialect.follower import Follower
from live.dialect.streams import PREFIX, NoSuchStream, topic_of
from live.hub import current_hub

THUMP: Final = 15.0  # seconds between comments that keep the connection alive
WAITING: Final = 500  # events that may wait for a slow reader; with more, it is cut off and comes back by its last id


class Stream:
    """One connection that is written to until either side ends it."""

    def __init__(self) -> None:
        self.queue: asyncio.Queue[str] = asyncio.Queue(WAITING)
        self.over = asyncio.Event()

    def deliver(self, follower: Follower, line: dict[str, Any]) -> None:
        """Queue one event; payloads have no line breaks, being JSON or an id."""
        payload = line.get("payload", "undefined")
        try:
            self.queue.put_nowait(f"id: {line['id']}\nevent: {line['event']}\ndata: {payload}\n\n")
        except asyncio.QueueFull:
            self.over.set()

    def end(self, code: int) -> None:
        """Close: the app may no longer be here."""
        self.over.set()


async def serve_stream(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer a request for one of the streams (ASGI)."""
    headers, query = dict(scope["headers"]), read_query(scope)
    raw, _protocol = token_in({**headers, b"sec-websocket-protocol": b""}, query)
    hub = await current_hub()
    app = await hub.ask(open_app_pass, raw)
    if app is None:
        return await _refuse(send, 401, "The access token is invalid")
    name = scope["path"].removeprefix(PREFIX).rstrip("/").replace("/", ":")
    try:
        topic = topic_of(name, query, app.viewer_id)
        await hub.ask(app.check, topic)
    except NoSuchStream as error:
        return await _refuse(send, 400, str(error))
    stream = Stream()
    follower = Follower(app.held, topic, stream.deliver, stream.end)
    last_id = headers.get(b"last-event-id", b"").decode("latin-1") or query.get("last_event_id", "")
    try:
        await follower.follow(hub, last_id)
        # From here on nothing is missed; apps take the first line of the answer for that.
        await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
        await _write(send, ":)\n\n")
        await _run(stream, receive, send)
    finally:
        hub.leave(follower)
    return None


async def _run(stream: Stream, receive: Receive, send: Send) -> None:
    """Write what comes, and a sign of life in between, until somebody has had enough."""
    gone, over = asyncio.ensure_future(_gone(receive)), asyncio.ensure_future(stream.over.wait())
    coming = asyncio.ensure_future(stream.queue.get())
    try:
        while True:
            await asyncio.wait({gone, over, coming}, timeout=THUMP, return_when=asyncio.FIRST_COMPLETED)
            if gone.done() or over.done():
                break
            await _write(send, coming.result() if coming.done() else ":thump\n\n")
            if coming.done():
                coming = asyncio.ensure_future(stream.queue.get())
        if not gone.done():
            await send({"type": "http.response.body", "body": b""})
    finally:
        for waiting in (gone, over, coming):
            waiting.cancel()
        await asyncio.gather(gone, over, coming, return_exceptions=True)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _write(send: Send, text: str) -> None:
    await send({"type": "http.response.body", "body": text.encode(), "more_body": True})


async def _refuse(send: Send, status: int, error: str) -> None:
    headers = [(b"content-type", JSON.encode()), (b"access-control-allow-origin", b"*")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b'{"error":"%s"}' % error.encode()})


_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    (b"access-control-allow-origin", b"*"),
]
