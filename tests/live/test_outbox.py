"""Sending never waits: what a slow reader does not take is kept within bounds, in order, and never twice."""

from __future__ import annotations

import asyncio
from typing import Any

from live import outbox as outbox_module
from live.outbox import Outbox
from tests.live.conftest import until


class Line:
    """A server's side of a connection that can be held up."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.is_open = asyncio.Event()
        self.is_open.set()
        self.dropped = 0

    async def send(self, message: dict[str, Any]) -> None:
        await self.is_open.wait()
        self.taken.append(message["text"])

    def drop(self) -> None:
        self.dropped += 1


async def test_a_quick_reader_gets_it_without_a_task() -> None:
    line = Line()
    outbox = Outbox(line.send, line.drop)
    outbox.push("a")
    outbox.push("b")
    assert line.taken == ["a", "b"]
    assert len(asyncio.all_tasks()) == 1


async def test_a_slow_reader_gets_everything_in_order_and_once() -> None:
    line = Line()
    outbox = Outbox(line.send, line.drop)
    line.is_open.clear()
    for text in "abc":
        outbox.push(text)
    assert (line.taken, outbox.size) == ([], 3)
    line.is_open.set()
    await until(lambda: outbox.size == 0)
    outbox.push("d")
    assert line.taken == ["a", "b", "c", "d"]


async def test_a_wait_after_writing_does_not_write_twice() -> None:
    taken: list[str] = []

    async def send(message: dict[str, Any]) -> None:
        taken.append(message["text"])
        await asyncio.sleep(0)

    outbox = Outbox(send, lambda: None)
    for text in "abc":
        outbox.push(text)
    await until(lambda: outbox.size == 0)
    assert taken == ["a", "b", "c"]


async def test_who_takes_nothing_is_dropped_at_the_limit(monkeypatch: Any) -> None:
    monkeypatch.setattr(outbox_module, "LIMIT", 100)
    line = Line()
    outbox = Outbox(line.send, line.drop)
    line.is_open.clear()
    for _ in range(11):
        outbox.push("0123456789")
    assert (line.dropped, outbox.size, line.taken) == (1, 0, [])


async def test_a_connection_that_is_gone_breaks_nothing() -> None:
    async def send(message: dict[str, Any]) -> None:
        raise ConnectionError

    outbox = Outbox(send, lambda: None)
    outbox.push("a")
    outbox.push("b")
    assert outbox.size == 0


async def test_a_connection_lost_while_waiting_breaks_nothing() -> None:
    held = asyncio.Event()

    async def send(message: dict[str, Any]) -> None:
        await held.wait()
        raise ConnectionError

    outbox = Outbox(send, lambda: None)
    outbox.push("a")
    outbox.push("b")
    held.set()
    await until(lambda: outbox.size == 0)
    assert outbox.size == 0
