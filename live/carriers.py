"""How a process learns that another one wrote to the log.

In one process it is a plain call (``events.log.hint_listeners``). From others, SQLite says "somebody committed" through
``PRAGMA data_version``, PostgreSQL has LISTEN and NOTIFY, and a site of several machines has Redis. A carrier only
carries hints: while it is away everything arrives late (by the hub's tick), never not at all.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import psycopg
import redis
from django.conf import settings
from django.db import DatabaseError, connection, connections

from events.log import hint_listeners
from events.models import Event

CHANNEL = "polylog_live"
POLL = 0.15  # seconds between looks at data_version, which costs microseconds
RETRY = 2.0
PATIENCE = 0.2  # seconds a writer waits for Redis at most

Hints = Sequence[tuple[str, int]]
Tell = Callable[[Hints | None], None]

logger = logging.getLogger(__name__)


class Carrier:
    """Hears hints in a thread of its own and passes them on; comes back by itself after a failure."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"live-{type(self).__name__.lower()}", daemon=True)

    def start(self) -> None:
        """Begin to listen, in this process and to others."""
        hint_listeners.append(self._tell)
        self._thread.start()

    def stop(self) -> None:
        """Stop listening and wait for the thread."""
        with contextlib.suppress(ValueError):
            hint_listeners.remove(self._tell)
        self._is_over.set()
        self._thread.join(timeout=5)

    def listen(self) -> None:
        """Pass hints on until it is over; raises when the connection is lost."""
        raise NotImplementedError

    def _run(self) -> None:
        while not self._is_over.is_set():
            try:
                self.listen()
            except (DatabaseError, psycopg.Error, redis.RedisError, OSError) as error:
                logger.warning("Hints from other processes are late for now: %s", error)
                self._is_over.wait(RETRY)
                self._tell(None)
            finally:
                connections.close_all()


class Sqlite(Carrier):
    """One writer at a time, so new events are simply those with higher keys."""

    def listen(self) -> None:
        """Look for a commit by somebody else, then for its events."""
        version, seen = self._version(), self._newest()
        while not self._is_over.wait(POLL):
            now = self._version()
            if now == version:
                continue
            version = now
            rows = list(Event.objects.filter(pk__gt=seen).order_by("pk").values_list("pk", "stream__name", "n")[:5000])
            if rows:
                seen = rows[-1][0]
                self._tell([(name, n) for _, name, n in rows])

    def _version(self) -> int:
        with connection.cursor() as db:
            db.execute("PRAGMA data_version")
            return int(db.fetchone()[0])

    def _newest(self) -> int:
        return Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


class Postgres(Carrier):
    """LISTEN, on a connection that does nothing else."""

    def listen(self) -> None:
        """Wait for notifications, waking now and then to see whether it is over."""
        parameters = connection.get_connection_params()
        wanted = {key: parameters[key] for key in ("host", "port", "user", "password", "dbname") if key in parameters}
        with psycopg.connect(**wanted, autocommit=True) as own:
            own.execute(f"LISTEN {CHANNEL}")
            self._tell(None)
            while not self._is_over.is_set():
                for note in own.notifies(timeout=0.5):
                    self._tell(unpack(note.payload))


class Redis(Carrier):
    """A Redis subscription, shared by all sockets of the process."""

    def listen(self) -> None:
        """Wait for messages, waking now and then to see whether it is over."""
        client = redis.Redis.from_url(redis_url())
        with client.pubsub(ignore_subscribe_messages=True) as own:  # type: ignore[no-untyped-call]
            own.subscribe(CHANNEL)
            self._tell(None)
            while not self._is_over.is_set():
                message = own.get_message(timeout=0.5)
                if message:
                    self._tell(unpack(message["data"].decode()))


def start_carrier(tell: Tell) -> Carrier:
    """Start and return the carrier that fits the site's database and settings."""
    kind: type[Carrier] = Redis if redis_url() else {"sqlite": Sqlite, "postgresql": Postgres}[connection.vendor]
    carrier = kind(tell)
    carrier.start()
    return carrier


# --- the writers' side ----------------------------------------------------------------------------------------------
class Publisher:
    """Passes hints to other processes after each commit. What fails is forgotten, for the tick repairs it."""

    def __init__(self) -> None:
        self._quiet_until = 0.0

    def __call__(self, hints: Hints) -> None:
        """Tell the other processes; called in the writer's thread, outside of its transaction."""
        if not hints or time.monotonic() < self._quiet_until:
            return
        try:
            if redis_url():
                _pool().publish(CHANNEL, pack(hints))
            elif connection.vendor == "postgresql":
                with connection.cursor() as db:
                    db.execute("SELECT pg_notify(%s, %s)", [CHANNEL, pack(hints)])
        except (DatabaseError, redis.RedisError, OSError) as error:
            self._quiet_until = time.monotonic() + RETRY
            logger.warning("A hint could not be sent: %s", error)


def publish_hints() -> None:
    """Make this process tell the others what it writes; once."""
    if not any(isinstance(listener, Publisher) for listener in hint_listeners):
        hint_listeners.append(Publisher())


def pack(hints: Hints) -> str:
    """Return hints as ``name n`` pairs; some dozen fit a notification of PostgreSQL (8,000 bytes)."""
    return ",".join(f"{name} {n}" for name, n in hints[:100])


def unpack(text: str) -> list[tuple[str, int]]:
    """Return what ``pack`` was given; nonsense on the channel is dropped."""
    pairs = (item.rpartition(" ") for item in text.split(","))
    return [(name, int(n)) for name, _, n in pairs if name and n.isascii() and n.isdigit()]


def redis_url() -> str:
    """Return the address of the site's Redis, or nothing."""
    layers: dict[str, Any] = settings.CHANNEL_LAYERS
    layer = layers.get("default", {})
    hosts = layer.get("CONFIG", {}).get("hosts") or [""]
    return str(hosts[0])


@cache
def _pool() -> redis.Redis:
    return redis.Redis.from_url(redis_url(), socket_connect_timeout=PATIENCE, socket_timeout=PATIENCE)
