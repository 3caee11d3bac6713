"""The socket face: one connection of a reader."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer

from live.access import Pass, is_our_origin, open_pass
from live.hub import WRITES, Hub, Subscription, current_hub
from live.outbox import Outbox, Send
from live.protocol import (
    MAX_FRAME,
    MAX_STREAMS,
    TOO_BIG,
    TOO_MUCH,
    Nonsense,
    Subscribe,
    Typing,
    Unsubscribe,
    frame,
    parse,
)

PER_SECOND = 20  # frames a reader may send

Message = dict[str, Any]


class LiveConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]
    """A reader's socket: knows who they are and what they follow; the hub does the rest.

    It needs no channel of a layer and no thread of its own, so it takes its messages itself instead of through the
    dispatcher of Channels, which keeps two tasks for each socket and visits a thread for each message.
    """

    held: Pass
    hub: Hub

    async def __call__(self, scope: Message, receive: Callable[[], Awaitable[Message]], send: Send) -> None:
        """Serve one connection until it ends."""
        self.scope, self.base_send = scope, send
        self.subscriptions: dict[str, Subscription] = {}
        self._times: deque[float] = deque(maxlen=PER_SECOND)
        self._typed = 0.0
        self._task = asyncio.current_task()
        self._is_dropped = False
        self._outbox = Outbox(send, self._drop)
        handlers = {
            "websocket.connect": self.websocket_connect,
            "websocket.receive": self.websocket_receive,
            "websocket.disconnect": self.websocket_disconnect,
        }
        try:
            while True:
                message = await receive()
                await handlers[message["type"]](message)
        except StopConsumer:
            return
        except asyncio.CancelledError:
            if not self._is_dropped:
                raise
        finally:
            self._outbox.close()
            if hasattr(self, "hub"):
                self.leave()

    def leave(self) -> None:
        """Let the hub forget this socket."""
        self.hub.leave(self)

    async def connect(self) -> None:
        """Accept pages of ours only, and only then look at the session they come with."""
        headers = dict(self.scope["headers"])
        if not is_our_origin(headers):
            await self.close()
            return
        hub = await current_hub()
        self.held = await hub.ask(open_pass, headers)
        await self.accept()
        self.hub = hub
        hub.enter(self)

    async def websocket_disconnect(self, message: Message) -> None:
        """End; the hub forgets this socket on the way out."""
        raise StopConsumer

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Do what a frame asks for, within bounds."""
        size = len(text_data.encode(errors="surrogatepass")) if text_data is not None else len(bytes_data or b"")
        if size > MAX_FRAME:
            await self.close(TOO_BIG)
            return
        if self._is_too_much():
            await self.close(TOO_MUCH)
            return
        try:
            await self._do(parse(text_data or ""))
        except Nonsense as error:
            self.push(frame("error", code=str(error)))

    def push(self, text: str) -> None:
        """Send without waiting."""
        self._outbox.push(text)

    def end(self, code: int) -> None:
        """Close for this reason; somebody who does not take it in time is cut off."""
        self._closing = asyncio.get_running_loop().create_task(self._end(code))

    async def _do(self, request: Subscribe | Unsubscribe | Typing) -> None:
        match request:
            case Subscribe():
                if len(self.subscriptions) >= MAX_STREAMS and str(request.stream) not in self.subscriptions:
                    raise Nonsense("full")
                await self.hub.subscribe(self, request)
            case Unsubscribe():
                self.hub.unsubscribe(self, str(request.stream))
            case Typing() if request.stream.kind == "post" and self._may_type():
                await self.hub.relay_typing(self, request.stream)

    def _is_too_much(self) -> bool:
        now = asyncio.get_running_loop().time()
        oldest = self._times[0] if len(self._times) == PER_SECOND else now - 2
        self._times.append(now)
        return now - oldest < 1

    def _may_type(self) -> bool:
        now = asyncio.get_running_loop().time()
        if now - self._typed < WRITES:
            return False
        self._typed = now
        return True

    async def _end(self, code: int) -> None:
        self._outbox.close()
        with contextlib.suppress(Exception):
            await asyncio.wait_for(self.close(code), timeout=2)
        self._drop()

    def _drop(self) -> None:
        if self._task is not None and not self._task.done():
            self._is_dropped = True
            self._task.cancel()
