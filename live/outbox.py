"""Sending to one socket without ever waiting for it."""

from __future__ import annotations

import asyncio
import types
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Generator
from typing import Any

LIMIT = 1024 * 1024  # characters waiting for a slow reader before it is dropped

Send = Callable[[dict[str, Any]], Coroutine[Any, Any, None]]


class Outbox:
    """What waits for one reader.

    Nearly always the server takes a frame at once, without a wait: then sending is one step of its coroutine and costs
    no task. Where it would wait (the reader is slow, its buffers are full), that step is finished in a task and what
    follows queues behind it. Somebody with more than ``LIMIT`` waiting is dropped and catches up by their cursor.
    """

    __slots__ = ("_on_full", "_send", "_task", "_waiting", "size")

    def __init__(self, send: Send, on_full: Callable[[], None]) -> None:
        self._send = send
        self._on_full = on_full
        self._waiting: deque[str] = deque()
        self._task: asyncio.Task[None] | None = None
        self.size = 0

    def push(self, text: str) -> None:
        """Send ``text``, or queue it behind what still waits."""
        if self._task is not None:
            self._queue(text)
            return
        step = self._send({"type": "websocket.send", "text": text})
        try:
            hold = step.send(None)
        except StopIteration:
            return
        except Exception:  # the connection is gone; the server ends its consumer
            return
        self.size = len(text)
        self._task = asyncio.get_running_loop().create_task(self._drain(_go_on(step, hold)))

    def close(self) -> None:
        """Forget everything that waits."""
        self._waiting.clear()
        self.size = 0
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def _queue(self, text: str) -> None:
        self._waiting.append(text)
        self.size += len(text)
        if self.size > LIMIT:
            self.close()
            self._on_full()

    async def _drain(self, begun: Awaitable[None]) -> None:
        try:
            await begun
            self.size = sum(map(len, self._waiting))
            while self._waiting:
                text = self._waiting.popleft()
                await self._send({"type": "websocket.send", "text": text})
                self.size -= len(text)
        except Exception:  # as above
            self._waiting.clear()
        self.size = 0
        self._task = None


@types.coroutine
def _go_on(step: Coroutine[Any, Any, None], hold: Any) -> Generator[Any, Any, None]:
    """Await the rest of a coroutine whose first step was taken by hand and ended waiting for ``hold``."""
    while True:
        thrown: BaseException | None = None
        value: Any = None
        try:
            value = yield hold
        except BaseException as error:  # a cancellation too belongs to the coroutine
            thrown = error
        try:
            hold = step.throw(thrown) if thrown is not None else step.send(value)
        except StopIteration:
            return
