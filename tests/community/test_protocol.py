"""Connections that would hold on for ever, and heads that would never end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import uvicorn

from community import protocol
from community.bridge import Pages
from community.front import Front
from community.serving import listen, web_config


async def nothing(*args: object) -> None:
    """A door nobody uses here."""


def hello(environ: dict[str, object], start_response: object) -> list[bytes]:
    """The smallest page."""
    start_response("200 OK", [("Content-Type", "text/plain")])  # type: ignore[operator]
    return [str(environ["PATH_INFO"]).encode("latin1")]


@pytest.fixture
async def port(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[int]:
    """A server with little patience."""
    monkeypatch.setattr(protocol, "HEAD_SECONDS", 0.3)
    config, (listener,) = web_config(), listen("127.0.0.1", 0)
    config.app = Front(Pages(hello, 1), nothing, nothing)
    server = uvicorn.Server(config)
    monkeypatch.setattr(server, "install_signal_handlers", lambda: None, raising=False)
    running = asyncio.create_task(server._serve([listener]))
    while not server.started:
        await asyncio.sleep(0.01)
    yield listener.getsockname()[1]
    server.should_exit = True
    await running


async def talk(port: int, *parts: bytes, pause: float = 0.0) -> bytes:
    """Send these parts and return everything that is said until the server hangs up."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for part in parts:
        writer.write(part)
        await writer.drain()
        await asyncio.sleep(pause)
    said = await asyncio.wait_for(reader.read(), 5)
    writer.close()
    return said


async def test_somebody_who_says_nothing_is_asked_to_leave(port: int) -> None:
    assert (await talk(port)).startswith(b"HTTP/1.1 408 ")


async def test_a_head_that_drips_in_is_cut_off(port: int) -> None:
    drops = [b"GET / HTTP/1.1\r\n", *(b"x-%d: a\r\n" % n for n in range(2))]
    assert (await talk(port, *drops, pause=0.1)).startswith(b"HTTP/1.1 408 ")


async def test_so_is_a_second_one_on_the_same_connection(port: int) -> None:
    first = b"GET /a HTTP/1.1\r\nhost: localhost\r\n\r\n"
    said = await talk(port, first, b"GET /b HTTP/1.1\r\n", pause=0.1)
    assert (said.count(b"HTTP/1.1 200 OK"), said.count(b"HTTP/1.1 408 ")) == (1, 1)


async def test_a_head_without_end_is_refused(port: int) -> None:
    said = await talk(port, b"GET / HTTP/1.1\r\n", b"x-a: " + b"b" * 65_536)
    assert said.startswith(b"HTTP/1.1 431 ")


async def test_a_large_body_in_one_piece_is_no_large_head(port: int) -> None:
    head = b"POST /up HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: 200000\r\n\r\n"
    said = await talk(port, head + b"x" * 200_000)
    assert said.startswith(b"HTTP/1.1 200 OK")


@pytest.mark.parametrize(
    "head",
    [
        b"GET /\xc3\xbc HTTP/1.1\r\nhost: localhost\r\n\r\n",
        b"GET / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\n",
        b"GET / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        b"GET / HTTP/1.1\r\nhost : localhost\r\n\r\n",
        b"GET / HTTP/1.1\r\nhost: a\r\n x: b\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00",
        b"GET http://[::1 HTTP/1.1\r\nhost: localhost\r\n\r\n",
    ],
)
async def test_heads_that_could_be_read_in_two_ways_are_refused(port: int, head: bytes) -> None:
    said = await talk(port, head)
    assert said.split(b" ")[1] == b"400"
    assert (await talk(port, b"GET /ok HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")).endswith(b"/ok")
