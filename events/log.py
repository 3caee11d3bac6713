"""Writing and reading the numbered log.

The number is taken as the last write of the business transaction (short lock), streams in sorted order (no deadlock),
so numbers have no gaps and appear in commit order: a reader finds a loss by arithmetic.
"""

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from django.db import connection, models, transaction
from django.dispatch import Signal
from django.utils import timezone

from core.prepared import fetch
from core.written import insert
from events.models import Epoch, Event, Stream

BACKLOG_PAGE = 200
KEPT = timedelta(days=7)
KEPT_PER_STREAM = 10_000
_AT_ONCE = 10_000  # names in one query, well below what SQLite takes (32,766)

_HEADS = "SELECT name, head FROM events_stream WHERE name IN ({})"

# Called after commit with [(stream name, n), …]; the socket face puts itself here, so this floor knows nothing of it.
hint_listeners: list[Callable[[Sequence[tuple[str, int]]], None]] = []


def announce(
    fact: Signal | None,
    kind: str,
    *,
    actor: models.Model | None,
    about: models.Model,
    streams: Iterable[str],
    **details: object,
) -> None:
    """Number an event on each of ``streams`` and, after commit, send ``fact`` and hint at the new numbers.

    Call it as the last write of the transaction. ``details`` travel with the fact only; without a fact, only readers
    of the streams learn of it.
    """
    actor_id = None if actor is None else actor.pk
    hints = [(name, _append(name, kind, about.pk, actor_id)) for name in sorted(set(streams))]

    _hint_after_commit(hints)
    if fact is not None:
        transaction.on_commit(partial(fact.send_robust, sender=type(about), actor=actor, about=about, **details))


def heads(names: Iterable[str]) -> dict[str, int]:
    """Return the newest number of each stream in one query for 10,000; a stream nobody wrote to yet is at 0."""
    wanted = list(names)
    found: dict[str, int] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        part = wanted[start : start + _AT_ONCE]
        with connection.cursor() as db:  # every page asks, and by hand that takes a third of the time
            db.execute(_HEADS.format(", ".join(["%s"] * len(part))), part)
            found.update(db.fetchall())
    return {name: found.get(name, 0) for name in wanted}


def read_since(name: str, n: int, limit: int = BACKLOG_PAGE) -> list[Event]:
    """Return up to ``limit`` events of the stream after number ``n``, in order."""
    return list(Event.objects.filter(stream__name=name, n__gt=n).order_by("n")[:limit])


def epoch() -> str:
    """Return the id of this history; it changes when a backup is restored."""
    row, _ = Epoch.objects.get_or_create(pk=1)
    return str(row.value)


def renew_epoch() -> str:
    """Begin a new history, as after restoring a backup: every cursor given out before is answered with a reset."""
    row, _ = Epoch.objects.update_or_create(pk=1, defaults={"value": uuid.uuid4()})
    return str(row.value)


def forget_old_events() -> int:
    """Delete events older than a week and those beyond the newest 10,000 of a stream; returns how many.

    A reader who asks for what is gone finds the gap by arithmetic and is told to start anew.
    """
    deleted, _ = Event.objects.filter(created__lt=timezone.now() - KEPT).delete()
    for pk, head in Stream.objects.filter(head__gt=KEPT_PER_STREAM).values_list("pk", "head"):
        deleted += Event.objects.filter(stream=pk, n__lte=head - KEPT_PER_STREAM).delete()[0]
    return deleted


# One statement takes the number: it makes the stream where it is new, and holds its row until the commit.
_NEXT = """
    INSERT INTO events_stream (name, head) VALUES (%s, 1)
    ON CONFLICT (name) DO UPDATE SET head = events_stream.head + 1
    RETURNING id, head
"""

# The same with the event itself, where a statement may hold another that writes.
_NUMBERED = f"""
    WITH taken AS ({_NEXT})
    INSERT INTO events_event (stream_id, n, kind, object_id, actor_id, created)
    SELECT id, head, %s, %s, %s, %s FROM taken RETURNING n
"""  # noqa: S608  (two texts of our own)


@dataclass
class _Hint:
    """Hints at all that one transaction has numbered, at once: sending one to other processes is a statement."""

    hints: list[tuple[str, int]]

    def __call__(self) -> None:
        for listener in hint_listeners:
            listener(self.hints)


def _hint_after_commit(hints: list[tuple[str, int]]) -> None:
    for waiting in connection.run_on_commit:
        if isinstance(waiting[1], _Hint):
            waiting[1].hints += hints
            return
    transaction.on_commit(_Hint(hints))


def _append(name: str, kind: str, object_id: int, actor_id: int | None) -> int:
    if connection.vendor == "postgresql":
        ((n,),) = fetch(_NUMBERED, [name, kind, object_id, actor_id, timezone.now()])
        return int(n)
    ((stream_id, head),) = fetch(_NEXT, [name])
    insert(Event(stream_id=stream_id, n=head, kind=kind, object_id=object_id, actor_id=actor_id))
    return int(head)
