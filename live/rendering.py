"""Events as their readers see them: with the rights of now, one rendering for all who would get the same.

An event holds ids only. What a reader may not see becomes a bare number, so that the sequence stays whole and says
nothing. Of several counts of one object in a batch only the last is shown.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.utils.translation import override

from accounts.models import User
from core.display import avatar
from core.fragments import render_card, render_comments
from events.idempotency import keys_of
from events.models import Event
from live.protocol import StreamName
from live.rights import meant_for, on_home, on_local, seen_by
from notifications.models import Notification
from notifications.services import Waiting, count_waiting
from notifications.words import words_of
from posts.models import Post
from posts.polls import poll_figures
from posts.threads import single

ANONYMOUS, OTHER, OWN = "anonymous", "other", "own"
NUMBERS = ("counts", "poll")  # of these only the last of a batch is shown


@dataclass(frozen=True)
class Audience:
    """Readers who get the same: one person (or everybody anonymous), one language, one feed."""

    viewer_id: int | None
    language: str
    feed: str = ""
    is_app: bool = False
    """Whether an app reads, in the words of the client API (live/dialect)."""


class Line(NamedTuple):
    """An event for one audience: its number, and the JSON object that says it."""

    n: int
    text: str


Payload = dict[str, Any]
Show = Callable[[Event, Audience], str | None]


def present(stream: StreamName, events: Sequence[Event], audiences: Iterable[Audience]) -> dict[Audience, list[Line]]:
    """Return for each audience the events of one stream as lines in order, what it may not see as bare numbers."""
    make = {"post": _thread, "posts": _feeds, "user": _person}[stream.kind]
    audiences = list(audiences)
    show = make(stream, events, audiences) if events else None
    return {audience: _lines(events, audience, show) for audience in audiences}


def greeting(stream: StreamName, head: int) -> list[Line]:
    """Return what somebody who follows a stream from now on is told first: for their own, how much waits."""
    person = User.objects.filter(pk=stream.pk).first() if stream.kind == "user" else None
    if person is None:
        return []
    unread, messages = count_waiting(person)
    return [Line(head, _json({"n": head, "kind": "seen", "unread": unread, "messages": messages}))]


def _lines(events: Sequence[Event], audience: Audience, show: Show | None) -> list[Line]:
    lines: list[Line] = []
    unseen = 0  # how many events in a row have nothing to show
    for event in events:
        text = show(event, audience) if show else None
        if text is None:
            if unseen:
                lines.pop()
            lines.append(Line(event.n, _json({"n": event.n, "from": event.n - unseen})))
            unseen += 1
        else:
            lines.append(Line(event.n, text))
            unseen = 0
    return lines


# --- a thread -------------------------------------------------------------------------------------------------------
def _thread(stream: StreamName, events: Sequence[Event], audiences: list[Audience]) -> Show:
    ids = {event.object_id for event in events} | {stream.pk}
    posts = {post.pk: _neutral(post) for post in Post.objects.for_display(None).filter(pk__in=ids)}
    root = posts.get(stream.pk)
    gone = {pk for pk, post in posts.items() if post.is_gone}
    viewers = {audience.viewer_id for audience in audiences}
    seen = {viewer_id: seen_by(viewer_id, ids) for viewer_id in viewers}
    missed = {viewer_id: meant_for(viewer_id, gone) if gone else set() for viewer_id in viewers}
    made = {pk: post.author_id for pk, post in posts.items() if post.is_comment and post.author_id in seen}
    keys = keys_of(made) if made else {}
    last = {(event.kind, event.object_id): event.n for event in events if event.kind in NUMBERS}
    drawn: dict[tuple[int, str, str], str] = {}

    def show(event: Event, audience: Audience) -> str | None:
        post = posts.get(event.object_id)
        if root is None or post is None or event.n < last.get((event.kind, event.object_id), 0):
            return None
        viewer_id = audience.viewer_id
        if stream.pk not in seen[viewer_id] and not (post is root and post.is_gone):
            return None
        if post.pk not in (missed[viewer_id] if event.kind == "delete" else seen[viewer_id]):
            return None
        place = (event.n, audience.language, _relation(audience, post))
        if place not in drawn:
            with override(audience.language):
                payload = _thread_payload(event.kind, post, root, place[2], keys)
            drawn[place] = _json({"n": event.n} | payload)
        return drawn[place]

    return show


def _thread_payload(kind: str, post: Post, root: Post, relation: str, keys: dict[int, str]) -> Payload:
    payload: Payload = {"kind": kind, "id": str(post.pk), "count": root.comments_count}
    if kind == "counts":
        answers = post.replies_count if post.is_comment else post.comments_count
        return payload | {"likes": post.likes_count, "shares": post.shares_count, "comments": answers}
    if kind == "poll":
        return payload | ({"poll": poll_figures(post.poll)} if post.has_poll else {})
    if not post.is_comment:
        return payload if post.is_gone else payload | {"html": render_card(post, _viewer(relation, post), full=True)}
    payload |= {"parent": str(post.reply_to_id), "root": str(root.pk)}
    if not post.is_gone:
        payload["author"] = _author(post.author)
        if relation == OWN and post.pk in keys:
            payload["key"] = keys[post.pk]
    html = render_comments([single(post)], _viewer(relation, post), root_author_id=root.author_id)
    return payload | {"html": html.strip()}


# --- feeds ----------------------------------------------------------------------------------------------------------
def _feeds(stream: StreamName, events: Sequence[Event], audiences: list[Audience]) -> Show:
    new = {event.object_id for event in events if event.kind == "post"}
    gone = {event.object_id for event in events if event.kind == "delete"}
    posts = {post.pk: post for post in Post.objects.filter(pk__in=new | gone).select_related("author__avatar")}
    fresh = [post for post in posts.values() if post.pk in new]
    viewers = {audience.viewer_id for audience in audiences}
    home = on_home({one.viewer_id for one in audiences if one.viewer_id and one.feed == "home"}, fresh)
    local = {one.viewer_id: on_local(one.viewer_id, new) for one in audiences if one.feed == "local"}
    missed = {viewer_id: meant_for(viewer_id, gone) if gone else set() for viewer_id in viewers}
    drawn: dict[int, str] = {}

    def show(event: Event, audience: Audience) -> str | None:
        news = home.get(audience.viewer_id or 0) if audience.feed == "home" else local.get(audience.viewer_id)
        among = {"post": news, "delete": missed[audience.viewer_id]}.get(event.kind) or set()
        post = posts.get(event.object_id)
        if post is None or post.pk not in among:
            return None
        if event.n not in drawn:
            payload: Payload = {"n": event.n, "kind": event.kind, "id": str(post.pk)}
            if event.kind == "post":
                payload["author"] = _author(post.author)
            drawn[event.n] = _json(payload)
        return drawn[event.n]

    return show


# --- one person -----------------------------------------------------------------------------------------------------
def _person(stream: StreamName, events: Sequence[Event], audiences: list[Audience]) -> Show:
    person = User.objects.filter(pk=stream.pk).first()
    unread, messages = count_waiting(person) if person else Waiting()
    newest = {_subject(event): event.n for event in events}
    told = [event.object_id for event in events if event.kind == "notification"][-1:]
    line = None
    if person and told:
        lines = Notification.objects.visible_to(person).wanted_by(person).in_bell()
        line = lines.select_related("actor", "post").filter(pk__in=told).first()

    def show(event: Event, audience: Audience) -> str | None:
        if audience.viewer_id != stream.pk or event.n != newest[_subject(event)]:
            return None
        if event.kind == "file":
            return _json({"n": event.n, "kind": "file", "id": str(event.object_id)})
        if event.kind == "conversation":
            return _json({"n": event.n, "kind": "messages", "messages": messages})
        if event.kind == "seen":
            return _json({"n": event.n, "kind": "seen", "unread": unread})
        if event.kind != "notification" or line is None:
            return None
        with override(audience.language):
            return _json({"n": event.n, "kind": "notification", "unread": unread, "words": words_of(line)})

    return show


def _subject(event: Event) -> tuple[str, int]:
    """Return what an event is news of: of the bell and of messages the newest will do, of files the newest of each."""
    return event.kind, event.object_id if event.kind == "file" else 0


# --- small parts ----------------------------------------------------------------------------------------------------
def _neutral(post: Post) -> Post:
    """Return the post as somebody who has left no mark on it sees it; the page keeps its reader's own marks."""
    post.liked = post.shared = post.bookmarked = False
    return post


def _relation(audience: Audience, post: Post) -> str:
    if audience.viewer_id is None:
        return ANONYMOUS
    return OWN if audience.viewer_id == post.author_id else OTHER


def _viewer(relation: str, post: Post) -> User | None:
    """Return a stand-in for all readers of this relation: fragments ask who the viewer is and nothing else."""
    if relation == ANONYMOUS:
        return None
    return post.author if relation == OWN else User(pk=0)


def _author(author: User) -> Payload:
    return {"id": str(author.pk), "name": author.name, "face": avatar(author, "xs")}


def _json(payload: Payload) -> str:
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":"))
