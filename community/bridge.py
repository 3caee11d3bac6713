"""WSGI on ASGI: ordinary pages run in a few lasting threads, and no thread ever waits for a slow client.

Django's ASGI handler would give every request of a synchronous view a thread, and so a database connection, of its own;
here a handful of threads keep theirs. A request's body is complete before a thread is used, and the thread is free
again as soon as the answer is complete or is a file, which the event loop then sends.

Pages take turns. Making one is work for the processor, and of one process Python lets a single thread work: two pages
at once take each other's time and, by handing the interpreter back and forth, much more than that (measured: 56
requests/s by four threads, 90 by turns). So a request that comes while a page is being made waits until it is done, but
never longer than ``TURN_SECONDS``: what takes more than that (a password's hash, a file being stored, a mail, a lock in
the database) mostly waits itself, and goes on beside the others in a thread of its own.
"""

from __future__ import annotations

import asyncio
import io
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from starlette.concurrency import run_in_threadpool
from starlette.types import Receive, Scope, Send

CHUNK = 64 * 1024
IN_MEMORY = 512 * 1024  # bytes of a body, coming or going, that are kept in memory before a file is used
IDLE_SECONDS = 60  # a client that sends nothing for so long has gone
WAITING = 512  # requests that may wait for a thread; more are told to come back
TURN_SECONDS = 0.1  # how long a request keeps the others waiting: several times what an ordinary page takes

Headers = list[tuple[bytes, bytes]]
Environ = dict[str, Any]
WsgiApp = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]


class TooLarge(Exception):
    """The body is larger than this client may send."""


class ClientGone(Exception):
    """The client hung up, or fell silent, while sending."""


@dataclass
class Answer:
    """What a WSGI application said: a small body in memory, a large one as an open file."""

    status: int
    headers: Headers
    content: bytes = b""
    file: IO[bytes] | None = None
    fields: dict[bytes, bytes] = field(init=False)

    def __post_init__(self) -> None:
        self.fields = dict(self.headers)


class FileBody:
    """What ``wsgi.file_wrapper`` makes (PEP 3333): a file that the server may send as it likes."""

    def __init__(self, file: IO[bytes], block_size: int = CHUNK) -> None:
        self.file = file
        self.block_size = block_size

    def __iter__(self) -> Iterable[bytes]:
        return iter(lambda: self.file.read(self.block_size), b"")

    def close(self) -> None:
        """Close the file; Django ends its response with this."""
        self.file.close()


class Pages:
    """A WSGI application, asked from an event loop: a request at a time, and up to ``threads`` where some are slow."""

    def __init__(self, app: WsgiApp, threads: int) -> None:
        self.app = app
        self.pool = ThreadPoolExecutor(threads, thread_name_prefix="page")
        self.turn = asyncio.Semaphore(1)
        self.waiting = 0

    @property
    def is_full(self) -> bool:
        """Whether so many wait already that one more is better told to come back."""
        return self.waiting >= WAITING

    async def ask(self, environ: Environ) -> Answer:
        """Return the application's answer."""
        self.waiting += 1
        try:
            async with self.turn:
                work = asyncio.get_running_loop().run_in_executor(self.pool, self._answer, environ)
                await asyncio.wait([work], timeout=TURN_SECONDS)
            return await work
        finally:
            self.waiting -= 1

    async def run(self, work: Callable[..., bool], *args: object) -> bool:
        """Return what ``work`` returns, called in one of the threads, which have a database connection."""
        return await asyncio.get_running_loop().run_in_executor(self.pool, work, *args)

    def _answer(self, environ: Environ) -> Answer:
        """Run the application to its end; called in one of the threads."""
        status, fields = 500, [("content-length", "0")]

        def start_response(said: str, headers: list[tuple[str, str]], exc_info: object = None) -> Callable[..., Any]:
            nonlocal status, fields
            status, fields = int(said[:3]), headers
            return lambda chunk: None  # the old write(); Django does not use it

        body = self.app(environ, start_response)
        if isinstance(body, FileBody):
            return Answer(status, _encoded(fields), file=body.file)
        try:
            content, file = _collect(body)
            if file is None and not any(name.lower() == "content-length" for name, _value in fields):
                fields = [*fields, ("content-length", str(len(content)))]
            return Answer(status, _encoded(fields), content, file)
        finally:
            getattr(body, "close", lambda: None)()


async def take_body(receive: Receive, limit: int, folder: Path | None) -> tuple[IO[bytes], int]:
    """Take in a whole request body; returns it, rewound, and its length in bytes.

    Raises TooLarge at the first byte beyond ``limit``, ClientGone when the client is no longer there.
    """
    body: Any = SpooledTemporaryFile(IN_MEMORY, dir=str(folder) if folder else None)  # noqa: SIM115  (closed by whoever asked for it)
    size = 0
    try:
        while True:
            message = await asyncio.wait_for(receive(), IDLE_SECONDS)
            if message["type"] == "http.disconnect":
                raise ClientGone
            chunk = message.get("body", b"")
            size += len(chunk)
            if size > limit:
                raise TooLarge
            if size > IN_MEMORY:
                await run_in_threadpool(body.write, chunk)
            else:
                body.write(chunk)
            if not message.get("more_body", False):
                body.seek(0)
                return body, size
    except BaseException as error:
        body.close()
        if isinstance(error, TimeoutError):
            raise ClientGone from None
        raise


def environ_of(scope: Scope, body: IO[bytes] | None, length: int) -> Environ:
    """Return the WSGI environment of a request (PEP 3333); headers come as the front let them through."""
    server, client = scope.get("server") or ("localhost", 80), scope.get("client") or ("", 0)
    environ: Environ = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": scope["path"].encode("utf-8", "surrogateescape").decode("latin1"),
        "QUERY_STRING": scope["query_string"].decode("latin1"),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1] or 0),
        "REMOTE_ADDR": client[0],
        "REMOTE_PORT": str(client[1]),
        "CONTENT_LENGTH": str(length),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": body or io.BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        "wsgi.file_wrapper": FileBody,
    }
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin1").upper().replace("-", "_"), raw_value.decode("latin1")
        if name == "CONTENT_LENGTH":
            continue  # the body has been counted
        key = name if name == "CONTENT_TYPE" else f"HTTP_{name}"
        separator = "; " if name == "COOKIE" else ","
        environ[key] = f"{environ[key]}{separator}{value}" if key in environ else value
    return environ


async def send_answer(answer: Answer, send: Send, *, last: bool = True) -> None:
    """Send an answer as fast as the client takes it; with ``last=False`` the exchange stays open."""
    try:
        await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
        if answer.file is None:
            await send({"type": "http.response.body", "body": answer.content, "more_body": not last})
            return
        while chunk := await run_in_threadpool(answer.file.read, CHUNK):
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": not last})
    finally:
        if answer.file is not None:
            await run_in_threadpool(answer.file.close)


def _encoded(fields: list[tuple[str, str]]) -> Headers:
    return [(name.lower().encode("latin1"), value.encode("latin1")) for name, value in fields]


def _collect(chunks: Iterable[bytes]) -> tuple[bytes, IO[bytes] | None]:
    """Return all chunks as one string, or as a rewound file where they are many."""
    head, size, rest = [], 0, iter(chunks)
    for chunk in rest:
        head.append(chunk)
        size += len(chunk)
        if size > IN_MEMORY:
            break
    else:
        return b"".join(head), None
    file: Any = SpooledTemporaryFile(0)  # noqa: SIM115  (closed when it has been sent)
    file.writelines(head)
    file.writelines(rest)
    file.seek(0)
    return b"", file
