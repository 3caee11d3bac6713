"""A client that speaks ASGI to an application, as slowly as a test wants."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

Headers = Iterable[tuple[str, str]]


@dataclass
class Said:
    """What the application answered."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


def scope_of(method: str, path: str, headers: Headers = (), **fields: Any) -> dict[str, Any]:
    """A request's scope as uvicorn makes it."""
    place, _, query = path.partition("?")
    raw = [(name.lower().encode(), value.encode()) for name, value in [("host", "localhost"), *headers]]
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": method,
        "path": place,
        "raw_path": place.encode(),
        "query_string": query.encode(),
        "scheme": "http",
        "headers": raw,
        "client": ("203.0.113.9", 5000),
        "server": ("localhost", 8000),
    } | fields


async def ask(
    app: Any,
    method: str = "GET",
    path: str = "/",
    headers: Headers = (),
    body: AsyncIterator[bytes] | None = None,
    taking: Callable[[bytes], Any] | None = None,
    **fields: Any,
) -> Said:
    """Send one request; ``body`` gives its chunks as they come, ``taking`` is awaited for each chunk of the answer."""
    said, ended = Said(), asyncio.Event()

    async def receive() -> dict[str, Any]:
        if body is not None:
            async for chunk in body:
                return {"type": "http.request", "body": chunk, "more_body": True}
        if ended.is_set():
            return {"type": "http.disconnect"}
        ended.set()
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            said.status = message["status"]
            said.headers = {name.decode(): value.decode() for name, value in message["headers"]}
            return
        said.body += message.get("body", b"")
        if taking is not None:
            await taking(message.get("body", b""))

    await app(scope_of(method, path, headers, **fields), receive, send)
    return said


async def chunks(*parts: bytes) -> AsyncIterator[bytes]:
    """A body in these parts."""
    for part in parts:
        yield part
