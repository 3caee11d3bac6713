"""Browsers by the handful: plain HTTP/1.1 on kept connections, as little work as possible beside the server."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from statistics import median
from typing import cast

CSRF = "a" * 32


@dataclass(frozen=True)
class Request:
    """One request, ready to be sent."""

    raw: bytes
    is_write: bool = False


@dataclass
class Tally:
    """What came back."""

    seconds: float = 0.0
    times: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)

    @property
    def median_ms(self) -> float:
        """The middle of the times, in ms."""
        return median(self.times) * 1000

    @property
    def rate(self) -> float:
        """Answers for each second."""
        return len(self.times) / self.seconds

    @property
    def failed(self) -> int:
        """How many were no success."""
        return sum(count for status, count in self.statuses.items() if status >= 400)


def get(port: int, path: str, session: str = "") -> Request:
    """A page, asked for as a browser does."""
    cookie = f"cookie: {session}\r\n" if session else ""
    lines = f"GET {path} HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\naccept: text/html\r\naccept-language: en\r\n{cookie}\r\n"
    return Request(lines.encode())


def post(port: int, path: str, session: str, csrf_cookie: str, **fields: str) -> Request:
    """A form, sent by a script of ours."""
    body = "&".join(f"{name}={value}" for name, value in {"csrfmiddlewaretoken": CSRF, **fields}.items()).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\norigin: http://127.0.0.1:{port}\r\n"
        f"accept: application/json\r\naccept-language: en\r\ncookie: {session}; {csrf_cookie}={CSRF}\r\n"
        f"content-type: application/x-www-form-urlencoded\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    return Request(head.encode() + body, is_write=True)


def call(port: int, path: str, token: str, body: bytes = b"", method: str = "GET") -> Request:
    """What an app sends: a token, and JSON."""
    length = f"content-type: application/json\r\ncontent-length: {len(body)}\r\n" if method != "GET" else ""
    head = (
        f"{method} {path} HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\naccept: application/json\r\n"
        f"authorization: Bearer {token}\r\n{length}\r\n"
    )
    return Request(head.encode() + body, is_write=method != "GET")


async def browse(
    port: int, requests: Callable[[int], Request], connections: int, *, count: int = 0, seconds: float = 0
) -> Tally:
    """Send ``requests(n)`` for n = 0, 1, … over ``connections``; stop after ``count`` answers or ``seconds``."""
    loop, tally = asyncio.get_running_loop(), Tally()
    numbers = iter(range(count)) if count else itertools.count()
    began = time.perf_counter()
    end = began + seconds if seconds else float("inf")
    lines = [_Line(tally, numbers, requests, end, loop.create_future()) for _ in range(connections)]
    for line in lines:
        await loop.create_connection(partial(_same, line), "127.0.0.1", port)
    await asyncio.gather(*(line.done for line in lines))
    tally.seconds = time.perf_counter() - began
    return tally


def _same(line: _Line) -> _Line:
    return line


@dataclass(eq=False)
class _Line(asyncio.Protocol):
    """A kept connection on which one request follows the other; no task, no stream: it shares the server's cores."""

    tally: Tally
    numbers: Iterator[int]
    requests: Callable[[int], Request]
    end: float
    done: asyncio.Future[None]
    came: bytearray = field(default_factory=bytearray)
    whole: int = 0  # bytes of the answer that is coming, when its head is here

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self.transport = cast("asyncio.Transport", transport)
        self._next()

    def data_received(self, data: bytes) -> None:
        """Take in a part of an answer; with the last one, ask the next."""
        self.came += data
        if not self.whole:
            head_end = self.came.find(b"\r\n\r\n")
            if head_end < 0:
                return
            self.whole = head_end + 4 + _length(self.came[:head_end].lower() + b"\r\n")
        if len(self.came) >= self.whole:
            self.tally.times.append(time.perf_counter() - self.sent)
            self.tally.statuses[int(self.came[9:12])] += 1
            self.came.clear()
            self.whole = 0
            self._next()

    def connection_lost(self, exc: Exception | None) -> None:
        """It is an error of the server, unless everything is done."""
        if not self.done.done():
            self.done.set_exception(exc or ConnectionError("The server hung up"))

    def _next(self) -> None:
        n = next(self.numbers, None) if time.perf_counter() < self.end else None
        if n is None:
            self.done.set_result(None)
            self.transport.close()
            return
        raw = self.requests(n).raw
        self.sent = time.perf_counter()
        self.transport.write(raw)


def _length(head: bytes) -> int:
    """Return how long the body is; the site always says."""
    return int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0] or 0)
