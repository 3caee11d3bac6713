"""Parts of files, on their way from the connection straight to where they are kept.

A body elsewhere is complete before a view sees it. Here what has arrived has to outlive a connection that breaks in the
middle, so the view is asked before and after (``media.uploads.sink``), and the bytes pass through in between: few of
them are ever in memory, so that hundreds of lines may be open at once, and no thread waits for the next.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress

from django.db import DatabaseError
from starlette.concurrency import run_in_threadpool
from starlette.types import Message, Receive, Scope

from community.bridge import IDLE_SECONDS, Answer, ClientGone, Pages, environ_of
from media.uploads.protocol import CONTENT_TYPE, PLACES
from media.uploads.services import Writing, is_writer
from media.uploads.sink import SINK, Sink

GATHERED = 64 * 1024  # bytes that are written at once
ASK_EVERY = 5.0  # seconds of silence after which it is asked whether another connection has taken over


def is_part(scope: Scope) -> bool:
    """Whether a request brings bytes of a file that is uploaded in parts."""
    content_type = dict(scope["headers"]).get(b"content-type", b"").decode("latin1")
    path: str = scope["path"]
    return content_type == CONTENT_TYPE and path.startswith(PLACES)


async def take_part(pages: Pages, scope: Scope, receive: Receive) -> tuple[Answer, bool]:
    """Take in a part; returns the answer, and whether the body was read to its end.

    Raises ClientGone when nobody is there any more to hear the answer; what came until then is kept.
    """
    sink = Sink(_length(scope))
    answer = await pages.ask(environ_of(scope, None, 0) | {SINK: sink})
    if sink.writing is None:
        return answer, False
    is_whole = gone = False
    try:
        is_whole = await _pour(pages, receive, sink.writing)
    except ClientGone:
        gone = True
    finally:
        await asyncio.shield(run_in_threadpool(sink.writing.end, is_whole=is_whole))
    if gone and not sink.writing.is_full:
        raise ClientGone
    answer = await pages.ask(environ_of(scope, None, 0) | {SINK: sink})
    if gone:
        raise ClientGone
    return answer, is_whole


async def _pour(pages: Pages, receive: Receive, writing: Writing) -> bool:
    """Write the body as it comes; false when it is not wanted to its end."""
    gathered = bytearray()
    while True:
        try:
            message = await _next(pages, receive, writing)
        except ClientGone:
            await run_in_threadpool(writing.write, bytes(gathered))
            raise
        gathered += message.get("body", b"")
        is_last = not message.get("more_body", False)
        if is_last or len(gathered) >= GATHERED:
            piece = bytes(gathered)
            gathered.clear()  # now: many may wait for a thread
            if not await run_in_threadpool(writing.write, piece):
                return is_last
        if is_last:
            return True


async def _next(pages: Pages, receive: Receive, writing: Writing) -> Message:
    """Return the next piece of the body; ClientGone when there will be none.

    A phone that changes networks comes back on another connection, while this one hangs as if nothing were wrong: it
    has to let go as soon as the other asks for the same upload.
    """
    waiting = asyncio.ensure_future(receive())
    for _turn in range(int(IDLE_SECONDS / ASK_EVERY)):
        done, _pending = await asyncio.wait({waiting}, timeout=ASK_EVERY)
        if done:
            message = waiting.result()
            if message["type"] == "http.disconnect":
                raise ClientGone
            return message
        if not await _is_current(pages, writing):
            break
    waiting.cancel()
    with suppress(asyncio.CancelledError):
        await waiting
    raise ClientGone


async def _is_current(pages: Pages, writing: Writing) -> bool:
    """Ask whether this is still the connection the client uses; while the database is away, it is."""
    try:
        return await pages.run(is_writer, writing.upload)
    except DatabaseError:
        return True


def _length(scope: Scope) -> int | None:
    given = dict(scope["headers"]).get(b"content-length", b"")
    return int(given) if given.isdigit() and len(given) <= 16 else None
