"""Pages take turns: one is made at a time, and nobody slow holds up the others."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from community import bridge
from community.bridge import Environ, Pages


class Kitchen:
    """A WSGI application that knows how much it does at once; ``/slow`` waits until it is let go."""

    def __init__(self) -> None:
        self.together, self.most = 0, 0
        self.let_go = threading.Event()

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        start_response("200 OK", [])
        if environ["PATH_INFO"] == "/slow":
            assert self.let_go.wait(10)
            return [b"slow"]
        self.together += 1
        self.most = max(self.most, self.together)
        time.sleep(0.001)
        self.together -= 1
        return [b"quick"]


async def ask(pages: Pages, path: str) -> bytes:
    """Ask for a page."""
    return (await pages.ask({"PATH_INFO": path})).content


async def test_pages_are_made_one_at_a_time() -> None:
    kitchen = Kitchen()
    pages = Pages(kitchen, threads=4)
    answers = await asyncio.gather(*(ask(pages, "/") for _ in range(20)))
    assert (answers, kitchen.most) == ([b"quick"] * 20, 1)


async def test_nobody_slow_holds_up_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bridge, "TURN_SECONDS", 0.01)
    kitchen = Kitchen()
    pages = Pages(kitchen, threads=3)
    slow = [asyncio.create_task(ask(pages, "/slow")) for _ in range(2)]
    answers = await asyncio.gather(*(ask(pages, "/") for _ in range(20)))
    assert (answers, kitchen.most, [task.done() for task in slow]) == ([b"quick"] * 20, 1, [False, False])
    kitchen.let_go.set()
    assert await asyncio.gather(*slow) == [b"slow", b"slow"]


async def test_where_all_threads_are_slow_the_next_waits_for_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bridge, "TURN_SECONDS", 0.01)
    kitchen = Kitchen()
    pages = Pages(kitchen, threads=2)
    asked = [asyncio.create_task(ask(pages, path)) for path in ("/slow", "/slow", "/")]
    assert await asyncio.wait(asked, timeout=0.1) == (set(), set(asked))
    assert pages.waiting == 3
    kitchen.let_go.set()
    assert await asyncio.gather(*asked) == [b"slow", b"slow", b"quick"]
    assert pages.waiting == 0


async def test_an_error_gives_the_turn_on() -> None:
    def broken(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        raise ValueError("broken")

    pages = Pages(broken, threads=1)
    for _ in range(2):
        with pytest.raises(ValueError, match="broken"):
            await ask(pages, "/")


async def test_who_leaves_gives_the_turn_on() -> None:
    kitchen = Kitchen()
    pages = Pages(kitchen, threads=2)
    gone = asyncio.create_task(ask(pages, "/slow"))
    await asyncio.sleep(0.01)
    gone.cancel()
    assert await ask(pages, "/") == b"quick"
    kitchen.let_go.set()
