"""One connection: who is let in, what they may send, and how it ends (S30, S31, S32)."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncIterator
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator
from django.conf import settings
from django.db import connections

from accounts.models import User
from live import consumers as consumers_module
from live import hub as hub_module
from live.consumers import LiveConsumer
from live.hub import Hub, stop_hub
from posts.models import Post, Visibility
from tests import make
from tests.live.conftest import log_in, start_here

HOST = b"polylog.example"
OURS = b"https://polylog.example"


class Line(ApplicationCommunicator):
    """A browser's side of one connection."""

    async def connect(self) -> bool:
        """Shake hands; returns whether the site did."""
        await self.send_input({"type": "websocket.connect"})
        return bool((await self.receive_output(timeout=5))["type"] == "websocket.accept")

    async def send_to(self, text: str) -> None:
        await self.send_input({"type": "websocket.receive", "text": text})

    async def receive_from(self) -> str:
        message = await self.receive_output(timeout=5)
        assert message["type"] == "websocket.send", message
        return str(message["text"])

    async def disconnect(self) -> None:
        await self.send_input({"type": "websocket.disconnect", "code": 1001})
        await self.wait(timeout=5)


def socket(*, origin: bytes | None = OURS, cookie: str = "", **headers: bytes) -> Line:
    """A browser's handshake."""
    sent = [(b"host", HOST), *((name.replace("_", "-").encode(), value) for name, value in headers.items())]
    sent += [(b"origin", origin)] if origin is not None else []
    sent += [(b"cookie", f"{settings.SESSION_COOKIE_NAME}={cookie}".encode())] if cookie else []
    return Line(LiveConsumer.as_asgi(), {"type": "websocket", "path": "/live/socket", "headers": sent})


async def receive(line: Line, kind: str = "") -> dict[str, Any]:
    """The next frame, or the next of a kind."""
    while True:
        frame: dict[str, Any] = json.loads(await line.receive_from())
        if frame["type"] == kind or not kind:
            return frame


@pytest.fixture
async def hub(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    monkeypatch.setattr(hub_module, "start_carrier", start_here)
    monkeypatch.setattr(hub_module, "WATCH", 3600)
    yield
    await stop_hub()
    await sync_to_async(connections.close_all)()  # of the thread that wrote


@pytest.fixture
async def people(hub: None) -> dict[str, Any]:
    """The cast, each with a session, and posts of alice for everybody, for followers and for nobody else."""

    def build() -> dict[str, Any]:
        cast = {name: make.user(name) for name in ("alice", "bob", "carol", "dave", "erin")}
        make.follow(cast["bob"], cast["alice"])
        make.block(cast["alice"], cast["dave"])
        posts = {kind.label: make.post(cast["alice"], visibility=kind) for kind in Visibility}
        return cast | {"posts": posts, "sessions": {name: log_in(person) for name, person in cast.items()}}

    return await sync_to_async(build)()


@pytest.mark.parametrize(
    "origin", [None, b"", b"null", b"https://evil.example", b"https://polylog.example.evil.example", b"polylog.example",
               b"https://evil.example#polylog.example", b"file://polylog.example", b"https://[polylog.example"]
)  # fmt: skip
async def test_pages_of_others_are_refused_before_anything_is_asked(origin: bytes | None, monkeypatch: Any) -> None:
    def nothing() -> None:
        raise AssertionError("asked for a hub")

    monkeypatch.setattr(consumers_module, "current_hub", nothing)
    line = socket(origin=origin, cookie="whatever")
    assert (await line.connect()) is False


@pytest.mark.parametrize("origin", [OURS, b"http://polylog.example", settings.SITE_URL.encode()])
async def test_our_pages_are_let_in(hub: None, origin: bytes) -> None:
    line = socket(origin=origin)
    assert (await line.connect()) is True
    assert (await receive(line))["type"] == "hello"
    await line.disconnect()


async def test_a_comment_comes_through(people: dict[str, Any]) -> None:
    post: Post = people["posts"]["Everybody"]
    line = socket(cookie=people["sessions"]["bob"])
    await line.connect()
    await line.send_to(json.dumps({"type": "subscribe", "stream": f"post:{post.pk}", "since": 0}))
    assert (await receive(line, "backlog"))["head"] == 0
    comment = await sync_to_async(make.comment)(people["carol"], post, "Hello")
    event = await receive(line, "event")
    assert (event["id"], event["kind"], event["n"]) == (str(comment.pk), "comment", 1)
    await line.disconnect()


async def test_the_language_is_the_readers(people: dict[str, Any]) -> None:
    post: Post = people["posts"]["Everybody"]
    line = socket(accept_language=b"de-DE,de;q=0.9")
    await line.connect()
    await line.send_to(json.dumps({"type": "subscribe", "stream": f"post:{post.pk}", "since": 0}))
    await receive(line, "backlog")
    hub = await hub_module.current_hub()
    assert [socket.held.language for socket in hub._sockets] == ["de"]
    await line.disconnect()


# Which streams each kind of viewer may join; everything else answers as if it did not exist.
MAY_JOIN: dict[str, set[str]] = {
    "anonymous": {"public", "unlisted", "local"},
    "alice": {"public", "unlisted", "followers", "direct", "local", "home", "user:alice"},
    "bob": {"public", "unlisted", "followers", "local", "home", "user:bob"},
    "carol": {"public", "unlisted", "local", "home", "user:carol"},
    "dave": {"local", "home", "user:dave"},
    "erin": {"public", "unlisted", "local"},  # suspended: as somebody anonymous
}


@pytest.mark.parametrize("viewer", MAY_JOIN)
async def test_matrix_of_streams_and_viewers(people: dict[str, Any], viewer: str) -> None:
    await sync_to_async(User.objects.filter(username="erin").update)(is_active=False)
    names = ["public", "unlisted", "followers", "direct"]
    topics = {name: {"stream": f"post:{post.pk}"} for name, post in zip(names, people["posts"].values(), strict=True)}
    topics |= {"absent": {"stream": "post:17"}, "nobody": {"stream": "user:17"}}
    topics |= {feed: {"stream": "posts", "feed": feed} for feed in ("local", "home")}
    topics |= {f"user:{name}": {"stream": f"user:{people[name].pk}"} for name in MAY_JOIN if name != "anonymous"}
    line = socket(cookie=people["sessions"].get(viewer, ""))
    await line.connect()
    await receive(line, "hello")
    joined = set()
    for topic, ask in topics.items():
        await line.send_to(json.dumps({"type": "subscribe", "since": 0} | ask))
        answer = await receive(line)
        if answer["type"] == "backlog":
            joined.add(topic)
        else:
            assert answer == {"type": "error", "code": "unknown", "stream": ask["stream"]}
    assert joined == MAY_JOIN[viewer]
    await line.disconnect()


async def closed_with(line: Line) -> int:
    while (message := await line.receive_output(timeout=5))["type"] != "websocket.close":
        pass
    return int(message["code"])


@pytest.mark.parametrize("text", ["x" * (64 * 1024 + 1), "ü" * (32 * 1024 + 1)])
async def test_a_frame_that_is_too_big_ends_it(hub: None, text: str) -> None:
    line = socket()
    await line.connect()
    await line.send_to(text)
    assert await closed_with(line) == 1009


async def test_more_than_twenty_frames_a_second_end_it(hub: None) -> None:
    line = socket()
    await line.connect()
    for _ in range(21):
        await line.send_to("{}")
    assert await closed_with(line) == 1008


async def test_nonsense_is_answered_and_breaks_nothing(hub: None) -> None:
    line = socket()
    await line.connect()
    await receive(line, "hello")
    for text in ("{}", "\x00", "[]"):
        await line.send_to(text)
        assert (await receive(line))["type"] == "error"
    await line.send_input({"type": "websocket.receive", "text": None, "bytes": b"\xff\xfe"})
    assert (await receive(line))["type"] == "error"
    await line.disconnect()


async def test_not_more_than_fifty_streams(hub: None, monkeypatch: Any) -> None:
    monkeypatch.setattr(consumers_module, "MAX_STREAMS", 1)
    line = socket()
    await line.connect()
    await receive(line, "hello")
    await line.send_to('{"type":"subscribe","stream":"posts"}')
    assert (await receive(line))["type"] == "backlog"
    await line.send_to('{"type":"subscribe","stream":"post:1"}')
    assert (await receive(line)) == {"type": "error", "code": "full"}
    await line.disconnect()


async def test_fuzzed_frames_never_end_the_hub(people: dict[str, Any], monkeypatch: Any) -> None:
    """2,000 frames, broken in every way a random hand finds, and then a comment still comes through."""
    monkeypatch.setattr(consumers_module, "PER_SECOND", 5000)
    post: Post = people["posts"]["Everybody"]
    rng = random.Random(7)
    line = socket(cookie=people["sessions"]["bob"])
    await line.connect()
    for text in _broken(rng, str(post.pk), 2000):
        await line.send_to(text)
    own = f"user:{people['bob'].pk}"
    await line.send_to(json.dumps({"type": "subscribe", "stream": own}))
    while (await receive(line)).get("stream") != own:
        pass
    other = socket()
    await other.connect()
    await other.send_to(json.dumps({"type": "subscribe", "stream": f"post:{post.pk}", "since": 0}))
    await receive(other, "backlog")
    comment = await sync_to_async(make.comment)(people["carol"], post)
    assert (await receive(other, "event"))["id"] == str(comment.pk)
    for one in (line, other):
        await one.disconnect()


def _broken(rng: random.Random, pk: str, count: int) -> list[str]:
    good = [
        {"type": "subscribe", "stream": f"post:{pk}", "since": 0},
        {"type": "subscribe", "stream": "posts", "feed": "home"},
        {"type": "unsubscribe", "stream": "posts"},
        {"type": "typing", "stream": f"post:{pk}"},
    ]
    odd: list[Any] = [None, True, -1, 2**70, 1e308, "", "\x00", "\ud800", [], {}, [[]] * 9, "post:" + "9" * 30]
    frames = []
    for _ in range(count):
        frame: dict[Any, Any] = dict(rng.choice(good))
        for key in rng.sample([*frame, "x", "epoch", "since"], rng.randint(0, 3)):
            frame[key] = rng.choice(odd)
        text = json.dumps(frame)
        if rng.random() < 0.3:
            at = rng.randrange(len(text))
            text = text[:at] + rng.choice(["", "\x00", "}", '"', "[", "\\u"]) + text[at + rng.randint(0, 5) :]
        frames.append(text)
    return frames


async def test_somebody_suspended_is_closed_with_4401(people: dict[str, Any]) -> None:
    from accounts.services.standing import suspend_person

    line = socket(cookie=people["sessions"]["bob"])
    await line.connect()
    await receive(line, "hello")
    began = asyncio.get_running_loop().time()
    await sync_to_async(suspend_person)(people["alice"], people["bob"])
    assert await closed_with(line) == 4401
    assert asyncio.get_running_loop().time() - began < 2


async def test_a_hub_keeps_nothing_of_a_connection_that_ended(hub: None) -> None:
    line = socket()
    await line.connect()
    await line.send_to('{"type":"subscribe","stream":"posts"}')
    await receive(line, "backlog")
    running: Hub = await hub_module.current_hub()
    await line.disconnect()
    assert (running._sockets, running._channels) == (set(), {})
