"""Figures of the live face on the shipped server: ``python -m tests.load.live [sockets]`` prints a JSON line for each.

The load generator runs on the same machine. What a broadcast costs is the time until the last of many readers has a
comment less the time until a single reader has one; its floor is the plain loop of the websockets library over as many
connections, measured the same way in the same run.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import statistics
import sys
import tempfile
import time
import urllib.parse
import uuid
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import ServerConnection, broadcast, serve

from tests.browser.server import Site
from tests.live.writer_client import Writer

COMMENTS = 40
ROUNDS = 9


def say(name: str, value: float, unit: str, goal: float, **more: float) -> None:
    """Print a figure."""
    print(json.dumps({"name": name, "value": round(value, 1), "unit": unit, **more, "goal": goal, "ok": value <= goal}))


async def event(line: ClientConnection) -> dict[str, Any]:
    """The next event of a connection."""
    while True:
        frame: dict[str, Any] = json.loads(await line.recv())
        if frame["type"] == "event":
            return frame


async def follow(site: Site, stream: str, count: int) -> list[ClientConnection]:
    """Open connections that follow a stream from now on, 50 at a time."""
    lines: list[ClientConnection] = []

    async def one() -> ClientConnection:
        address = site.url.replace("http", "ws") + "/live/socket"
        line = await connect(address, origin=site.url, compression=None)  # type: ignore[arg-type]
        await line.send(json.dumps({"type": "subscribe", "stream": stream}))
        while json.loads(await line.recv())["type"] != "backlog":
            pass
        return line

    while len(lines) < count:
        lines += await asyncio.gather(*(one() for _ in range(min(50, count - len(lines)))))
    return lines


async def measure(site: Site, writer: Writer, count: int) -> None:
    """Measure everything against one site."""
    cast = await asyncio.to_thread(writer.do, "cast")
    stream, order = f"post:{cast['post']}", {"author": "carol", "post": cast["post"], "text": "Hello"}
    lines = await follow(site, stream, 1)
    delays = []
    for _ in range(COMMENTS):
        made = await asyncio.to_thread(writer.do, "comment", **order)
        await event(lines[0])
        delays.append((time.time() - made["at"]) * 1000)
    say("comment of another process to a reader, median", statistics.median(delays), "ms", 100)
    page = Page(site, cast["sessions"]["carol"], cast["post"])
    alone = await until_last(lines, lambda: asyncio.to_thread(page.comment))
    before = memory(site)
    lines += await follow(site, stream, count - 1)
    say("memory of an idle socket", (memory(site) - before) / (count - 1), "KiB", 40)
    spread = await until_last(lines, lambda: asyncio.to_thread(page.comment)) - alone
    text = page.said
    for line in lines:
        line.transport.abort()
    floor = await plain(text, count) - await plain(text, 1)
    ratio = {"floor": round(floor, 1), "ratio": round(spread / floor, 2)}
    say(f"last of {count} readers has a comment", spread, "ms", 1.2 * floor, **ratio)


async def until_last(lines: list[ClientConnection], act: Callable[[], Awaitable[object]]) -> float:
    """The median time from an act until every connection has received something, in ms."""
    rounds = []
    for _ in range(ROUNDS):
        arrivals = [asyncio.ensure_future(line.recv()) for line in lines]
        await asyncio.sleep(0.2)  # nothing else is under way
        began = time.perf_counter()
        acting = asyncio.ensure_future(act())
        await asyncio.gather(*arrivals)
        rounds.append((time.perf_counter() - began) * 1000)
        await acting
    return statistics.median(rounds)


class Page:
    """Somebody who answers a post through the site's own form."""

    def __init__(self, site: Site, session: str, post: str) -> None:
        self.connection = http.client.HTTPConnection("localhost", site.port)
        self.post, self.said = post, ""
        self.headers = {"Cookie": f"session={session}", "HX-Request": "true", "Origin": site.url}
        self.connection.request("GET", f"/posts/{post}", headers=self.headers)
        answer = self.connection.getresponse()
        page = answer.read().decode()
        token = page.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
        cookies = "; ".join(value.partition(";")[0] for value in answer.headers.get_all("Set-Cookie") or [])
        self.headers |= {"Cookie": f"session={session}; {cookies}", "X-CSRFToken": token}
        self.headers |= {"Content-Type": "application/x-www-form-urlencoded"}

    def comment(self) -> None:
        """Send a comment and read the answer."""
        fields = {"text": "Good morning", "reply_to": self.post, "key": str(uuid.uuid4()), "level": "1"}
        self.connection.request("POST", "/posts", urllib.parse.urlencode(fields), self.headers)
        answer = self.connection.getresponse()
        self.said = answer.read().decode()
        assert answer.status == 201, (answer.status, self.said[:300])


async def plain(text: str, count: int) -> float:
    """How long the plain loop takes until the last of as many connections has a text."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.load.live", "--plain", str(count), stdin=-1, stdout=-1
    )
    assert process.stdin
    assert process.stdout
    port = int(await process.stdout.readline())
    lines = [await connect(f"ws://localhost:{port}", compression=None) for _ in range(count)]
    order = json.dumps(text).encode() + b"\n"

    async def act() -> None:
        process.stdin.write(order)

    took = await until_last(lines, act)
    process.terminate()
    for line in lines:
        line.transport.abort()
    return took


async def serve_plainly() -> None:
    """Be the plain loop: a line of input is sent to everybody."""

    async def hold(line: ServerConnection) -> None:
        await line.wait_closed()

    async with serve(hold, "localhost", 0, compression=None) as server:
        print(next(iter(server.sockets)).getsockname()[1], flush=True)
        while line := await asyncio.to_thread(sys.stdin.readline):
            broadcast(server.connections, json.loads(line))


def memory(site: Site) -> int:
    """KiB of the web process: the largest of the server's group."""
    sizes = []
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            lines = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
            group = int(status.with_name("stat").read_text().rpartition(")")[2].split()[2])
        except (OSError, ValueError):
            continue
        if group == site.process.pid and "VmRSS" in lines:
            sizes.append(int(lines["VmRSS"].split()[0]))
    return max(sizes)


if __name__ == "__main__":
    if "--plain" in sys.argv:
        asyncio.run(serve_plainly())
    else:
        with tempfile.TemporaryDirectory() as folder:
            here = Site(Path(folder))
            here.start()
            helper = Writer(here)
            try:
                asyncio.run(measure(here, helper, int(sys.argv[1]) if len(sys.argv) > 1 else 1000))
            finally:
                helper.stop()
                here.stop()
