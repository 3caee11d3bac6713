"""Polls."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from accounts.models import User
from api.entities.account import CustomEmoji
from api.entities.forms import stamp_or_none
from posts.models import Poll as PollRow


class PollOption(TypedDict):
    """One answer; its votes are null as long as they are kept secret."""

    title: str
    votes_count: int | None


class Poll(TypedDict):
    """A question with answers to choose from."""

    id: str
    expires_at: str | None
    expired: bool
    multiple: bool
    votes_count: int
    voters_count: int | None
    options: list[PollOption]
    emojis: list[CustomEmoji]
    voted: NotRequired[bool]
    own_votes: list[int]


def poll_of(poll: PollRow, viewer: User | None, author_id: int) -> Poll:
    """Return a poll loaded for display; its author counts as somebody who voted."""
    entity: Poll = {
        "id": str(poll.pk),
        "expires_at": stamp_or_none(poll.ends_at),
        "expired": poll.is_over,
        "multiple": poll.is_multiple,
        "votes_count": poll.votes_count,
        "voters_count": poll.voters_count,
        "options": [
            {"title": option.title, "votes_count": option.votes_count if poll.shows_totals else None}
            for option in poll.options.all()
        ],
        "emojis": [],
        "own_votes": list(poll.own or []),
    }
    if viewer is not None:
        entity["voted"] = poll.own is not None or viewer.pk == author_id
    return entity
