"""Passing on files that lie in a bucket: the view says which, by a signed address; the reader never sees it.

So whoever may read a file is asked anew for every request and every range, the headers are the site's own, and nothing
of the bucket is open to the world. A proxy in front can do this instead (docs/operations.md).
"""

from __future__ import annotations

import asyncio
import re
from functools import cache, partial
from typing import TYPE_CHECKING, Any, Final

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from starlette.types import Receive, Scope, Send

from community.bridge import Headers

if TYPE_CHECKING:
    from urllib3 import BaseHTTPResponse, PoolManager

BUCKET: Final = "/_bucket/"
CHUNK = 256 * 1024
AT_ONCE = 24  # threads that wait for the bucket; whoever reads slowly takes none
ADDRESS = re.compile(r"/_bucket/(https?)/([^/?#@]+/.*)\Z")
ASKED = (b"range", b"if-none-match", b"if-range")
KEPT = ("content-length", "content-range", "etag", "last-modified")
ACCEL, LENGTH, TYPE = b"x-accel-redirect", b"content-length", b"content-type"
NOT_OURS = {200: {ACCEL}, 206: {ACCEL}, 304: {ACCEL, LENGTH, TYPE}, 416: {ACCEL, LENGTH}}


class NotThere(Exception):
    """The bucket does not have the file, or does not answer; ``status`` says which."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


async def send_from_bucket(place: str, headers: Headers, scope: Scope, receive: Receive, send: Send) -> None:
    """Send the file at ``place`` under the ``headers`` of the view; raises NotThere before anything was sent."""
    asked = {name.decode(): value.decode("latin1") for name, value in scope["headers"] if name in ASKED}
    found = await _in_thread(_begin, place, scope["method"], asked)
    gone = asyncio.ensure_future(_hang_up(receive))
    has_body = found.status in {200, 206} and scope["method"] != "HEAD"
    try:
        await send({"type": "http.response.start", "status": found.status, "headers": _said(headers, found)})
        while has_body and not gone.done() and (piece := await _in_thread(_read, found)):
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b""})
    finally:
        gone.cancel()
        found.close()


def _begin(place: str, method: str, asked: dict[str, str]) -> BaseHTTPResponse:
    from urllib3.exceptions import HTTPError  # loaded only where there is a bucket

    address = ADDRESS.match(place)
    if address is None:
        raise NotThere(404)
    try:
        found = _pool().request(
            method, f"{address[1]}://{address[2]}", headers=asked, preload_content=False, decode_content=False
        )
    except HTTPError:
        raise NotThere(503) from None
    if found.status in NOT_OURS:
        return found
    found.drain_conn()
    raise NotThere(404 if found.status in {403, 404} else 503)


@cache
def _pool() -> PoolManager:
    from urllib3 import PoolManager, Timeout  # as above

    return PoolManager(maxsize=AT_ONCE, block=False, retries=False, timeout=Timeout(connect=5, read=30))


@cache
def _limiter() -> CapacityLimiter:
    return CapacityLimiter(AT_ONCE)


async def _in_thread(work: Any, *args: Any) -> Any:
    return await run_sync(partial(work, *args), limiter=_limiter())


def _read(found: BaseHTTPResponse) -> bytes:
    """Return the next piece; where the bucket falls silent, OSError: the reader's connection ends too early as well."""
    from urllib3.exceptions import HTTPError  # as above

    try:
        return found.read(CHUNK)
    except HTTPError as error:
        raise OSError(f"The bucket broke off: {error}") from None


def _said(headers: Headers, found: BaseHTTPResponse) -> Headers:
    """Return the view's headers, and from the bucket only what is about these bytes."""
    dropped, kept = NOT_OURS[found.status], [name for name in KEPT if name in found.headers]
    own = [pair for pair in headers if pair[0] not in dropped | {LENGTH}]
    theirs = [(name.encode(), found.headers[name].encode("latin1")) for name in kept if name.encode() not in dropped]
    return [*own, *theirs, (b"accept-ranges", b"bytes"), *([(b"content-length", b"0")] if found.status == 416 else [])]


async def _hang_up(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
