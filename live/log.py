"""The numbered log over the API: how far a stream is, and what happened on it after a number.

For apps that ask now and then instead of keeping a connection open. Numbers have no gaps, so nothing is missed: whoever
asks again from ``upto`` on gets what came since, or is told (``reset``) that the log no longer reaches back so far.
"""

from __future__ import annotations

import json
from typing import Any, TypedDict

from django.http import Http404
from rest_framework import serializers

from api.endpoint import Call, endpoint
from api.errors import OUTSIDE_SCOPES, Refused
from api.fields import Many, Params, Text
from api.scopes import allows
from core.ids import MAX_ID
from core.text import tag_name
from feeds.models import PeopleList
from live import reading
from live.access import Pass, may_join
from live.dialect.streams import COMMENTS, LISTS, NOTIFICATIONS, STATUSES
from live.protocol import MAX_STREAMS, Nonsense, StreamName, parse_stream
from live.rendering import Audience, Line
from live.rights import seen_by

FEEDS = "`home`, `local`, `local:media`, `tag:` and a name, or `list:` and an id: what of `posts` and `comments`."


class Heads(TypedDict):
    """The id of this history, which changes when a backup is restored, and the newest number of each stream."""

    epoch: str
    heads: dict[str, int]


class LoggedEvent(TypedDict):
    """What happened under a number: an event as streams have it, with its payload decoded."""

    n: int
    event: str
    payload: Any


class Events(TypedDict):
    """What happened on a stream; ``upto`` is the number it reaches, and where to go on, ``head`` the newest there is.

    Numbers without an event had nothing for this person. With ``reset``, read anew what the stream is about.
    """

    epoch: str
    upto: int
    head: int
    reset: bool
    events: list[LoggedEvent]


class Streams(Params):
    """Which streams."""

    stream = Many(child=Text(), required=True, max_length=MAX_STREAMS, help_text="As in ``events``.")


class Since(Params):
    """From where on."""

    stream = Text(required=True, help_text="``post:<id of the post on top>``, ``posts``, ``comments`` or ``user``.")
    since = serializers.IntegerField(
        required=False, min_value=0, max_value=MAX_ID, help_text="After this number; without it, only how far it is."
    )
    epoch = Text(max_length=64, help_text="The history that the number is of.")
    feed = Text(max_length=200, help_text=FEEDS)


@endpoint("GET", "api/polylog/v1/live/heads", STATUSES, takes=Streams, gives=Heads)
def heads(call: Call) -> Heads:
    """How far streams are; those that the person may not follow are left out."""
    names = dict.fromkeys(call.params["stream"])
    named = {name: stream for name in names if (stream := _stream(call, name))}
    # One question for all the posts: apps that come back ask for as many streams as they follow.
    seen = seen_by(call.person.pk, [stream.pk for stream in named.values() if stream.kind == "post"])
    joined = {
        name: str(stream)
        for name, stream in named.items()
        if (stream.pk in seen if stream.kind == "post" else _joins(call, stream, "home"))
    }
    found = reading.heads(joined.values())
    return {"epoch": reading.epoch(), "heads": {name: found[stream] for name, stream in joined.items()}}


@endpoint("GET", "api/polylog/v1/live/events", STATUSES, takes=Since, gives=Events)
def events(call: Call) -> Events:
    """What happened on a stream after a number, up to 200 events, as far as the person may see it now."""
    said = call.params
    stream, feed = _stream(call, said["stream"]), _feed(call, said.get("feed", "home"))
    if stream is None or not _joins(call, stream, feed):
        raise Http404
    if stream.kind == "user":
        _need(call, NOTIFICATIONS)
    epoch = reading.epoch()
    audience = Audience(call.person.pk, call.person.language or "en", feed, is_app=True)
    is_known = said.get("epoch", "") in {"", epoch}
    page = reading.read_page(stream, said.get("since", -1), audience, is_known)
    return {
        "epoch": epoch,
        "upto": page.upto,
        "head": page.head,
        "reset": page.is_broken,
        "events": [event for line in page.lines if (event := _event_of(line))],
    }


def _stream(call: Call, name: str) -> StreamName | None:
    """Return the stream of that name; None for what is none. ``user`` is the person's own."""
    if name == "user":
        return StreamName("user", call.person.pk)
    if name == str(COMMENTS):
        return COMMENTS
    try:
        return parse_stream(name)
    except Nonsense:
        return None


def _joins(call: Call, stream: StreamName, feed: str) -> bool:
    return may_join(Pass(call.person.pk, "", call.person.auth_epoch, ""), stream, feed)


def _feed(call: Call, feed: str) -> str:
    """Return a feed as the log has it; Http404 for the list of somebody else, Refused for none or out of reach."""
    kind, _, rest = feed.partition(":")
    if feed in {"home", "local", "local:media"}:
        return feed
    if kind == "tag" and (name := tag_name(rest)):
        return f"tag:{name}"
    if kind != "list" or not (rest.isascii() and rest.isdigit() and len(rest) <= 18):
        raise Refused(422, "Validation failed: feed is none of home, local, local:media, tag:… and list:…")
    _need(call, LISTS)
    if not PeopleList.objects.filter(owner=call.person, pk=int(rest)).exists():
        raise Http404
    return f"list:{int(rest)}"


def _need(call: Call, scope: str) -> None:
    """Raise Refused unless the app was given this scope as well, as for the stream of the same."""
    if not (call.token and allows(call.token.granted, [scope])):
        raise Refused(403, OUTSIDE_SCOPES)


def _event_of(line: Line) -> LoggedEvent | None:
    """Return a line decoded; None for a bare number. Payloads are JSON, but for ids and what has none."""
    said = json.loads(line.text)
    if "event" not in said:
        return None
    payload = said.get("payload")
    is_id = payload is None or said["event"] in {"delete", "announcement.delete"}
    return {"n": said["n"], "event": said["event"], "payload": payload if is_id else json.loads(payload)}
