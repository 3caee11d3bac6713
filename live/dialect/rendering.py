"""Events as apps read them: whole posts and notifications, as the API itself would show them to their reader."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

import orjson

from accounts.models import User
from api.entities.announcement import announcement_of
from api.entities.conversation import conversations_of
from api.entities.notification import notifications_of
from api.entities.status import Status, statuses_of
from core.pagination import Cursor
from events.models import Event
from feeds.lists import list_ids
from feeds.models import PeopleList
from live.dialect.threads import tell_thread
from live.protocol import StreamName
from live.rendering import Audience, Line
from live.rights import carrying, meant_for, on_home, on_local, with_media
from moderation.services.announcements import read_announcements
from notifications.dialect import shown_to_apps
from notifications.models import Notification
from posts.conversations import get_conversation
from posts.display import get_cards
from posts.filters import compiled_filters
from posts.models import Post

Show = Callable[[Event, Audience], str | None]
SLACK = 20
CHANGED = frozenset({"edit", "media"})
TOLD = CHANGED | {"post", "comment", "restore"}


def present_to_apps(
    stream: StreamName, events: Sequence[Event], audiences: Iterable[Audience]
) -> dict[Audience, list[Line]]:
    """Return for each audience the events of one stream as lines in order; what it may not see as bare numbers."""
    audiences = list(audiences)
    people = User.objects.in_bulk({audience.viewer_id for audience in audiences if audience.viewer_id})
    show = _shows(stream, events, audiences, people) if events and audiences else None
    return {
        audience: [Line(event.n, (show(event, audience) if show else None) or f'{{"n":{event.n}}}') for event in events]
        for audience in audiences
    }


def _shows(stream: StreamName, events: Sequence[Event], audiences: list[Audience], people: dict[int, User]) -> Show:
    match stream.kind:
        case "user":
            return _own(events, audiences, people)
        case "post":
            return _thread(stream, events, audiences, people)
    return _posts(events, audiences, people)


def _thread(stream: StreamName, events: Sequence[Event], audiences: list[Audience], people: dict[int, User]) -> Show:
    tell = tell_thread(stream, events, audiences, people)

    def show(event: Event, audience: Audience) -> str | None:
        said = tell(event, audience)
        return None if said is None else _line(event, event.kind, said if isinstance(said, str) else _text(said))

    return show


# --- posts ----------------------------------------------------------------------------------------------------------
def _posts(events: Sequence[Event], audiences: list[Audience], people: dict[int, User]) -> Show:
    told = {event.object_id for event in events if event.kind in TOLD}
    gone = {event.object_id for event in events if event.kind == "delete"}
    members = {audience: _members(audience, told, people) for audience in audiences}
    missed = {one.viewer_id: meant_for(one.viewer_id, gone) if gone else set() for one in audiences}
    news = {row.pk: row for row in read_announcements(None)} if _has_news(events) else {}
    draw = _Drawing(members, people)

    def show(event: Event, audience: Audience) -> str | None:
        match event.kind:
            case "delete":
                return _line(event, "delete", str(event.object_id)) if _missed(event, audience) else None
            case "announcement" if audience.feed == "home":
                row = news.get(event.object_id)
                if row is None:
                    return _line(event, "announcement.delete", str(event.object_id))
                return _line(event, "announcement", _text(announcement_of(row)))
            case kind if kind in TOLD and event.object_id in members[audience]:
                text = draw.text(event, audience)
                return text and _line(event, "status.update" if event.kind in CHANGED else "update", text)
        return None

    def _missed(event: Event, audience: Audience) -> bool:
        return event.object_id in missed[audience.viewer_id]

    return show


class _Drawing:
    """Posts as text. What nobody can have touched yet is drawn once for all who have no filters."""

    def __init__(self, members: dict[Audience, set[int]], people: dict[int, User]) -> None:
        self.people = people
        self.wanted: dict[int, set[int]] = defaultdict(set)
        for audience, ids in members.items():
            self.wanted[audience.viewer_id or 0] |= ids
        everything = set().union(*self.wanted.values()) if self.wanted else set()
        self.neutral = _statuses(everything, None)
        self.own: dict[int, dict[int, Status]] = {}
        self.drawn: dict[tuple[int, int], str] = {}

    def text(self, event: Event, audience: Audience) -> str | None:
        """Return a post as its reader sees it; nothing for one they may not see (any more)."""
        pk, viewer = event.object_id, self.people.get(audience.viewer_id or 0)
        neutral = self.neutral.get(pk)
        if viewer is None:
            return None
        if event.kind in {"post", "comment"} and neutral and self._is_untouched(neutral, viewer):
            key, status = (pk, 0), {**neutral, **_UNTOUCHED}
        else:
            if viewer.pk not in self.own:
                self.own[viewer.pk] = _statuses(self.wanted[viewer.pk], viewer)
            key, status = (pk, viewer.pk), self.own[viewer.pk].get(pk)  # type: ignore[assignment]
        if status and key not in self.drawn:
            self.drawn[key] = _text(status)
        return self.drawn.get(key)

    def _is_untouched(self, status: Status, viewer: User) -> bool:
        """Whether all see it alike; what it quotes is seen by some and not by others."""
        is_own = status["account"]["id"] == str(viewer.pk)
        return not (is_own or status["reblog"] or status["quote"] or status["poll"] or compiled_filters(viewer))


_UNTOUCHED = {"favourited": False, "reblogged": False, "bookmarked": False, "muted": False, "filtered": []}


def _statuses(ids: Iterable[int], viewer: User | None) -> dict[int, Status]:
    cards = get_cards(ids, viewer)
    return dict(zip(cards, statuses_of(list(cards.values()), viewer), strict=True))


def _members(audience: Audience, ids: set[int], people: dict[int, User]) -> set[int]:
    """Return those of the posts that belong on what the audience follows."""
    kind, _, rest = audience.feed.partition(":")
    viewer_id = audience.viewer_id
    if not ids or viewer_id not in people:
        return set()
    match kind:
        case "home":
            return on_home([viewer_id], Post.objects.filter(pk__in=ids)).get(viewer_id, set())
        case "local":
            found = on_local(viewer_id, ids)
            return with_media(found) if rest == "media" else found
        case "tag":
            return carrying(rest, viewer_id, ids)
        case "list":
            row = PeopleList.objects.filter(owner=viewer_id, pk=int(rest)).first()
            newest = Cursor(max(ids) + 1)
            return ids & set(list_ids(row, people[viewer_id], newest, len(ids) + SLACK)) if row else set()
    return set()


def _has_news(events: Sequence[Event]) -> bool:
    return any(event.kind == "announcement" for event in events)


# --- what is the person's own ---------------------------------------------------------------------------------------
def _own(events: Sequence[Event], audiences: list[Audience], people: dict[int, User]) -> Show:
    newest = {(event.kind, event.object_id): event.n for event in events}
    lines = {event.object_id for event in events if event.kind == "notification"}
    told = {
        pk: {row.pk: row for row in shown_to_apps(person).in_bell().filter(pk__in=lines)}
        for pk, person in people.items()
        if lines
    }
    drawn: dict[int, str | None] = {}

    def show(event: Event, audience: Audience) -> str | None:
        person = people.get(audience.viewer_id or 0)
        if person is None or newest[event.kind, event.object_id] != event.n:
            return None
        if event.n not in drawn:
            drawn[event.n] = _own_text(event, person, told.get(person.pk, {}))
        return drawn[event.n]

    return show


def _own_text(event: Event, person: User, told: dict[int, Notification]) -> str | None:
    match event.kind:
        case "notification" if event.object_id in told:
            entity = notifications_of([told[event.object_id]], person)[0]
            return _line(event, "notification", _text(entity))
        case "filters":
            return _line(event, "filters_changed", None)
        case "conversation":
            side = get_conversation(person, event.object_id)
            return _line(event, "conversation", _text(conversations_of([side], person)[0])) if side else None
    return None


def _line(event: Event, name: str, payload: str | None) -> str:
    said: dict[str, object] = {"n": event.n, "event": name}
    return json.dumps(said if payload is None else said | {"payload": payload}, ensure_ascii=False)


def _text(entity: object) -> str:
    return orjson.dumps(entity).decode()
