"""Reading the log for the hub: everything here runs in one of its threads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from events.log import epoch, heads, read_since
from events.models import Event
from live.dialect.rendering import present_to_apps
from live.protocol import StreamName
from live.rendering import Audience, Line, greeting, present

FAR = 2_000  # a reader further behind is told to load the page anew, which is quicker for everybody

__all__ = ["Batch", "Page", "Work", "as_backlog", "as_frame", "epoch", "heads", "read_all", "read_page"]


@dataclass(frozen=True)
class Work:
    """What to read: a stream after a number, for these audiences."""

    stream: StreamName
    cursor: int
    audiences: set[Audience]


@dataclass(frozen=True)
class Batch:
    """What came after a number, for each audience; ``is_broken`` where the log no longer reaches back that far."""

    upto: int
    head: int
    lines: dict[Audience, list[Line]] = field(default_factory=dict)
    is_broken: bool = False


@dataclass(frozen=True)
class Page:
    """The same for one reader who catches up."""

    upto: int
    head: int
    lines: list[Line] = field(default_factory=list)
    is_broken: bool = False


def read_all(work: Iterable[Work]) -> list[Batch]:
    """Return for each stream what is new, up to 200 events."""
    return [_read(one.stream, one.cursor, one.audiences) for one in work]


def read_page(stream: StreamName, since: int, audience: Audience, is_known: bool) -> Page:
    """Return what one reader missed after ``since`` (-1: from now on), or a broken page for one to begin anew.

    ``is_known`` says whether their number is of this history at all.
    """
    if since < 0:
        head = heads([str(stream)])[str(stream)]
        return Page(upto=head, head=head, lines=[] if audience.is_app else greeting(stream, head))
    batch = _read(stream, since, {audience}) if is_known else _broken(stream)
    return Page(batch.upto, batch.head, batch.lines.get(audience, []), batch.is_broken)


def as_frame(name: str, text: str) -> str:
    """Return a line as the frame that announces it."""
    return f'{{"type":"event","stream":"{name}",{text[1:]}'


def as_backlog(name: str, page: Page) -> str:
    """Return a page of lines as one frame; ``upto`` is the number it reaches, ``head`` the newest there is."""
    events = ",".join(line.text for line in page.lines)
    return f'{{"type":"backlog","stream":"{name}","upto":{page.upto},"head":{page.head},"events":[{events}]}}'


def _read(stream: StreamName, since: int, audiences: set[Audience]) -> Batch:
    name = str(stream)
    head = heads([name])[name]
    events = read_since(name, since) if since < head else []
    if since == head:
        return Batch(upto=head, head=head, lines={audience: [] for audience in audiences})
    if since > head or head - since > FAR or not _is_whole(events, since):
        return Batch(upto=head, head=head, is_broken=True)
    return Batch(upto=events[-1].n, head=max(head, events[-1].n), lines=_present(stream, events, audiences))


def _present(stream: StreamName, events: Sequence[Event], audiences: set[Audience]) -> dict[Audience, list[Line]]:
    apps = {audience for audience in audiences if audience.is_app}
    lines = present(stream, events, audiences - apps) if audiences - apps else {}
    return lines | present_to_apps(stream, events, apps) if apps else lines


def _broken(stream: StreamName) -> Batch:
    head = heads([str(stream)])[str(stream)]
    return Batch(upto=head, head=head, is_broken=True)


def _is_whole(events: Sequence[Event], since: int) -> bool:
    """Whether the events follow ``since`` without a gap: numbers have none, so what is missing was cleared away."""
    return bool(events) and events[0].n == since + 1 and events[-1].n == since + len(events)
