"""How a viewer is tied to many people at once, in one query however many they are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.db.models import CharField, F, QuerySet, Value

from accounts.models import Block, Endorsement, Follow, FollowRequest, Mute, PersonNote, User
from core.prepared import Prepared, slotted


@dataclass(frozen=True, slots=True)
class Relation:
    """What ties the viewer to one person."""

    follows: bool = False
    followed_by: bool = False
    requested: bool = False
    requested_by: bool = False
    muted: bool = False
    blocked: bool = False
    notifies: bool = False

    @property
    def friends(self) -> bool:
        """A strong tie: both follow each other."""
        return self.follows and self.followed_by


NONE = Relation()


def relations(viewer: User | None, people: Iterable[User | int]) -> dict[int, Relation]:
    """Return for the id of each of ``people`` what ties ``viewer`` to them; one query, none for nobody."""
    ids = {person if isinstance(person, int) else person.pk for person in people}
    if viewer is None or not ids:
        return dict.fromkeys(ids, NONE)
    found: dict[int, dict[str, bool]] = {pk: {} for pk in ids}
    for slots in slotted(list(ids)):
        for pk, kind in _ties(len(slots)).rows(viewer.pk, *slots):
            found[pk][kind] = True
    return {pk: Relation(**kinds) if kinds else NONE for pk, kinds in found.items()}


def relation(viewer: User | None, person: User) -> Relation:
    """Return what ties ``viewer`` to ``person``."""
    return relations(viewer, [person])[person.pk]


@dataclass(frozen=True, slots=True)
class Relationship:
    """All that ties the viewer to one person, by the names that programs know it under."""

    following: bool = False
    showing_reblogs: bool = False
    notifying: bool = False
    languages: list[str] | None = None
    followed_by: bool = False
    blocking: bool = False
    blocked_by: bool = False
    muting: bool = False
    muting_notifications: bool = False
    muting_expires_at: datetime | None = None
    requested: bool = False
    requested_by: bool = False
    domain_blocking: bool = False  # this site knows no other domains
    endorsed: bool = False
    note: str = ""


def relationships(viewer: User, people: Iterable[User | int]) -> dict[int, Relationship]:
    """Return for the id of each of ``people`` all that ties ``viewer`` to them; five queries, none for nobody."""
    ids = {person if isinstance(person, int) else person.pk for person in people}
    if not ids:
        return {}
    facts: dict[int, dict[str, Any]] = {pk: {} for pk in ids}
    for pk, kind in _plain_ties(viewer, ids):
        facts[pk][kind] = True
    for follow in Follow.objects.filter(follower=viewer, followee__in=ids):
        facts[follow.followee_id] |= {"following": True} | _options(follow)
    for request in FollowRequest.objects.filter(follower=viewer, followee__in=ids):
        facts[request.followee_id] |= {"requested": True} | _options(request)
    for mute in Mute.objects.in_force().filter(muter=viewer, muted__in=ids):
        facts[mute.muted_id] |= {
            "muting": True, "muting_notifications": mute.with_notifications, "muting_expires_at": mute.until
        }  # fmt: skip
    for about, text in PersonNote.objects.filter(author=viewer, about__in=ids).values_list("about_id", "text"):
        facts[about]["note"] = text
    return {pk: Relationship(**found) for pk, found in facts.items()}


def _options(tie: Follow | FollowRequest) -> dict[str, Any]:
    return {"showing_reblogs": tie.shows_shares, "notifying": tie.notifies, "languages": tie.languages or None}


def _plain_ties(viewer: User, ids: set[int]) -> QuerySet[Any, Any]:
    """Pairs of (id of the other, name of the tie) for ties that are there or not, and no more."""
    selects = [
        _select(Follow.objects.filter(followee=viewer, follower__in=ids), "follower", "followed_by"),
        _select(FollowRequest.objects.filter(followee=viewer, follower__in=ids), "follower", "requested_by"),
        _select(Block.objects.filter(blocker=viewer, blocked__in=ids), "blocked", "blocking"),
        _select(Block.objects.filter(blocked=viewer, blocker__in=ids), "blocker", "blocked_by"),
        _select(Endorsement.objects.filter(endorser=viewer, endorsed__in=ids), "endorsed", "endorsed"),
    ]
    return selects[0].union(*selects[1:], all=True)


@cache
def _ties(size: int) -> Prepared:
    """Pairs of (id of the other, name of the tie), from seven small selects in one statement."""

    def build(who: int, *ids: int) -> QuerySet[Any, Any]:
        mutes = Mute.objects.in_force()
        selects = [
            _select(Follow.objects.filter(follower=who, followee__in=ids), "followee", "follows"),
            _select(Follow.objects.filter(followee=who, follower__in=ids), "follower", "followed_by"),
            _select(FollowRequest.objects.filter(follower=who, followee__in=ids), "followee", "requested"),
            _select(FollowRequest.objects.filter(followee=who, follower__in=ids), "follower", "requested_by"),
            _select(mutes.filter(muter=who, muted__in=ids), "muted", "muted"),
            _select(Block.objects.filter(blocker=who, blocked__in=ids), "blocked", "blocked"),
            _select(Follow.objects.filter(follower=who, followee__in=ids, notifies=True), "followee", "notifies"),
        ]
        return selects[0].union(*selects[1:], all=True)

    return Prepared(build, size + 1)


def _select(rows: QuerySet[Any], other: str, kind: str) -> QuerySet[Any, Any]:
    return rows.order_by().values_list(F(f"{other}_id"), Value(kind, output_field=CharField()))
