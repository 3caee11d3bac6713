"""Leases: who works on a file says so every few seconds, and may be taken over when nothing is heard of them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Event, Thread

from django.db import connection
from django.utils import timezone

LEASE = timedelta(seconds=20)
BEAT_SECONDS = 5.0
logger = logging.getLogger(__name__)


class LeaseLost(Exception):
    """Somebody else has taken this file over, or it was deleted."""


def lease_end() -> datetime:
    """Return when a lease runs out that is taken or renewed now."""
    return timezone.now() + LEASE


@contextmanager
def kept(beat: Callable[[], None]) -> Iterator[None]:
    """Call ``beat`` every few seconds, from a thread of its own, as long as the block runs.

    For what cannot say that it goes on: a gigabyte on its way into a bucket or onto a slow disk outlasts a lease.
    LeaseLost ends the beating, not the block: whoever works asks again before what they did counts.
    """
    over = Event()

    def run() -> None:
        while not over.wait(BEAT_SECONDS):
            try:
                beat()
            except LeaseLost:
                break
            except Exception:  # the database is away: it may be back before the lease has run out
                logger.exception("A lease could not be renewed")
        connection.close()

    thread = Thread(target=run, name="lease", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
