"""Posts: reading, writing, changing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from hashlib import sha256
from typing import Any

from django.http import Http404
from rest_framework import serializers

from accounts.models import User
from api.endpoint import APP, PUBLIC, Call, endpoint
from api.entities.account import VISIBILITIES
from api.entities.scheduled import ScheduledStatus, scheduled_of
from api.entities.status import (
    Context,
    DeletedStatus,
    Status,
    StatusEdit,
    StatusSource,
    edits_of,
    status_of,
    statuses_of,
)
from api.errors import Refused
from api.fields import Flag, Id, Language, Many, Params, Text
from api.views.common import get_post
from core.ratelimit import check
from media.models import Attachment, Purpose, State
from media.services import set_description, set_focus
from posts.display import get_cards
from posts.models import Post, QuotePolicy, Visibility
from posts.models.post import SPOILER_LENGTH
from posts.services.change import delete_post, edit_post
from posts.services.polls import PollDraft
from posts.services.publish import publish_post
from posts.services.quotes import revoke_quote, set_quote_policy
from posts.services.schedule import schedule_post
from posts.threads import conversation_around

NOT_READY = "Cannot attach files that have not finished processing. Try again in a moment!"
NARROWER = (
    "Validation failed: Answers are read by everybody who reads the post above. "
    "Choose the same audience, or write a post of its own."
)
QUOTE_POLICIES = {
    "public": QuotePolicy.EVERYBODY,
    "followers": QuotePolicy.FOLLOWERS,
    "nobody": QuotePolicy.NOBODY,
}


class Ids(Params):
    """Which ones."""

    id = Many(child=Id(), help_text="Ids; at most 40 count.")


class FileChange(Params):
    """What is new about a file of a post."""

    id = Id(required=True)
    description = Text()
    focus = Text(help_text="Two numbers from -1 to 1, with a comma between.")


class Written(Params):
    """What a post says."""

    status = Text(help_text="The text, in Markdown.")
    media_ids = Many(child=Id(), max_length=50, help_text="Files from the media endpoints, in order.")
    sensitive = Flag(help_text="Hide the files behind a click.")
    spoiler_text = Text(max_length=SPOILER_LENGTH, help_text="A warning to stand above.")
    language = Language()


class NewPoll(Params):
    """A question with answers to choose from."""

    options = Many(child=Text(), required=True, max_length=100)
    expires_in = serializers.IntegerField(required=True, min_value=0, max_value=10**9, help_text="Seconds.")
    multiple = Flag(help_text="More than one may be chosen.")
    hide_totals = Flag(help_text="Show the votes only at the end.")


class NewStatus(Written):
    """A new post; text, files or a poll."""

    poll = NewPoll(required=False)
    in_reply_to_id = Id()
    quoted_status_id = Id()
    quote_approval_policy = serializers.ChoiceField(list(QUOTE_POLICIES), required=False)
    visibility = serializers.ChoiceField(VISIBILITIES, required=False)
    scheduled_at = serializers.DateTimeField(required=False, help_text="Publish then; at least 5 minutes ahead.")


class ChangedStatus(Written):
    """What replaces a post's words and files; what is left out stays."""

    media_attributes = Many(child=FileChange(), max_length=50)
    poll = NewPoll(required=False)
    quote_approval_policy = serializers.ChoiceField(list(QUOTE_POLICIES), required=False)


@endpoint("GET", "api/v1/statuses/<id:pk>", "read:statuses", who=PUBLIC, gives=Status)
def show(call: Call, pk: int) -> Status:
    """One post."""
    return status_of(get_post(pk, call.viewer), call.viewer)


@endpoint("GET", "api/v1/statuses", "read:statuses", who=PUBLIC, takes=Ids, gives=list[Status])
def show_many(call: Call) -> list[Status]:
    """Several posts by their ids; those that cannot be seen are left out."""
    ids = call.params.get("id", [])[:40]
    cards = get_cards(ids, call.viewer)
    return statuses_of([cards[pk] for pk in dict.fromkeys(ids) if pk in cards], call.viewer)


@endpoint("POST", "api/v1/statuses", "write:statuses", takes=NewStatus, gives=Status | ScheduledStatus)
def create(call: Call) -> Status | ScheduledStatus:
    """Publish a post, or a comment where ``in_reply_to_id`` is given; now, or later where ``scheduled_at`` is.

    The same ``Idempotency-Key`` of the same person gives the post made the first time.
    """
    person, said = call.person, call.params
    reply_to = _target(said.get("in_reply_to_id"), person)
    post: dict[str, Any] = {
        "text": said.get("status", ""),
        "attachments": ready_files(person, said.get("media_ids", [])),
        "reply_to": reply_to,
        "quote_of": _target(said.get("quoted_status_id"), person),
        "visibility": _visibility(said, person, reply_to),
        "spoiler": said.get("spoiler_text", ""),
        "is_sensitive": said.get("sensitive", person.post_sensitive),
        "language": said.get("language", person.post_language),
        "poll": read_poll(said),
        "quote_policy": QUOTE_POLICIES[said.get("quote_approval_policy", "public")],
        "idempotency_key": idempotency_key(call),
    }
    check("comment" if reply_to else "post", f"user:{person.pk}")
    if "scheduled_at" in said:
        return scheduled_of(schedule_post(person, due=said["scheduled_at"], **post))
    return status_of(get_post(publish_post(person, **post).pk, person), person)


@endpoint("PUT", "api/v1/statuses/<id:pk>", "write:statuses", takes=ChangedStatus, gives=Status)
def change(call: Call, pk: int) -> Status:
    """Change one's own post; the former version stays in its history."""
    person, said = call.person, call.params
    post = get_post(pk, person)
    files = ready_files(person, said["media_ids"]) if "media_ids" in said else post.files
    _describe(person, files, said.get("media_attributes", []))
    edit_post(
        person,
        post,
        text=said.get("status", post.text),
        attachments=files,
        spoiler=said.get("spoiler_text", post.spoiler),
        is_sensitive=said.get("sensitive", post.is_sensitive),
        language=said.get("language", post.language),
        poll=read_poll(said) if "poll" in said or "media_ids" in said else "keep",
    )
    if "quote_approval_policy" in said:
        set_quote_policy(person, post, QUOTE_POLICIES[said["quote_approval_policy"]])
    return status_of(get_post(pk, person), person)


class Quotable(Params):
    """Who may quote a post."""

    quote_approval_policy = serializers.ChoiceField(list(QUOTE_POLICIES), required=True)


@endpoint("PUT", "api/v1/statuses/<id:pk>/interaction_policy", "write:statuses", takes=Quotable, gives=Status)
def change_policy(call: Call, pk: int) -> Status:
    """Say who may quote one's own post."""
    post = get_post(pk, call.person)
    set_quote_policy(call.person, post, QUOTE_POLICIES[call.params["quote_approval_policy"]])
    return status_of(get_post(pk, call.person), call.person)


@endpoint("POST", "api/v1/statuses/<id:pk>/quotes/<id:quoting>/revoke", "write:statuses", gives=Status)
def revoke(call: Call, pk: int, quoting: int) -> Status:
    """Take one's own post out of a post that quotes it; the answer is that post."""
    quote = get_post(quoting, call.person)
    if quote.quote_of_id != pk:
        raise Http404
    revoke_quote(call.person, get_post(pk, call.person), quote)
    return status_of(get_post(quoting, call.person), call.person)


@endpoint("POST", "api/v1/statuses/<id:pk>/translate", "read:statuses", gives=dict[str, Any])
def translate(call: Call, pk: int) -> dict[str, Any]:
    """This site has no translator, which the instance says: 404."""
    raise Http404


@endpoint("GET", "api/v1/statuses/<id:pk>/card", "read:statuses", who=PUBLIC, gives=dict[str, Any])
def card(call: Call, pk: int) -> dict[str, Any]:
    """The preview of a page that a post links to: this site makes none."""
    get_post(pk, call.viewer)
    return {}


class Deletion(Params):
    """What goes with a post."""

    delete_media = Flag(help_text="Whether its files go at once; else they can be used in another post for an hour.")


@endpoint(
    "DELETE", "api/v1/statuses/<id:pk>", "write:statuses", takes=Deletion, gives=DeletedStatus, limit="delete"
)  # fmt: skip
def delete(call: Call, pk: int) -> Status:
    """Delete one's own post; the answer has its source, so that it can be written anew."""
    post = get_post(pk, call.person)
    gone = status_of(post, call.person)
    delete_post(call.person, post, with_files=call.params.get("delete_media", False))
    return {**gone, "text": post.text}


@endpoint("GET", "api/v1/statuses/<id:pk>/context", "read:statuses", who=PUBLIC, gives=Context)
def context(call: Call, pk: int) -> Context:
    """What a post answers, from the top down, and the answers below it, each before its own answers."""
    above, below = conversation_around(get_post(pk, call.viewer), call.viewer)
    cards = get_cards([*above, *below], call.viewer)
    said = statuses_of([cards[one] for one in [*above, *below] if one in cards], call.viewer)
    upper = {str(one) for one in above}
    return {
        "ancestors": [status for status in said if status["id"] in upper],
        "descendants": [status for status in said if status["id"] not in upper],
    }


@endpoint("GET", "api/v1/statuses/<id:pk>/history", "read:statuses", who=PUBLIC, gives=list[StatusEdit])
def history(call: Call, pk: int) -> list[StatusEdit]:
    """Every version of a post, the first one first."""
    return edits_of(get_post(pk, call.viewer), call.viewer)


@endpoint("GET", "api/v1/statuses/<id:pk>/source", "read:statuses", who=APP, gives=StatusSource)
def source(call: Call, pk: int) -> StatusSource:
    """A post as it was written, for whom it is for."""
    post = get_post(pk, call.viewer)
    return {"id": str(post.pk), "text": post.text, "spoiler_text": post.spoiler}


def read_poll(said: dict[str, Any]) -> PollDraft | None:
    """Return the poll that was given, if any; Refused beside files."""
    draft = said.get("poll")
    if not draft:
        return None
    if said.get("media_ids"):
        raise Refused(422, "Validation failed: A post has files or a poll, not both")
    return PollDraft(
        draft["options"],
        timedelta(seconds=draft["expires_in"]),
        is_multiple=draft.get("multiple", False),
        hides_totals=draft.get("hide_totals", False),
    )


def ready_files(person: User, ids: Sequence[int]) -> list[Attachment]:
    """Return one's own files in this order; Refused for unknown ones and those still being prepared."""
    own = Attachment.objects.filter(owner=person, purpose=Purpose.POST).in_bulk(ids) if ids else {}
    if len(own) != len(ids):
        raise Refused(422, "Validation failed: One of the files does not exist")
    if any(file.state != State.READY for file in own.values()):
        raise Refused(422, NOT_READY)
    return [own[pk] for pk in ids]


def read_focus(text: str) -> tuple[float, float]:
    """Return the two numbers of ``x,y``; Refused for anything else."""
    try:
        x, y = (float(part) for part in text.split(","))
    except ValueError:
        raise Refused(422, "Validation failed: focus must be two numbers from -1 to 1") from None
    return x, y


def idempotency_key(call: Call) -> str:
    """Return the key that came with a request, in a shape of its own; empty without one."""
    given = call.request.headers.get("Idempotency-Key", "")
    return f"api:{sha256(given.encode()).hexdigest()[:32]}" if given else ""


def _target(pk: int | None, person: User) -> Post | None:
    """Return the post that is answered or quoted; 404 for one that cannot be seen."""
    return None if pk is None else get_post(pk, person).subject


def _visibility(said: dict[str, Any], person: User, reply_to: Post | None) -> int:
    """Return who a post is for. A comment is for whom its thread is for, so a narrower wish is refused, not ignored."""
    wish = said.get("visibility")
    visibility = VISIBILITIES.index(wish) if wish else person.post_visibility
    if wish and reply_to and visibility > max(reply_to.visibility, Visibility.UNLISTED):
        raise Refused(422, NARROWER)
    return visibility


def _describe(person: User, files: Sequence[Attachment], changes: Sequence[dict[str, Any]]) -> None:
    by_id = {file.pk: file for file in files}
    for change_ in changes:
        file = by_id.get(change_["id"])
        if file is None:
            raise Refused(422, "Validation failed: One of the files is not in this post")
        if "description" in change_:
            set_description(person, file, change_["description"])
        if "focus" in change_:
            set_focus(person, file, *read_focus(change_["focus"]))
