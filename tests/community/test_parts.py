"""Parts of files on their way to the disk: what has arrived stays, whatever becomes of the connection."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from community import parts as module
from community.bridge import Environ, Pages
from community.front import Front
from media.models import Upload
from media.uploads import parts
from media.uploads.protocol import Wrong
from media.uploads.services import Writing, settle
from media.uploads.sink import SINK
from tests.community.asgi_client import ask, chunks

BYTES = ("content-type", "application/offset+octet-stream")
KEY = "a" * 32
PLACE = f"/uploads/tus/{KEY}"


class Gone(Exception):
    """The connection breaks."""


def front_of(length: int, said: list[object]) -> Front:
    """The front with a view that takes bytes of an upload of ``length``, and notes what came of it."""
    upload = Upload(key=KEY, length=length, is_partial=True)

    def app(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        sink = environ[SINK]
        if sink.writing is None:
            here = parts.received(KEY)
            sink.writing = Writing(upload, here, None, parts.open_part(KEY, here, "w"))
            start_response("204 No Content", [])
            return []
        try:
            said.append(settle(sink.writing))
        except Wrong as wrong:
            start_response(f"{wrong.status} Wrong", [])
            return [str(wrong).encode()]
        start_response("204 No Content", [("Upload-Offset", str(said[-1]))])
        return []

    async def nothing(*_args: Any) -> None:
        return None

    return Front(Pages(app, 1), nothing, nothing)


def stored(settings: Settings) -> bytes:
    """What has arrived."""
    return (Path(settings.MEDIA_ROOT) / "parts" / KEY / "data").read_bytes()


async def test_a_part_arrives(settings: Settings) -> None:
    said: list[object] = []
    answer = await ask(front_of(9, said), "PATCH", PLACE, [BYTES], chunks(b"one ", b"two"))
    assert (answer.status, answer.headers["upload-offset"], stored(settings), said) == (204, "7", b"one two", [7])


async def test_what_arrived_before_the_connection_broke_stays(settings: Settings) -> None:
    said: list[object] = []
    front = front_of(2_000_000, said)
    for _again in range(3):
        with pytest.raises(Gone):
            await ask(front, "PATCH", PLACE, [BYTES], _breaking(b"x" * 300_000, b"y" * 300_000))
        await asyncio.sleep(0)
    assert len(stored(settings)) == parts.received(KEY)
    answer = await ask(front, "PATCH", PLACE, [BYTES], chunks(b"z" * (2_000_000 - parts.received(KEY))))
    assert answer.headers["upload-offset"] == "2000000"


async def test_s42_what_came_waits_on_the_disk_and_not_in_memory(settings: Settings) -> None:
    seen: list[int] = []

    async def slow() -> AsyncIterator[bytes]:
        for _piece in range(3):
            yield b"x" * 70_000
            seen.append(len(stored(settings)))

    await ask(front_of(210_000, []), "PATCH", PLACE, [BYTES], slow())
    assert seen == [70_000, 140_000, 210_000]


async def test_somebody_who_hangs_up_leaves_what_came(settings: Settings) -> None:
    said: list[object] = []
    messages = iter([{"type": "http.request", "body": b"half", "more_body": True}, {"type": "http.disconnect"}])
    await _send_all(front_of(9, said), messages)
    assert (stored(settings), said) == (b"half", [])


async def test_a_last_byte_counts_although_nobody_hears_it(settings: Settings) -> None:
    said: list[object] = []
    messages = iter([{"type": "http.request", "body": b"whole", "more_body": True}, {"type": "http.disconnect"}])
    await _send_all(front_of(5, said), messages)
    assert (stored(settings), said) == (b"whole", [5])


async def test_more_than_announced_is_not_written(settings: Settings) -> None:
    answer = await ask(front_of(5, []), "PATCH", PLACE, [BYTES], chunks(b"x" * 600_000))
    assert (answer.status, stored(settings)) == (413, b"")


async def test_a_connection_that_hangs_lets_go_when_another_one_asks(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    current = [True]
    monkeypatch.setattr(module, "ASK_EVERY", 0.01)
    monkeypatch.setattr(module, "is_writer", lambda upload: current[0])
    front, hanging = front_of(9, []), asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        yield b"one "
        hanging.set()
        await asyncio.Event().wait()

    first = asyncio.create_task(ask(front, "PATCH", PLACE, [BYTES], slow()))
    await hanging.wait()
    with pytest.raises(parts.Busy):
        parts.open_part(KEY, 0, "other")
    current[0] = False
    assert (await first).status == 408
    assert (await ask(front, "PATCH", PLACE, [BYTES], chunks(b"two"))).headers["upload-offset"] == "7"


async def test_a_full_disk_keeps_what_fits(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[object] = []
    front = front_of(2_000_000, said)
    await ask(front, "PATCH", PLACE, [BYTES], chunks(b"x" * 600_000))

    def full(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(parts._LocalTarget, "write", full)
    with pytest.raises(Exception, match="There is no room for this file"):
        await ask(front, "PATCH", PLACE, [BYTES], chunks(b"y" * 600_000))
    assert stored(settings) == b"x" * 600_000


async def _breaking(*pieces: bytes) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece
    raise Gone


async def _send_all(front: Front, messages: Any) -> None:
    """Send single messages, and hear no answer."""
    scope = {"type": "http", "method": "PATCH", "path": PLACE, "query_string": b"", "scheme": "http",
             "http_version": "1.1", "headers": [(b"host", b"localhost"), tuple(item.encode() for item in BYTES)],
             "client": ("203.0.113.9", 1), "server": ("localhost", 80)}  # fmt: skip

    async def receive() -> dict[str, Any]:
        return next(messages)

    async def send(message: dict[str, Any]) -> None:
        return None

    await front(scope, receive, send)
