"""The shipped server, real sockets, and writers in other processes (T11, T14, T16 in small).

In the run on SQLite with that; in the run on PostgreSQL with a PostgreSQL of its own, without and with Redis.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.browser.server import Site, free_port
from tests.live.writer_client import Writer
from tests.services import find_postgres, find_redis, postgres

COOKIE = "session"


class Running:
    """A site with its cast, a writer beside it, and the Redis it uses, if any."""

    def __init__(self, site: Site, redis: subprocess.Popen[bytes] | None) -> None:
        self.site, self.redis = site, redis
        self.writer = Writer(site)
        self.cast = self.writer.do("cast")
        self.stream = f"post:{self.cast['post']}"

    def comment(self, text: str = "Hello", author: str = "carol") -> dict[str, Any]:
        """Have a comment written by the other process."""
        return self.writer.do("comment", author=author, post=self.cast["post"], text=text)

    def open(self, who: str = "", origin: str | None = None) -> connect:
        """A socket as a page opens it."""
        headers = {"Cookie": f"{COOKIE}={self.cast['sessions'][who]}"} if who else {}
        address = self.site.url.replace("http", "ws") + "/live/socket"
        return connect(address, origin=origin or self.site.url, additional_headers=headers)  # type: ignore[arg-type]


# Each run of the suite looks at the database it is about.
@pytest.fixture(scope="module", params=["sqlite"] if connection.vendor == "sqlite" else ["postgresql", "redis"])
def running(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp(request.param)
    site = Site(folder)
    with ExitStack() as others:
        if request.param != "sqlite":
            site.env["DATABASE_URL"] = others.enter_context(postgres(found("PostgreSQL", find_postgres()), folder))
        hints = start_redis(site, folder) if request.param == "redis" else None
        site.start()
        here = Running(site, hints)
        yield here
        here.writer.stop()
        site.stop()
        if hints:
            hints.terminate()
            hints.wait(20)


def found(name: str, program: Any) -> Any:
    """Return what was looked for; a machine without it leaves these tests out."""
    return program or pytest.skip(f"{name} is not installed")


def start_redis(site: Site, folder: Path) -> subprocess.Popen[bytes]:
    """A Redis of our own."""
    program, port = found("Redis", find_redis()), free_port()
    options = ["--port", str(port), "--save", "", "--bind", "127.0.0.1", "--dir", str(folder)]
    process = subprocess.Popen([program, *options], stdout=subprocess.DEVNULL)
    site.env["REDIS_URL"] = f"redis://127.0.0.1:{port}"
    return process


async def receive(line: ClientConnection, kind: str, timeout: float = 8) -> dict[str, Any]:
    """The next frame of a kind, with the time it came."""
    async with asyncio.timeout(timeout):
        while True:
            frame: dict[str, Any] = json.loads(await line.recv())
            if frame["type"] == kind:
                return frame | {"came": time.time()}


async def follow(line: ClientConnection, stream: str, since: int | None = None) -> dict[str, Any]:
    """Follow a stream; returns the first page of what was missed."""
    await line.send(json.dumps({"type": "subscribe", "stream": stream, "since": since}))
    return await receive(line, "backlog")


async def test_a_comment_of_another_process_is_there_at_once(running: Running) -> None:
    async with running.open("bob") as bob, running.open() as nobody:
        for line in (bob, nobody):
            await follow(line, running.stream)
        delays = []
        for n in range(7):
            made = await asyncio.to_thread(running.comment, f"Number {n}")
            frames = [await receive(line, "event") for line in (bob, nobody)]
            assert [frame["id"] for frame in frames] == [made["id"]] * 2
            delays += [frame["came"] - made["at"] for frame in frames]
    assert statistics.median(delays) < 0.5


async def test_what_was_missed_comes_once_and_in_order(running: Running) -> None:
    async with running.open("bob") as line:
        head = (await follow(line, running.stream))["head"]
    made = [(await asyncio.to_thread(running.comment, f"Missed {n}"))["id"] for n in range(5)]
    async with running.open("bob") as line:
        page = await follow(line, running.stream, head)
        assert [event["id"] for event in page["events"]] == made
        later = await asyncio.to_thread(running.comment, "Live again")
        event = await receive(line, "event")
        assert (event["n"], event["id"]) == (head + 6, later["id"])


async def test_many_at_once_are_all_there_and_in_order(running: Running) -> None:
    """Four processes comment at the same time: no number is missing and none comes twice."""
    writers = [Writer(running.site) for _ in range(4)]
    order = {"author": "carol", "post": running.cast["post"], "text": "At once"}

    async def write(writer: Writer) -> None:
        for _ in range(10):
            await asyncio.to_thread(writer.do, "comment", **order)

    async with running.open("bob") as line:
        head = (await follow(line, running.stream))["head"]
        writing = asyncio.gather(*(write(writer) for writer in writers))
        numbers: list[int] = []
        while len(numbers) < 40:
            numbers.append((await receive(line, "event", 90))["n"])
        await writing
    for writer in writers:
        writer.stop()
    assert numbers == list(range(head + 1, head + 41))


async def test_a_page_of_another_site_is_refused(running: Running) -> None:
    for origin in ("https://evil.example", "null"):
        with pytest.raises(InvalidStatus) as refused:
            async with running.open("bob", origin=origin):
                pass
        assert refused.value.response.status_code == 403


async def test_a_huge_frame_ends_only_its_own_connection(running: Running) -> None:
    async with running.open() as other, running.open() as line:
        await follow(other, running.stream)
        await line.send("x" * 70_000)
        with pytest.raises(ConnectionClosed) as closed:
            await receive(line, "never")
        assert closed.value.rcvd and closed.value.rcvd.code == 1009
        made = await asyncio.to_thread(running.comment)
        assert (await receive(other, "event"))["id"] == made["id"]


async def test_two_hundred_strange_handshakes_end_nothing(running: Running) -> None:
    for n in range(200):
        reader, writer = await asyncio.open_connection("localhost", running.site.port)
        odd = bytes((n * 7 + m * 31) % 256 for m in range(40)).replace(b"\n", b"").replace(b"\r", b"")
        head = [b"GET /live/socket HTTP/1.1", b"Host: localhost", b"Upgrade: websocket", b"Connection: Upgrade"]
        head += [b"Sec-WebSocket-Version: 13", b"Sec-WebSocket-Key: " + odd, b"Sec-WebSocket-Protocol: " + odd]
        head += [b"Origin: " + odd, b"Cookie: session=" + odd]
        writer.write(b"\r\n".join(head[: 4 + n % 6]) + b"\r\n\r\n")
        await writer.drain()
        await asyncio.wait_for(reader.read(64), 10)
        writer.close()
    async with running.open("bob") as line:
        assert (await follow(line, running.stream))["type"] == "backlog"


async def test_whoever_is_suspended_is_out_within_two_seconds(running: Running) -> None:
    async with running.open("alice") as line:
        await receive(line, "hello")
        done = await asyncio.to_thread(running.writer.do, "suspend", name="alice")
        with pytest.raises(ConnectionClosed) as closed:
            await receive(line, "never")
        assert closed.value.rcvd and closed.value.rcvd.code == 4401
        assert time.time() - done["at"] < 2


async def test_without_redis_it_comes_late_but_it_comes(running: Running) -> None:
    """Stands last: it takes Redis away. Where there is none nothing is taken away, and it comes at once."""
    async with running.open("bob") as line:
        await follow(line, f"post:{running.cast['other']}")
        if running.redis:
            running.redis.terminate()
            running.redis.wait(20)
        order = {"author": "carol", "post": running.cast["other"], "text": "Late"}
        made = await asyncio.to_thread(running.writer.do, "comment", **order)
        event = await receive(line, "event")
        assert (event["id"], event["came"] - made["at"] < 6) == (made["id"], True)
