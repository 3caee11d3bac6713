"""Posts that wait for their time."""

from __future__ import annotations

from typing import Any, Literal, TypedDict

from api.entities.account import VISIBILITIES
from api.entities.forms import stamp
from api.entities.media import MediaAttachment, media_of
from posts.models import ScheduledPost


class ScheduledParams(TypedDict):
    """What the post will say."""

    text: str
    poll: dict[str, Any] | None
    media_ids: list[str] | None
    sensitive: bool
    spoiler_text: str
    visibility: Literal["public", "unlisted", "private", "direct"]
    in_reply_to_id: int | None
    language: str | None
    scheduled_at: None
    idempotency: None
    with_rate_limit: bool


class ScheduledStatus(TypedDict):
    """A post that waits for its time."""

    id: str
    scheduled_at: str
    params: ScheduledParams
    media_attachments: list[MediaAttachment]


def scheduled_of(row: ScheduledPost) -> ScheduledStatus:
    """Return a scheduled post, with ``files__attachment`` prefetched."""
    files = [place.attachment for place in row.files.all()]
    poll = row.poll and {
        "options": row.poll["options"],
        "expires_in": row.poll["seconds"],
        "multiple": row.poll["is_multiple"],
        "hide_totals": row.poll["hides_totals"],
    }
    return {
        "id": str(row.pk),
        "scheduled_at": stamp(row.due),
        "params": {
            "text": row.text,
            "poll": poll or None,
            "media_ids": [str(file.pk) for file in files] or None,
            "sensitive": row.is_sensitive,
            "spoiler_text": row.spoiler,
            "visibility": VISIBILITIES[row.visibility],
            "in_reply_to_id": row.reply_to_id,
            "language": row.language or None,
            "scheduled_at": None,
            "idempotency": None,
            "with_rate_limit": False,
        },
        "media_attachments": [media_of(file, row.author_id) for file in files],
    }
