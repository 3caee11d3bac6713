"""Writes that tie two people or part them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F

from accounts.models import Block, Endorsement, Follow, FollowRequest, Mute, User
from accounts.permissions import can_follow
from accounts.signals import follow_accepted, follow_requested, person_blocked, person_followed, person_unfollowed
from events.log import announce

OPTIONS = ("shows_shares", "notifies", "languages")
MOST_LANGUAGES = 30
_language = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,4})?")

Tie = TypeVar("Tie", Follow, FollowRequest)


@transaction.atomic
def follow_person(
    actor: User,
    person: User,
    *,
    shows_shares: bool | None = None,
    notifies: bool | None = None,
    languages: Sequence[str] | None = None,
) -> Follow | FollowRequest:
    """Follow ``person``, or ask to where they decide on followers; doing it twice is doing it once.

    Options that are given are kept, also on a tie or a request that was there before; ``languages`` are codes, none
    means all. Raises PermissionDenied for oneself, for somebody inactive and across a block.
    """
    _take(actor, person)
    if not can_follow(actor, person):
        raise PermissionDenied
    given = {"shows_shares": shows_shares, "notifies": notifies, "languages": known_languages(languages)}
    options = {name: value for name, value in given.items() if value is not None}
    existing = Follow.objects.filter(follower=actor, followee=person).first()
    if existing:
        return _keep_options(existing, options)
    if person.is_locked:
        return _ask_to_follow(actor, person, options)
    return _tie(actor, person, options)


def known_languages(codes: Sequence[str] | None) -> list[str] | None:
    """Return what looks like codes of languages, in small letters and each once; ``None`` stays ``None``."""
    if codes is None:
        return None
    found = [code.strip().lower() for code in codes]
    return sorted({code for code in found if _language.fullmatch(code)})[:MOST_LANGUAGES]


@transaction.atomic
def unfollow_person(actor: User, person: User) -> None:
    """End a follow or take back the wish for one; without either, nothing happens."""
    FollowRequest.objects.filter(follower=actor, followee=person).delete()
    if _untie(actor, person):
        announce(person_unfollowed, "unfollow", actor=actor, about=person, streams=[f"user:{actor.pk}"])


@transaction.atomic
def remove_follower(actor: User, follower: User) -> None:
    """Make ``follower`` stop following ``actor``, quietly."""
    FollowRequest.objects.filter(follower=follower, followee=actor).delete()
    _untie(follower, actor)


@transaction.atomic
def accept_follower(actor: User, follower: User) -> Follow | None:
    """Say yes to a request; returns the new follow, or nothing when there is no request (any more)."""
    _take(actor, follower)
    request = FollowRequest.objects.filter(follower=follower, followee=actor).first()
    if request is None:
        return None
    request.delete()
    if not can_follow(follower, actor):
        return None
    follow = _tie(follower, actor, {name: getattr(request, name) for name in OPTIONS}, asked=True)
    announce(follow_accepted, "follow_accepted", actor=actor, about=follow, streams=[])
    return follow


@transaction.atomic
def reject_follower(actor: User, follower: User) -> None:
    """Say no to a request; the other is not told."""
    FollowRequest.objects.filter(follower=follower, followee=actor).delete()


@transaction.atomic
def block_person(actor: User, person: User) -> Block:
    """Part two people: ties between them end, and neither sees the other from now on."""
    if actor.pk == person.pk:
        raise PermissionDenied
    _take(actor, person)
    block, is_new = Block.objects.get_or_create(blocker=actor, blocked=person)
    if is_new:
        for one, other in ((actor, person), (person, actor)):
            FollowRequest.objects.filter(follower=one, followee=other).delete()
            _untie(one, other)
        announce(person_blocked, "block", actor=actor, about=person, streams=[f"user:{actor.pk}", f"user:{person.pk}"])
    return block


@transaction.atomic
def unblock_person(actor: User, person: User) -> None:
    """Lift a block; ties do not come back by themselves."""
    Block.objects.filter(blocker=actor, blocked=person).delete()


@transaction.atomic
def mute_person(actor: User, person: User, *, until: datetime | None = None, with_notifications: bool = True) -> Mute:
    """Keep ``person`` out of the actor's timelines until ``until`` (``None``: for good)."""
    if actor.pk == person.pk:
        raise PermissionDenied
    mute, _ = Mute.objects.update_or_create(
        muter=actor, muted=person, defaults={"until": until, "with_notifications": with_notifications}
    )
    return mute


@transaction.atomic
def unmute_person(actor: User, person: User) -> None:
    """Let ``person`` back into the actor's timelines."""
    Mute.objects.filter(muter=actor, muted=person).delete()


def _take(actor: User, person: User) -> None:
    """Lock both rows, the smaller id first, and read afresh what decides about ``person``.

    So a follow and a block at the same moment cannot both come through, and two writers cannot wait for each other.
    """
    pair = User.objects.select_for_update(no_key=True).filter(pk__in={actor.pk, person.pk}).order_by("pk")
    fresh = {row.pk: row for row in pair.only("is_active", "is_locked")}
    if person.pk in fresh:
        person.is_active, person.is_locked = fresh[person.pk].is_active, fresh[person.pk].is_locked


def _ask_to_follow(actor: User, person: User, options: dict[str, Any]) -> FollowRequest:
    request, is_new = FollowRequest.objects.get_or_create(follower=actor, followee=person, defaults=options)
    if not is_new:
        return _keep_options(request, options)
    announce(follow_requested, "follow_request", actor=actor, about=request, streams=[])
    return request


def _tie(follower: User, followee: User, options: dict[str, Any], *, asked: bool = False) -> Follow:
    follow, is_new = Follow.objects.get_or_create(follower=follower, followee=followee, defaults=options)
    if is_new:
        _count(follower, followee, +1)
        announce(person_followed, "follow", actor=follower, about=follow, streams=[f"user:{follower.pk}"], asked=asked)
    return follow


def _keep_options(tie: Tie, options: dict[str, Any]) -> Tie:
    for name, value in options.items():
        setattr(tie, name, value)
    if options:
        tie.save(update_fields=list(options))
    return tie


def _untie(follower: User, followee: User) -> bool:
    deleted, _ = Follow.objects.filter(follower=follower, followee=followee).delete()
    if deleted:
        Endorsement.objects.filter(endorser=follower, endorsed=followee).delete()  # one recommends whom one follows
        _count(follower, followee, -1)
    return bool(deleted)


def _count(follower: User, followee: User, by: int) -> None:
    """Change both counters, the smaller id first, so that two people who follow each other cannot deadlock."""
    changes = {
        followee.pk: {"followers_count": F("followers_count") + by},
        follower.pk: {"following_count": F("following_count") + by},
    }
    for pk in sorted(changes):
        User.objects.filter(pk=pk).update(**changes[pk])
