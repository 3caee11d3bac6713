"""The outermost layer: takes requests in, hands them to pages or sockets, and sends files itself.

Files: a view answers ``X-Accel-Redirect: /_files/<name>`` (nginx and Caddy know the same header), and the front sends
that file of the upload folder, whole or in ranges, under the headers of the view's answer.
"""

from __future__ import annotations

import asyncio
import errno
import logging
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from urllib.parse import unquote

from django.conf import settings
from django.http.request import split_domain_port, validate_host
from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from community.bridge import Answer, ClientGone, Environ, Pages, TooLarge, environ_of, send_answer, take_body
from community.parts import is_part, take_part
from community.relay import BUCKET, NotThere, send_from_bucket

ACCEL = b"x-accel-redirect"
FILES = "/_files/"
LINGER_SECONDS = 10  # how long a refused sender may go on sending, so that it gets to read the answer
REFUSED = "polylog.refused"

# What a proxy says about the client. uvicorn has read it where the proxy is trusted; nobody else is believed.
FORWARDED = (b"x-forwarded-", b"forwarded", b"x-real-ip", b"x-accel-", b"x-sendfile")
ONE_RANGE = re.compile(rb"bytes=(?:[0-9]{1,18}-[0-9]{0,18}|-[0-9]{1,18})")

logger = logging.getLogger("community.front")


class Front:
    """The ASGI application of the whole site."""

    def __init__(
        self,
        pages: Pages,
        sockets: ASGIApp,
        at_end: Callable[[], Awaitable[None]],
        streams: Mapping[str, ASGIApp] | None = None,
    ) -> None:
        self.pages = pages
        self.sockets = sockets
        self.at_end = at_end
        self.streams = streams or {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] == "http" and scope["method"] == "GET" and scope["path"].rstrip("/") in self.streams:
            await self._stream(_cleaned(scope), receive, send)
        elif scope["type"] == "http":
            await self._page(_cleaned(scope), receive, send)
        elif scope["type"] == "websocket":
            await self._socket(_cleaned(scope), receive, send)
        else:
            await self._live(receive, send)

    async def _page(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ordinary request."""
        if self.pages.is_full:
            return await _busy(send)
        if is_part(scope):
            return await self._part(scope, receive, send)
        try:
            environ = await self._take_in(scope, receive)
        except ClientGone:
            return await _say(send, 408, "The request did not arrive.")
        try:
            answer = await self.pages.ask(environ)
        finally:
            environ["wsgi.input"].close()
        if ACCEL in answer.fields and not settings.FILES_BY_PROXY:
            return await self._send_file(answer, scope, receive, send)
        refused = REFUSED in environ
        await send_answer(answer, send, last=not refused)
        if refused:
            await _linger(receive, send)
        return None

    async def _part(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take in a part of a file; it outlives its connection, whose end therefore needs no answer."""
        try:
            answer, is_whole = await take_part(self.pages, scope, receive)
        except ClientGone:
            return await _say(send, 408, "The request did not arrive.")
        await send_answer(answer, send, last=is_whole)
        if not is_whole:
            await _linger(receive, send)
        return None

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one socket, if it asks for a host of ours, as Django has it for pages."""
        if not _is_for_us(scope):
            return await send({"type": "websocket.close", "code": 4400})
        return await self.sockets(scope, receive, send)

    async def _stream(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one stream of events, which takes no thread, if it is asked of a host of ours."""
        if not _is_for_us(scope):
            return await _say(send, 400, "This site has another name.")
        return await self.streams[scope["path"].rstrip("/")](scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        """Begin and end together with the server."""
        while (message := await receive())["type"] != "lifespan.shutdown":
            await send({"type": f"{message['type']}.complete"})
        await self.at_end()
        await send({"type": "lifespan.shutdown.complete"})

    async def _take_in(self, scope: Scope, receive: Receive) -> Environ:
        """Return the WSGI environment with the whole body in it, or with the reason why it was refused."""
        headers = dict(scope["headers"])
        if b"content-length" not in headers and b"transfer-encoding" not in headers:
            return environ_of(scope, None, 0)
        limit = _limit(headers)
        try:
            if int(headers.get(b"content-length", b"0")) > limit:
                raise TooLarge
            body, length = await take_body(receive, limit, settings.FILE_UPLOAD_TEMP_DIR)
        except (TooLarge, OSError) as error:
            status = 413 if isinstance(error, TooLarge) else 507
            if isinstance(error, OSError) and error.errno not in {errno.ENOSPC, errno.EDQUOT}:
                raise
            return environ_of(scope, None, 0) | {REFUSED: status}
        return environ_of(scope, body, length)

    async def _send_file(self, answer: Answer, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the file that the answer names instead of the answer's own body."""
        name = answer.fields[ACCEL].decode("latin1")
        if name.startswith(BUCKET):
            return await self._relay(name, answer, _with_one_range(scope), receive, send)
        name = unquote(name)
        path = await run_in_threadpool(_locate, name)
        if path is None:
            logger.error("A file is missing", extra={"file": name})
            return await send_answer(await self.pages.ask(environ_of(scope, None, 0) | {REFUSED: 404}), send)
        headers = {key.decode(): value.decode("latin1") for key, value in answer.headers}
        for own in ("x-accel-redirect", "content-length"):
            headers.pop(own, None)
        stat = await run_in_threadpool(path.stat)
        file = _File(
            path, headers=headers, media_type=headers.get("content-type", "application/octet-stream"), stat_result=stat
        )
        asked = dict(scope["headers"])
        if asked.get(b"if-none-match", b"").decode("latin1") == file.headers["etag"]:
            kept = [pair for pair in file.raw_headers if pair[0] not in {b"content-length", b"content-type"}]
            return await send_answer(Answer(304, kept), send)
        await file(_with_one_range(scope), receive, send)
        return None

    async def _relay(self, name: str, answer: Answer, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on a file of the bucket."""
        try:
            await send_from_bucket(name, answer.headers, scope, receive, send)
        except NotThere as missing:
            place = name.partition("?")[0]
            logger.error("The bucket does not give a file", extra={"file": place, "status": missing.status})
            if missing.status == 404:
                return await send_answer(await self.pages.ask(environ_of(scope, None, 0) | {REFUSED: 404}), send)
            await _say(send, 503, "This file cannot be had at the moment.", (b"retry-after", b"30"))
        return None


class _File(FileResponse):
    """A file in larger pieces: most pictures are one, and each piece costs a change of threads."""

    chunk_size = 256 * 1024


def _with_one_range(scope: Scope) -> Scope:
    """Return the scope without a range that is not a single one: that is answered with the whole file."""
    if ONE_RANGE.fullmatch(dict(scope["headers"]).get(b"range", b"")):
        return scope
    return {**scope, "headers": [pair for pair in scope["headers"] if pair[0] != b"range"]}


def _cleaned(scope: Scope) -> Scope:
    """Return the scope without headers that could be taken for others, and with the scheme people see.

    A name with an underscore would become the twin of a real one in WSGI (CVE-2026-3902). Behind a proxy that was not
    named in TRUSTED_PROXY, the scheme is the one of SITE_URL: the site is reached in no other way.
    """
    headers = [(name, value) for name, value in scope["headers"] if b"_" not in name and not name.startswith(FORWARDED)]
    cleaned: Scope = {**scope, "headers": headers}
    if settings.HTTPS and not settings.TRUSTED_PROXIES:
        cleaned["scheme"] = "wss" if scope["type"] == "websocket" else "https"
    return cleaned


def _is_for_us(scope: Scope) -> bool:
    """Whether a host of ours is asked, as Django has it for pages."""
    host, _port = split_domain_port(dict(scope["headers"]).get(b"host", b"").decode("latin1"))
    return bool(host) and validate_host(host, settings.ALLOWED_HOSTS)


def _limit(headers: dict[bytes, bytes]) -> int:
    """Return how many bytes this client may send: files are for people who are signed in."""
    has_session = f"{settings.SESSION_COOKIE_NAME}=".encode() in headers.get(b"cookie", b"")
    signed_in = has_session or headers.get(b"authorization", b"")[:7].lower() == b"bearer "
    return int(settings.UPLOAD_LIMIT if signed_in else settings.FORM_LIMIT)


def _locate(name: str) -> Path | None:
    """Return the file of the upload folder that ``/_files/<name>`` means, nothing outside of it."""
    root = Path(settings.MEDIA_ROOT).resolve()
    try:
        path = (root / name.removeprefix(FILES)).resolve()
    except ValueError:  # a NUL byte
        return None
    return path if name.startswith(FILES) and path.is_relative_to(root) and path.is_file() else None


async def _linger(receive: Receive, send: Send) -> None:
    """Let a refused sender finish: one that is cut off in the middle shows an error of its own, not our answer."""
    end = time.monotonic() + LINGER_SECONDS
    try:
        while (left := end - time.monotonic()) > 0:
            message: Message = await asyncio.wait_for(receive(), left)
            if message["type"] == "http.disconnect" or not message.get("more_body", False):
                break
    except TimeoutError:
        pass
    await send({"type": "http.response.body", "body": b""})


async def _busy(send: Send) -> None:
    await _say(send, 503, "Too many people at this moment. Try again in a few seconds.", (b"retry-after", b"5"))


async def _say(send: Send, status: int, text: str, *headers: tuple[bytes, bytes]) -> None:
    """Say one sentence, where no page can be made."""
    plain = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close"), *headers]
    await send_answer(Answer(status, plain, text.encode()), send)
