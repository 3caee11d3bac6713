"""How the asking person is tied to others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from accounts.models import User
from accounts.relations import relationships
from api.entities.forms import stamp_or_none


class Relationship(TypedDict):
    """What ties the asking person to somebody."""

    id: str
    following: bool
    showing_reblogs: bool
    notifying: bool
    languages: list[str] | None
    followed_by: bool
    blocking: bool
    blocked_by: bool
    muting: bool
    muting_notifications: bool
    muting_expires_at: str | None
    requested: bool
    requested_by: bool
    domain_blocking: bool
    endorsed: bool
    note: str


def relationships_of(viewer: User, ids: Sequence[int]) -> list[Relationship]:
    """Return what ties ``viewer`` to each of the people with these ids, in this order."""
    ties = relationships(viewer, ids)
    return [
        {
            "id": str(pk),
            "following": ties[pk].following,
            "showing_reblogs": ties[pk].showing_reblogs,
            "notifying": ties[pk].notifying,
            "languages": ties[pk].languages,
            "followed_by": ties[pk].followed_by,
            "blocking": ties[pk].blocking,
            "blocked_by": ties[pk].blocked_by,
            "muting": ties[pk].muting,
            "muting_notifications": ties[pk].muting_notifications,
            "muting_expires_at": stamp_or_none(ties[pk].muting_expires_at),
            "requested": ties[pk].requested,
            "requested_by": ties[pk].requested_by,
            "domain_blocking": False,
            "endorsed": ties[pk].endorsed,
            "note": ties[pk].note,
        }
        for pk in ids
    ]


def relationship_of(viewer: User, person: User) -> Relationship:
    """Return what ties ``viewer`` to one person."""
    return relationships_of(viewer, [person.pk])[0]
