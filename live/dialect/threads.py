"""The talk below a post as apps follow it: our own extension, by the names that events have in our log."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from accounts.models import User
from api.entities.status import Status, statuses_of
from events.models import Event
from live.protocol import StreamName
from live.rendering import NUMBERS, Audience
from live.rights import meant_for, seen_by
from posts.display import get_cards

EVENTS: Final = frozenset({"comment", "edit", "restore", "media", "delete", "counts", "poll"})

Tell = Callable[[Event, Audience], Any]


def tell_thread(
    stream: StreamName, events: Sequence[Event], audiences: Iterable[Audience], people: dict[int, User]
) -> Tell:
    """Return what says an event to a reader: a post, three counts, a poll, or the id of what is gone; None for nothing.

    A reader learns of a comment what its page would show them now; of several counts of one post only the last.
    """
    ids = {event.object_id for event in events} | {stream.pk}
    gone = {event.object_id for event in events if event.kind == "delete"}
    viewers = {audience.viewer_id for audience in audiences}
    seen = {viewer: seen_by(viewer, ids) for viewer in viewers}
    missed = {viewer: meant_for(viewer, gone) if gone else set() for viewer in viewers}
    last = {(event.kind, event.object_id): event.n for event in events if event.kind in NUMBERS}
    shown = {viewer: _statuses(seen[viewer], people.get(viewer or 0)) for viewer in viewers}

    def tell(event: Event, audience: Audience) -> Any:
        viewer, pk = audience.viewer_id, event.object_id
        if event.kind not in EVENTS or event.n < last.get((event.kind, pk), 0):
            return None
        if stream.pk not in seen[viewer] and not (pk == stream.pk and event.kind == "delete"):
            return None
        if event.kind == "delete":
            return str(pk) if pk in missed[viewer] else None
        status = shown[viewer].get(pk)
        return _said(event.kind, status) if status else None

    return tell


def _said(kind: str, status: Status) -> Any:
    if kind == "counts":
        names = ("id", "favourites_count", "reblogs_count", "replies_count")
        return {name: status[name] for name in names}  # type: ignore[literal-required]
    return status["poll"] if kind == "poll" else status


def _statuses(ids: set[int], viewer: User | None) -> dict[int, Status]:
    cards = get_cards(ids, viewer)
    return dict(zip(cards, statuses_of(list(cards.values()), viewer), strict=True))
