"""Tags."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, time
from hashlib import blake2b
from typing import NotRequired, TypedDict

from accounts.models import User
from api.entities.forms import address
from posts.models import FeaturedTag, Hashtag
from posts.tags import tag_facts


class TagHistory(TypedDict):
    """How much a tag was used on one day; ``day`` is the Unix time of its beginning (UTC)."""

    day: str
    uses: str
    accounts: str


class Tag(TypedDict):
    """A tag."""

    id: str
    name: str
    url: str
    history: list[TagHistory]
    following: NotRequired[bool]
    featuring: NotRequired[bool]


class FeaturedTagEntity(TypedDict):
    """A tag somebody shows on their page."""

    id: str
    name: str
    url: str
    statuses_count: str
    last_status_at: str | None


def tags_of(tags: Iterable[Hashtag], viewer: User | None) -> list[Tag]:
    """Return tags with how much they were used in the last week."""
    tags = list(tags)
    facts = tag_facts(tags, viewer)
    found: list[Tag] = []
    for tag in tags:
        known = facts[tag.pk]
        entity: Tag = {
            "id": _id_of(tag.name),
            "name": tag.shown,
            "url": address(f"/tags/{tag.name}"),
            "history": [
                {
                    "day": str(int(datetime.combine(day, time(), UTC).timestamp())),
                    "uses": str(uses),
                    "accounts": str(people),
                }
                for day, uses, people in known.history
            ],
        }
        if viewer is not None:
            entity |= {"following": known.following, "featuring": known.featuring}
        found.append(entity)
    return found


def featured_tag_of(row: FeaturedTag) -> FeaturedTagEntity:
    """Return a tag on somebody's page, from ``posts.tags.featured_tags``."""
    return {
        "id": str(row.pk),
        "name": row.tag.shown,
        "url": address(f"/tags/{row.tag.name}"),
        "statuses_count": str(row.posts_count),
        "last_status_at": row.last_post_at.isoformat() if row.last_post_at else None,
    }


def _id_of(name: str) -> str:
    """Return a number made of the name alone: one that was counted up would tell whether a private post has the tag."""
    return str(int.from_bytes(blake2b(name.encode(), digest_size=8).digest()) >> 1)
