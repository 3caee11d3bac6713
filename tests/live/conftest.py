"""What tests of the live face are made of: a hub on the test's own database, and readers without a network."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import connections
from django.test import Client

from accounts.models import User
from live import hub as hub_module
from live.access import Pass
from live.carriers import Carrier, Tell
from live.hub import Hub, Subscription, stop_hub
from live.protocol import Subscribe, parse_stream

DEADLINE = 5.0  # seconds until a condition that does not come true fails a test


async def until(condition: Callable[[], Any], deadline: float = DEADLINE) -> Any:
    """Wait for a condition, looking at it whenever the loop had a turn."""
    end = asyncio.get_running_loop().time() + deadline
    while not (found := condition()):
        if asyncio.get_running_loop().time() > end:
            raise AssertionError("what was waited for did not come")
        await asyncio.sleep(0.002)
    return found


class FakeSocket:
    """A reader without a network: keeps what it was sent."""

    def __init__(self, viewer_id: int | None = None, language: str = "en", epoch: int = 0, key: str = "") -> None:
        self.held = Pass(viewer_id, key, epoch, language)
        self.subscriptions: dict[str, Subscription] = {}
        self.sent: list[dict[str, Any]] = []
        self.ended: int | None = None

    def push(self, text: str) -> None:
        self.sent.append(json.loads(text))

    def end(self, code: int) -> None:
        self.ended = code

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [message for message in self.sent if message["type"] == kind]

    @property
    def events(self) -> list[dict[str, Any]]:
        """All events, whether they came as backlog or live."""
        found = []
        for message in self.sent:
            if message["type"] == "event":
                found.append(message)
            elif message["type"] == "backlog":
                found += message["events"]
        return found


class Here(Carrier):
    """Hints of this process only: the database in memory that tests use is one connection's."""

    def listen(self) -> None:
        self._is_over.wait()


def start_here(tell: Tell) -> Carrier:
    carrier = Here(tell)
    carrier.start()
    return carrier


def log_in(person: User) -> str:
    """A session as a log-in leaves it; returns its key."""
    client = Client()
    client.force_login(person, backend="accounts.backends.PasswordBackend")
    return str(client.session.session_key)


async def reader_of(person: User, language: str = "en") -> FakeSocket:
    """Somebody who is signed in."""
    return FakeSocket(person.pk, language, person.auth_epoch, await sync_to_async(log_in)(person))


@pytest.fixture
async def hub(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Hub]:
    """A hub that listens to this process only; who may no longer be here is asked after hints, or by hand."""
    monkeypatch.setattr(hub_module, "WATCH", 3600)
    monkeypatch.setattr(hub_module, "start_carrier", start_here)
    started = Hub()
    await started.start()
    yield started
    await started.stop()
    await sync_to_async(connections.close_all)()  # of the thread that wrote


@pytest.fixture
async def end_hub() -> AsyncIterator[None]:
    """For tests whose apps begin the hub of the process themselves: it ends with them."""
    yield
    await stop_hub()


async def follow(hub: Hub, socket: FakeSocket, stream: str, since: int | None = 0, feed: str = "") -> None:
    """Enter and subscribe."""
    hub.enter(socket)
    await hub.subscribe(socket, Subscribe(parse_stream(stream), since, "", feed))
