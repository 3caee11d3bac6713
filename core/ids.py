"""Primary keys that sort by time, so that every list can be paged by ``id < cursor``."""

import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

from django.db import models

EPOCH_MS = 1_704_067_200_000  # 2024-01-01T00:00:00Z
RANDOM_BITS = 21
MAX_ID = 2**63 - 1

_lock = threading.Lock()
_last = 0
_moment: ContextVar[datetime | None] = ContextVar("moment", default=None)


def new_id() -> int:
    """Return a new 63-bit id: 42 bits of milliseconds since 2024, 21 random bits; rising within one process."""
    moment = _moment.get()
    if moment is not None:
        return id_at(moment) | secrets.randbits(RANDOM_BITS)
    global _last  # noqa: PLW0603  (the last id given is what makes ids of one process rise)
    with _lock:
        fresh = id_at_ms(int(time.time() * 1000)) | secrets.randbits(RANDOM_BITS)
        _last = fresh if fresh > _last else _last + 1
        return _last


@contextmanager
def ids_from(moment: datetime) -> Iterator[None]:
    """Give what is made inside ids of ``moment``: for things that happened earlier and are brought in now."""
    token = _moment.set(moment)
    try:
        yield
    finally:
        _moment.reset(token)


def id_at(moment: datetime) -> int:
    """Return the smallest id that ``moment`` can have: a cursor made of a date."""
    return id_at_ms(int(moment.timestamp() * 1000))


def id_at_ms(ms: int) -> int:
    """Return the smallest id of the Unix time ``ms`` (milliseconds)."""
    return max(ms - EPOCH_MS, 0) << RANDOM_BITS


def moment_of(pk: int) -> datetime:
    """Return when the id ``pk`` was made (UTC, to the millisecond)."""
    return datetime.fromtimestamp(((pk >> RANDOM_BITS) + EPOCH_MS) / 1000, UTC)


class TimedModel(models.Model):
    """A row whose primary key says when it was made."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)

    class Meta:
        abstract = True
