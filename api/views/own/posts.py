"""Posts beyond the dialect: bringing one back, what changed in it, the talk below it page by page, posts to come."""

from __future__ import annotations

from typing import Any, Literal, TypedDict

from django.http import Http404
from rest_framework import serializers

from accounts.models import User
from api.answers import Paged
from api.endpoint import PUBLIC, Call, endpoint
from api.entities.account import VISIBILITIES
from api.entities.forms import stamp
from api.entities.scheduled import ScheduledStatus, scheduled_of
from api.entities.status import Status, status_of, statuses_of
from api.fields import Id, Limit, Params
from api.paging import Page20, paged, span_of
from api.views.common import get_post
from api.views.statuses import QUOTE_POLICIES, NewPoll, Written, read_poll, ready_files
from posts.conversations import get_conversation, read_messages
from posts.history import Run, versions_of
from posts.models import Post, ScheduledPost
from posts.permissions import can_restore
from posts.services.change import restore_post
from posts.services.polls import PollDraft
from posts.services.schedule import change_scheduled
from posts.threads import PAGE, Order, load_part, walk


class WordRun(TypedDict):
    """Words that stayed (``same``), came (``ins``) or went (``del``) since the version before."""

    kind: Literal["same", "ins", "del"]
    text: str


class VersionChanges(TypedDict):
    """One version of a post, as it differs from the one before it."""

    created_at: str
    is_first: bool
    words: list[WordRun]
    spoiler: list[WordRun]
    files_changed: bool


class ThreadComment(TypedDict):
    """A comment in its place: under ``parent_id``, at ``depth`` below the one that was asked for (from 1).

    ``status`` is null where the place is kept for answers alone. ``more`` counts comments below it that are left out:
    ask for the comments of this one, after ``last_reply_id`` where that is not null.
    """

    id: str
    parent_id: str
    depth: int
    more: int
    last_reply_id: str | None
    status: Status | None


class Comments(TypedDict):
    """A part of a talk, parents before their answers.

    ``total`` is how many comments the viewer may see in the whole talk, ``more`` how many below the post that was
    asked for come after this part; ask for them with ``after`` = ``last_id``.
    """

    total: int
    voices: int
    more: int
    last_id: str | None
    comments: list[ThreadComment]


class CommentsPage(Params):
    """A part of a talk."""

    after = Id(help_text="After this answer to the post: the ``last_id`` of the part before.")
    order = serializers.ChoiceField(Order.values, required=False, default=Order.OLDEST)
    limit = Limit(PAGE, PAGE)


class ChangedScheduled(Written):
    """What is new about a post to come; what is left out stays."""

    poll = NewPoll(required=False)
    visibility = serializers.ChoiceField(VISIBILITIES, required=False)
    quote_approval_policy = serializers.ChoiceField(list(QUOTE_POLICIES), required=False)
    scheduled_at = serializers.DateTimeField(required=False, help_text="At least 5 minutes ahead.")


@endpoint("POST", "api/polylog/v1/statuses/<id:pk>/restore", "write:statuses", gives=Status)
def restore(call: Call, pk: int) -> Status:
    """Bring back one's own post within an hour of deleting it."""
    post = Post.objects.by(call.person).filter(pk=pk).first()
    if post is None or not can_restore(call.person, post):
        raise Http404
    restore_post(call.person, post)
    return status_of(get_post(pk, call.person), call.person)


@endpoint(
    "GET", "api/polylog/v1/statuses/<id:pk>/changes", "read:statuses", who=PUBLIC, gives=list[VersionChanges]
)  # fmt: skip
def changes(call: Call, pk: int) -> list[VersionChanges]:
    """The newest versions of a post, the present one first, and word by word what changed in each."""
    return [
        {
            "created_at": stamp(version.moment),
            "is_first": version.is_first,
            "words": _runs(version.runs),
            "spoiler": _runs(version.spoiler),
            "files_changed": version.files_changed,
        }
        for version in versions_of(get_post(pk, call.viewer))
    ]


@endpoint(
    "GET", "api/polylog/v1/statuses/<id:pk>/comments", "read:statuses", who=PUBLIC, takes=CommentsPage, gives=Comments
)  # fmt: skip
def comments(call: Call, pk: int) -> Comments:
    """The talk below a post or a comment, in parts of up to sixty, with the numbers of what is left out.

    ``/context`` gives up to a thousand answers at once and counts none; this gives what a page shows.
    """
    post, said = get_post(pk, call.viewer).subject, call.params
    part = load_part(post, call.viewer, after=said.get("after"), order=said["order"], size=said["limit"])
    nodes = list(walk(part.nodes))
    posts = [node.post for node in nodes if isinstance(node.post, Post)]
    shown = dict(zip((one.pk for one in posts), statuses_of(posts, call.viewer), strict=True))
    parents = {reply.pk: node.pk for node in nodes for reply in node.replies}
    return {
        "total": part.total,
        "voices": part.voices,
        "more": part.more,
        "last_id": str(part.last) if part.more and part.last else None,
        "comments": [
            {
                "id": str(node.pk),
                "parent_id": str(parents.get(node.pk, post.pk)),
                "depth": node.depth,
                "more": node.more,
                "last_reply_id": str(node.last) if node.more and node.last else None,
                "status": shown.get(node.pk),
            }
            for node in nodes
        ],
    }


@endpoint(
    "GET", "api/polylog/v1/conversations/<id:pk>/statuses", "read:statuses", takes=Page20, gives=list[Status]
)  # fmt: skip
def messages(call: Call, pk: int) -> Paged:
    """What was said in a conversation, newest first."""
    side, span = get_conversation(call.person, pk), span_of(call.params)
    if side is None:
        raise Http404
    posts = [post for post in read_messages(side, call.person, span.cursor, span.limit).items if span.holds(post.pk)]
    return paged(statuses_of(posts, call.person), [post.pk for post in posts], span)


@endpoint(
    "PUT", "api/polylog/v1/scheduled_statuses/<id:pk>", "write:statuses", takes=ChangedScheduled, gives=ScheduledStatus
)  # fmt: skip
def change_to_come(call: Call, pk: int) -> ScheduledStatus:
    """Change what a post to come says, and when; an answer stays for whom the post above is for."""
    row, said = _to_come(call.person, pk), call.params
    if "visibility" in said and not row.is_answer:
        visibility = VISIBILITIES.index(said["visibility"])
    else:
        visibility = row.visibility
    change_scheduled(
        call.person,
        row,
        due=said.get("scheduled_at", row.due),
        attachments=_files(call.person, row, said),
        poll=_poll(row, said),
        text=said.get("status", row.text),
        spoiler=said.get("spoiler_text", row.spoiler),
        is_sensitive=said.get("sensitive", row.is_sensitive),
        language=said.get("language", row.language),
        visibility=visibility,
        quote_policy=QUOTE_POLICIES[said["quote_approval_policy"]]
        if "quote_approval_policy" in said
        else row.quote_policy,
    )
    return scheduled_of(_to_come(call.person, pk))


def _to_come(person: User, pk: int) -> ScheduledPost:
    row = ScheduledPost.objects.filter(author=person, pk=pk).prefetch_related("files__attachment").first()
    if row is None:
        raise Http404
    return row


def _files(person: User, row: ScheduledPost, said: dict[str, Any]) -> Any:
    if "media_ids" in said:
        return ready_files(person, said["media_ids"])
    return [place.attachment for place in sorted(row.files.all(), key=lambda place: place.position)]


def _poll(row: ScheduledPost, said: dict[str, Any]) -> PollDraft | None:
    """Return the poll that was given, else the one there is; files take its place."""
    if "poll" in said or said.get("media_ids"):
        return read_poll(said)
    return PollDraft.from_json(row.poll) if row.poll else None


def _runs(runs: list[Run]) -> list[WordRun]:
    return [{"kind": run.kind, "text": run.text} for run in runs]  # type: ignore[typeddict-item]
