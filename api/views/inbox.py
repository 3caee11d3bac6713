"""What is the person's own: messages, posts to come, reading marks, and what the house has to say."""

from __future__ import annotations

from django.http import Http404
from rest_framework import serializers

from accounts.models import User
from api.answers import Paged
from api.endpoint import Call, endpoint
from api.entities.announcement import Announcement, announcement_of
from api.entities.conversation import Conversation, conversations_of
from api.entities.lists import Marker, marker_of
from api.entities.scheduled import ScheduledStatus, scheduled_of
from api.fields import Id, Many, Params, Text
from api.paging import Page20, page_of, paged, span_of
from feeds.models import Marker as MarkerRow
from feeds.services.markers import save_marker
from moderation.models import Announcement as AnnouncementRow
from moderation.services.announcements import dismiss_announcement, read_announcements
from notifications.services import mark_seen
from posts.conversations import get_conversation, read_conversations
from posts.models import Participation, ScheduledPost
from posts.services import conversations
from posts.services.schedule import cancel_scheduled, reschedule_post


class Timelines(Params):
    """Which marks."""

    timeline = Many(child=serializers.ChoiceField(MarkerRow.Timeline.values))


class Place(Params):
    """How far."""

    last_read_id = Id(required=True)


class Places(Params):
    """How far which timelines have been read."""

    home = Place(required=False)
    notifications = Place(required=False)


class When(Params):
    """Another time."""

    scheduled_at = serializers.DateTimeField(required=False)


# --- messages -------------------------------------------------------------------------------------------------------
@endpoint("GET", "api/v1/conversations", "read:statuses", takes=Page20, gives=list[Conversation])
def show_conversations(call: Call) -> Paged:
    """Posts for people mentioned, gathered by who takes part, last spoken first."""
    span = span_of(call.params)
    page = read_conversations(call.person, span.cursor, span.limit)
    rows = [side for side in page.items if span.holds(side.last_post_id or 0)]
    return paged(conversations_of(rows, call.person), [row.last_post_id or 0 for row in rows], span)


@endpoint("POST", "api/v1/conversations/<id:pk>/read", "write:conversations", gives=Conversation)
def mark_read(call: Call, pk: int) -> Conversation:
    """Say that a conversation was read."""
    side = _side(call.person, pk)
    conversations.mark_read(call.person, side)
    return conversations_of([_side(call.person, pk)], call.person)[0]


@endpoint("POST", "api/v1/conversations/<id:pk>/unread", "write:conversations", gives=Conversation)
def mark_unread(call: Call, pk: int) -> Conversation:
    """Say that a conversation is to be read again."""
    side = _side(call.person, pk)
    conversations.mark_unread(call.person, side)
    return conversations_of([_side(call.person, pk)], call.person)[0]


@endpoint("DELETE", "api/v1/conversations/<id:pk>", "write:conversations")
def put_away(call: Call, pk: int) -> dict[str, str]:
    """Put a conversation away; it comes back with its next post."""
    conversations.put_away(call.person, _side(call.person, pk))
    return {}


# --- posts to come --------------------------------------------------------------------------------------------------
@endpoint("GET", "api/v1/scheduled_statuses", "read:statuses", takes=Page20, gives=list[ScheduledStatus])
def show_scheduled(call: Call) -> Paged:
    """Posts that wait for their time."""
    span = span_of(call.params)
    rows = page_of(ScheduledPost.objects.filter(author=call.person).prefetch_related("files__attachment"), span)
    return paged([scheduled_of(row) for row in rows], [row.pk for row in rows], span)


@endpoint("GET", "api/v1/scheduled_statuses/<id:pk>", "read:statuses", gives=ScheduledStatus)
def show_one_scheduled(call: Call, pk: int) -> ScheduledStatus:
    """One of them."""
    return scheduled_of(_scheduled(call.person, pk))


@endpoint("PUT", "api/v1/scheduled_statuses/<id:pk>", "write:statuses", takes=When, gives=ScheduledStatus)
def reschedule(call: Call, pk: int) -> ScheduledStatus:
    """Give it another time."""
    row = _scheduled(call.person, pk)
    if "scheduled_at" in call.params:
        reschedule_post(call.person, row, call.params["scheduled_at"])
    return scheduled_of(_scheduled(call.person, pk))


@endpoint("DELETE", "api/v1/scheduled_statuses/<id:pk>", "write:statuses")
def cancel(call: Call, pk: int) -> dict[str, str]:
    """Let it never be published."""
    cancel_scheduled(call.person, _scheduled(call.person, pk))
    return {}


# --- reading marks --------------------------------------------------------------------------------------------------
@endpoint("GET", "api/v1/markers", "read:statuses", takes=Timelines, gives=dict[str, Marker])
def show_markers(call: Call) -> dict[str, Marker]:
    """How far timelines have been read."""
    rows = MarkerRow.objects.filter(user=call.person, timeline__in=call.params.get("timeline", []))
    return {row.timeline: marker_of(row) for row in rows}


@endpoint("POST", "api/v1/markers", "write:statuses", takes=Places, gives=dict[str, Marker])
def move_markers(call: Call) -> dict[str, Marker]:
    """Say how far timelines have been read; it holds for every device."""
    marks = {}
    for timeline, place in call.params.items():
        marks[timeline] = marker_of(save_marker(call.person, timeline, place["last_read_id"]))
        if timeline == MarkerRow.Timeline.NOTIFICATIONS:
            mark_seen(call.person, place["last_read_id"])
    return marks


# --- what the house has to say --------------------------------------------------------------------------------------
@endpoint("GET", "api/v1/announcements", who="person", gives=list[Announcement])
def show_announcements(call: Call) -> list[Announcement]:
    """What the operators want everybody to read."""
    return [announcement_of(row) for row in read_announcements(call.person)]


@endpoint("POST", "api/v1/announcements/<id:pk>/dismiss", "write:accounts")
def dismiss(call: Call, pk: int) -> dict[str, str]:
    """Put one of them away."""
    dismiss_announcement(call.person, _announcement(pk))
    return {}


class Reaction(Params):
    """A reaction."""

    name = Text()


@endpoint("PUT", "api/v1/announcements/<id:pk>/reactions/<str:name>", "write:favourites")
@endpoint("DELETE", "api/v1/announcements/<id:pk>/reactions/<str:name>", "write:favourites")
def react(call: Call, pk: int, name: str) -> dict[str, str]:
    """Nobody reacts to announcements here: 404."""
    raise Http404


def _side(person: User, pk: int) -> Participation:
    side = get_conversation(person, pk)
    if side is None:
        raise Http404
    return side


def _scheduled(person: User, pk: int) -> ScheduledPost:
    row = ScheduledPost.objects.filter(author=person, pk=pk).prefetch_related("files__attachment").first()
    if row is None:
        raise Http404
    return row


def _announcement(pk: int) -> AnnouncementRow:
    row = AnnouncementRow.objects.current().filter(pk=pk).first()
    if row is None:
        raise Http404
    return row
