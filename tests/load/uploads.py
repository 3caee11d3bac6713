"""A large film on its way into the shipped server, by a sender that speaks tus and nothing else."""

from __future__ import annotations

import asyncio
import hashlib
import http.client
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import Any

from tests.load.browsers import CSRF
from tests.load.ground import Place, Site

MB, GB = 1_000_000, 1_000_000_000
BYTES = "application/offset+octet-stream"
PIECE = 32 * 1024 * 1024  # bytes of one request, as the browser sends them
BLOCK = 256 * 1024
PARTS = 2
DROPS = 10
LOOK_EVERY = 0.1  # seconds between two looks at the memory


class Film:
    """The bytes of a film of any length, which lie nowhere. It begins as MP4 does; nobody is there to play it."""

    def __init__(self, size: int) -> None:
        kind = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom"
        self.size, self.head = size, kind + (size - len(kind)).to_bytes(4, "big") + b"mdat"
        self.noise = hashlib.shake_256(b"film").digest(BLOCK)

    def read(self, begin: int, end: int) -> bytes:
        """Return the bytes from ``begin`` to ``end``."""
        if begin < len(self.head):
            return (self.head + self.noise)[begin : min(end, len(self.head))]
        at = (begin - len(self.head)) % BLOCK
        return self.noise[at : at + end - begin]

    def blocks(self, begin: int, end: int) -> Iterator[bytes]:
        """Yield the bytes from ``begin`` to ``end`` in pieces."""
        while begin < end:
            block = self.read(begin, end)
            begin += len(block)
            yield block

    def digest(self) -> str:
        """Return its SHA-256."""
        whole = hashlib.sha256()
        for block in self.blocks(0, self.size):
            whole.update(block)
        return whole.hexdigest()


class Sender:
    """Somebody signed in, who uploads."""

    def __init__(self, site: Site, known: dict[str, Any]) -> None:
        self.site = site
        self.sent = self.dropped = 0
        self.headers = {
            "Cookie": f"{known['cookie']}; {known['csrf']}={CSRF}", "X-CSRFToken": CSRF, "Tus-Resumable": "1.0.0",
            "Origin": f"http://127.0.0.1:{site.port}", "Accept": "application/json",
        }  # fmt: skip

    def ask(self, method: str, path: str, **headers: str) -> http.client.HTTPResponse:
        """Send a request without a body; LookupError for a refusal."""
        line = http.client.HTTPConnection("127.0.0.1", self.site.port, timeout=120)
        line.request(method, path, headers=self.headers | _dashed(headers))
        answer = line.getresponse()
        words = answer.read()
        if answer.status >= 400:
            raise LookupError(f"{method} {path} was answered with {answer.status}: {words[:200]!r}")
        return answer

    def head(self, method: str, path: str, **headers: str) -> bytes:
        """Return the head of a request."""
        told = {"Host": f"127.0.0.1:{self.site.port}"} | self.headers | _dashed(headers)
        lines = "".join(f"{name}: {value}\r\n" for name, value in told.items())
        return f"{method} {path} HTTP/1.1\r\n{lines}\r\n".encode()

    async def send(self, path: str, film: Film, begin: int, offset: int, end: int, *, break_after: int = 0) -> None:
        """Send one PATCH with the bytes of a part that begins at ``begin``; break the line after so many bytes."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.site.port)
        told = {"content_type": BYTES, "upload_offset": str(offset), "content_length": str(end - offset)}
        writer.write(self.head("PATCH", path, **told))
        left = break_after or end - offset
        for block in film.blocks(begin + offset, begin + end):
            writer.write(block[:left])
            await writer.drain()
            self.sent += min(left, len(block))
            left -= len(block)
            if left <= 0:
                break
        if break_after:
            self.dropped += 1
            writer.transport.abort()
            return
        status = (await reader.readline()).split()[1]
        writer.close()
        if status not in {b"204", b"409", b"423"}:  # the last two: what came over a line that broke was not in yet
            raise LookupError(f"a part was answered with {status.decode()}")

    async def send_part(self, film: Film, begin: int, end: int, drops: list[int]) -> str:
        """Upload the bytes from ``begin`` to ``end``, dropping the line at each of ``drops``; returns the address."""
        length, drops = end - begin, list(drops)
        begun = self.ask("POST", "/uploads/tus", upload_length=str(length), upload_concat="partial")
        path, offset = begun.headers["Location"], 0
        while offset < length:
            until = min(offset + PIECE, length)
            is_to_drop = bool(drops) and drops[0] < until
            await self.send(
                path, film, begin, offset, until, break_after=max(1, drops.pop(0) - offset) if is_to_drop else 0
            )
            offset = await asyncio.to_thread(self._offset, path)
        return path

    async def upload(self, film: Film, drops: int = 0) -> str:
        """Upload a film in parts side by side; returns the number of the file it became."""
        bounds = [film.size * n // PARTS for n in range(PARTS + 1)]
        each = film.size // PARTS // (drops // PARTS + 1)
        places = [[each * (n + 1) for n in range(drops // PARTS)] for _part in range(PARTS)]
        paths = await asyncio.gather(*(self.send_part(film, bounds[n], bounds[n + 1], places[n]) for n in range(PARTS)))
        final = await asyncio.to_thread(self.ask, "POST", "/uploads/tus", upload_concat=f"final;{' '.join(paths)}")
        return final.headers["Upload-Attachment"]

    def _offset(self, path: str) -> int:
        return int(self.ask("HEAD", path).headers["Upload-Offset"])


def _dashed(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def stored_digest(place: Place) -> str:
    """Return the SHA-256 of the one file that has arrived."""
    (arrived,) = Path(place.environment["POLYLOG_DATA"], "uploads").rglob("raw.mp4")
    with arrived.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


async def most_memory(site: Site, sending: Coroutine[Any, Any, object]) -> float:
    """Return the most that the site held (MB) while something was sent to it."""
    most, task = 0.0, asyncio.create_task(sending)
    while not task.done():
        await asyncio.sleep(LOOK_EVERY)
        most = max(most, await asyncio.to_thread(site.memory))
    await task
    return most
