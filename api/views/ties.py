"""Following, blocking, muting, and lists of those."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone
from rest_framework import serializers

from accounts.models import Block, FollowRequest, Mute, User
from accounts.services import circle, ties
from api.answers import Paged
from api.endpoint import Call, endpoint
from api.entities.account import Account, MutedAccount, account_of, muted_account
from api.entities.relationship import Relationship, relationship_of
from api.fields import Flag, Many, Params, Text
from api.paging import Page40, span_of
from api.views.common import get_person, page_of_people
from core.ratelimit import check


class FollowOptions(Params):
    """What of somebody the person would like to get."""

    reblogs = Flag(help_text="What they share as well; true unless given.")
    notify = Flag(help_text="A notification for each of their posts; false unless given.")
    languages = Many(child=Text(max_length=8), help_text="Only posts in these languages; all unless given.")


class MuteOptions(Params):
    """How somebody is muted."""

    notifications = Flag(default=True, help_text="Their notifications too.")
    duration = serializers.IntegerField(
        required=False, min_value=0, max_value=10**9, default=0, help_text="Seconds; 0 is for good."
    )


class Comment(Params):
    """A note for oneself."""

    comment = Text()


@endpoint("POST", "api/v1/accounts/<id:pk>/follow", "write:follows", takes=FollowOptions, gives=Relationship)
def follow(call: Call, pk: int) -> Relationship:
    """Follow somebody, ask to, or change how they are followed."""
    person, said = get_person(pk, call.person), call.params
    check("follow", f"user:{call.person.pk}")
    ties.follow_person(
        call.person,
        person,
        shows_shares=said.get("reblogs"),
        notifies=said.get("notify"),
        languages=said.get("languages"),
    )
    return relationship_of(call.person, person)


@endpoint("POST", "api/v1/accounts/<id:pk>/unfollow", "write:follows", gives=Relationship)
def unfollow(call: Call, pk: int) -> Relationship:
    """Stop following, or take back the wish to."""
    person = get_person(pk, call.person)
    ties.unfollow_person(call.person, person)
    return relationship_of(call.person, person)


@endpoint("POST", "api/v1/accounts/<id:pk>/remove_from_followers", "write:follows", gives=Relationship)
def remove_from_followers(call: Call, pk: int) -> Relationship:
    """Make somebody stop following, quietly."""
    person = get_person(pk, call.person)
    ties.remove_follower(call.person, person)
    return relationship_of(call.person, person)


@endpoint("POST", "api/v1/accounts/<id:pk>/block", "write:blocks", gives=Relationship)
def block(call: Call, pk: int) -> Relationship:
    """Part from somebody: neither sees the other any more."""
    person = get_person(pk, call.person, with_apart=True)
    ties.block_person(call.person, person)
    return relationship_of(call.person, person)


@endpoint("POST", "api/v1/accounts/<id:pk>/unblock", "write:blocks", gives=Relationship)
def unblock(call: Call, pk: int) -> Relationship:
    """Lift a block."""
    person = get_person(pk, call.person, with_apart=True)
    ties.unblock_person(call.person, person)
    return relationship_of(call.person, person)


@endpoint("POST", "api/v1/accounts/<id:pk>/mute", "write:mutes", takes=MuteOptions, gives=Relationship)
def mute(call: Call, pk: int) -> Relationship:
    """Keep somebody out of the timelines, for a while or for good."""
    person, said = get_person(pk, call.person), call.params
    until = timezone.now() + timedelta(seconds=said["duration"]) if said["duration"] else None
    ties.mute_person(call.person, person, until=until, with_notifications=said["notifications"])
    return relationship_of(call.person, person)


@endpoint("POST", "api/v1/accounts/<id:pk>/unmute", "write:mutes", gives=Relationship)
def unmute(call: Call, pk: int) -> Relationship:
    """Let somebody back into the timelines."""
    person = get_person(pk, call.person)
    ties.unmute_person(call.person, person)
    return relationship_of(call.person, person)


@endpoint("POST", "api/v1/accounts/<id:pk>/note", "write:accounts", takes=Comment, gives=Relationship)
def note(call: Call, pk: int) -> Relationship:
    """Keep a note about somebody that nobody else sees; an empty one is none."""
    person = get_person(pk, call.person)
    circle.write_note(call.person, person, call.params.get("comment", ""))
    return relationship_of(call.person, person)


@endpoint("POST", "api/v1/accounts/<id:pk>/endorse", "write:accounts", gives=Relationship)
@endpoint("POST", "api/v1/accounts/<id:pk>/pin", "write:accounts", gives=Relationship)
def endorse(call: Call, pk: int) -> Relationship:
    """Recommend somebody on one's own profile."""
    person = get_person(pk, call.person)
    circle.endorse_person(call.person, person)
    return relationship_of(call.person, person)


@endpoint("POST", "api/v1/accounts/<id:pk>/unendorse", "write:accounts", gives=Relationship)
@endpoint("POST", "api/v1/accounts/<id:pk>/unpin", "write:accounts", gives=Relationship)
def unendorse(call: Call, pk: int) -> Relationship:
    """Recommend somebody no more."""
    person = get_person(pk, call.person)
    circle.unendorse_person(call.person, person)
    return relationship_of(call.person, person)


@endpoint("GET", "api/v1/follow_requests", "read:follows", takes=Page40, gives=list[Account])
def follow_requests(call: Call) -> Paged:
    """Who would like to follow the person, last first."""
    rows = FollowRequest.objects.filter(followee=call.person)
    return page_of_people(rows, span_of(call.params), "follower", call.person)


@endpoint("POST", "api/v1/follow_requests/<id:pk>/authorize", "write:follows", gives=Relationship)
def authorize(call: Call, pk: int) -> Relationship:
    """Say yes to somebody who would like to follow."""
    person = get_person(pk, call.person)
    ties.accept_follower(call.person, person)
    return relationship_of(call.person, person)


@endpoint("POST", "api/v1/follow_requests/<id:pk>/reject", "write:follows", gives=Relationship)
def reject(call: Call, pk: int) -> Relationship:
    """Say no to somebody who would like to follow; they are not told."""
    person = get_person(pk, call.person)
    ties.reject_follower(call.person, person)
    return relationship_of(call.person, person)


@endpoint("GET", "api/v1/blocks", "read:blocks", takes=Page40, gives=list[Account])
def blocks(call: Call) -> Paged:
    """Whom the person blocks, last first."""
    rows = Block.objects.filter(blocker=call.person)
    return page_of_people(rows, span_of(call.params), "blocked", call.person, with_apart=True)


@endpoint("GET", "api/v1/mutes", "read:mutes", takes=Page40, gives=list[MutedAccount])
def mutes(call: Call) -> Paged:
    """Whom the person mutes, last first, and until when."""
    rows = Mute.objects.in_force().filter(muter=call.person)
    return page_of_people(rows, span_of(call.params), "muted", call.person, _muted, with_apart=True)


def _muted(person: User, row: Any) -> MutedAccount:
    return muted_account(account_of(person), row.until)
