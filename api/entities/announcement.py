"""What the house says to everybody."""

from __future__ import annotations

from typing import Any, NotRequired, TypedDict

from api.entities.account import CustomEmoji
from api.entities.forms import outward, stamp, stamp_or_none
from api.entities.status import StatusTag
from moderation.models import Announcement as AnnouncementRow


class Announcement(TypedDict):
    """Something the operators want everybody to read."""

    id: str
    content: str
    starts_at: str | None
    ends_at: str | None
    all_day: bool
    published_at: str
    updated_at: str
    read: NotRequired[bool]
    mentions: list[Any]
    statuses: list[Any]
    tags: list[StatusTag]
    emojis: list[CustomEmoji]
    reactions: list[Any]


def announcement_of(row: AnnouncementRow) -> Announcement:
    """Return an announcement from ``read_announcements``."""
    published = row.published_at or row.updated_at
    return {
        "id": str(row.pk),
        "content": outward(row.html),
        "starts_at": stamp_or_none(row.starts_at),
        "ends_at": stamp_or_none(row.ends_at),
        "all_day": row.all_day,
        "published_at": stamp(published),
        "updated_at": stamp(row.updated_at),
        "read": row.is_read,
        "mentions": [],
        "statuses": [],
        "tags": [],
        "emojis": [],
        "reactions": [],
    }
