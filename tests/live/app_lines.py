"""An app on the line: a socket in the dialect of apps, or a stream of events, without a network."""

from __future__ import annotations

import json
from typing import Any

from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator

from accounts.models import User
from api.oauth.services import issue_token, register_app
from live.dialect.consumers import AppConsumer
from live.dialect.sse import serve_stream
from live.dialect.streams import PREFIX
from tests.api.contract import misfits

EVERYTHING = ["read", "write", "follow"]
CARRIED = {"update": "Status", "status.update": "Status", "notification": "Notification"}
CARRIED |= {"conversation": "Conversation", "announcement": "Announcement"}


@sync_to_async
def token_of(person: User, *scopes: str) -> str:
    return issue_token(
        register_app("Tests", ["urn:ietf:wg:oauth:2.0:oob"], EVERYTHING)[0], person, scopes or EVERYTHING
    )[1]


async def open_socket(
    token: str, *, query: str = "", as_protocol: bool = True, bearer: bool = False
) -> ApplicationCommunicator:
    headers = [(b"sec-websocket-protocol", token.encode())] if as_protocol else []
    if bearer:
        headers.append((b"authorization", f"Bearer {token}".encode()))
    scope = {
        "type": "websocket", "path": "/api/v1/streaming", "headers": headers, "query_string": query.encode(),
        "extensions": {"websocket.http.response": {}},
    }  # fmt: skip
    line = ApplicationCommunicator(AppConsumer.as_asgi(), scope)
    await line.send_input({"type": "websocket.connect"})
    return line


async def accepted(token: str, **how: Any) -> ApplicationCommunicator:
    line = await open_socket(token, **how)
    answer = await line.receive_output(timeout=5)
    assert answer["type"] == "websocket.accept", answer
    assert answer.get("subprotocol") == (token if how.get("as_protocol", True) else None)
    return line


async def say(line: ApplicationCommunicator, **frame: Any) -> None:
    await line.send_input({"type": "websocket.receive", "text": json.dumps(frame)})


async def hear(line: ApplicationCommunicator) -> dict[str, Any]:
    """Return the next message; what it carries is held against the contract."""
    message = dict(json.loads((await line.receive_output(timeout=5))["text"]))
    if kind := CARRIED.get(message.get("event", "")):
        assert misfits(kind, json.loads(message["payload"])) == []
    return message


async def following(line: ApplicationCommunicator, **frame: Any) -> None:
    """Subscribe, and know that it has come through: what is asked for after it is answered after it."""
    await say(line, type="subscribe", **frame)
    await say(line, type="subscribe", stream="nothing")
    assert await hear(line) == {"error": "Unknown stream type", "status": 400}


async def open_events(path: str, query: str = "", **headers: str) -> ApplicationCommunicator:
    """Ask for a stream of events; headers by their names, with ``_`` for ``-``."""
    sent = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": "GET", "path": PREFIX + path, "headers": sent, "query_string": query.encode()}
    stream = ApplicationCommunicator(serve_stream, scope)
    await stream.send_input({"type": "http.request"})
    return stream


async def begun(path: str, query: str = "", **headers: str) -> ApplicationCommunicator:
    """The same, once nothing is missed any more."""
    stream = await open_events(path, query, **headers)
    start = await stream.receive_output(timeout=5)
    assert start["status"] == 200, await stream.receive_output(timeout=5)
    assert (await stream.receive_output(timeout=5))["body"] == b":)\n\n"
    return stream


async def read(stream: ApplicationCommunicator) -> dict[str, str]:
    """Return the fields of the next event."""
    text = (await stream.receive_output(timeout=5))["body"].decode()
    return dict(line.split(": ", 1) for line in text.strip().split("\n"))


async def hang_up(stream: ApplicationCommunicator) -> None:
    await stream.send_input({"type": "http.disconnect"})
    await stream.wait(timeout=5)
