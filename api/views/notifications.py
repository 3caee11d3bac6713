"""The bell: line by line, in groups, and what is held back from it."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from rest_framework import serializers

from accounts.models import User
from api.answers import Paged, Reply
from api.endpoint import Call, endpoint
from api.entities.account import Account, account_of, people_by_id
from api.entities.notification import (
    GroupedNotifications,
    NotificationEntity,
    Policy,
    PolicyV1,
    RequestEntity,
    groups_of,
    key_of_apps,
    notifications_of,
    policy_of,
    requests_of,
)
from api.fields import Flag, Id, Limit, Many, Params, Text
from api.paging import Page40, link_header, page_of, paged, span_of
from notifications import policy
from notifications.dialect import TYPES, kinds_of, read_lines, shown_to_apps
from notifications.groups import JOINED, GroupPage, LineGroup, count_groups, lines_in_group, read_groups
from notifications.models import Notification, NotificationRequest, Treatment
from notifications.models.bell import NotificationQuerySet
from notifications.services import clear_bell, dismiss_lines


class Sorts(Params):
    """Which notifications."""

    types = Many(child=Text(), help_text="Only of these types.")
    exclude_types = Many(child=Text(), help_text="None of these types.")
    account_id = Id(help_text="Only what this person did.")
    include_filtered = Flag(help_text="What is held back as well.")
    supported_types = Many(child=Text(), help_text="Taken, and ignored: every type here can be shown plainly.")


class LinesPage(Page40, Sorts):  # type: ignore[misc, valid-type]
    """A page of notifications."""

    limit = Limit(40, 80)


class GroupsPage(LinesPage):
    """A page of groups."""

    grouped_types = Many(
        child=Text(), help_text="Only these types are grouped; favourite, follow, reblog unless given."
    )
    expand_accounts = serializers.ChoiceField(["full", "partial_avatars"], required=False)


class Count(Sorts):
    """How far to count."""

    limit = Limit(100, 1000)
    grouped_types = Many(child=Text())


class OneLine(Params):
    """A notification."""

    id = Id(required=True)


class Requests(Params):
    """Some requests."""

    id = Many(child=Id(), required=True)


class PolicyChanges(Params):
    """What becomes of notifications from five sorts of people."""

    for_not_following = serializers.ChoiceField(Treatment.values, required=False)
    for_not_followers = serializers.ChoiceField(Treatment.values, required=False)
    for_new_accounts = serializers.ChoiceField(Treatment.values, required=False)
    for_private_mentions = serializers.ChoiceField(Treatment.values, required=False)
    for_limited_accounts = serializers.ChoiceField(Treatment.values, required=False)


class PolicyChangesV1(Params):
    """The same as yes or no: hold back, or not."""

    filter_not_following = Flag()
    filter_not_followers = Flag()
    filter_new_accounts = Flag()
    filter_private_mentions = Flag()


# --- line by line ---------------------------------------------------------------------------------------------------
@endpoint("GET", "api/v1/notifications", "read:notifications", takes=LinesPage, gives=list[NotificationEntity])
def show_all(call: Call) -> Paged:
    """What happened, newest first."""
    span, said = span_of(call.params), call.params
    rows = read_lines(
        call.person,
        _kinds(said),
        by=said.get("account_id"),
        held_back=bool(said.get("include_filtered")),
        below=span.below,
        above=span.above,
        upward=span.upward,
        limit=span.limit,
    )
    return paged(notifications_of(rows, call.person), [row.pk for row in rows], span)


@endpoint("GET", "api/v1/notifications/<id:pk>", "read:notifications", gives=NotificationEntity)
def show(call: Call, pk: int) -> NotificationEntity:
    """One thing that happened."""
    row = shown_to_apps(call.person).filter(pk=pk).first()
    if row is None:
        raise Http404
    return notifications_of([row], call.person)[0]


@endpoint("POST", "api/v1/notifications/clear", "write:notifications")
def clear(call: Call) -> dict[str, str]:
    """Throw all of them away."""
    clear_bell(call.person)
    return {}


@endpoint("POST", "api/v1/notifications/<id:pk>/dismiss", "write:notifications")
def dismiss(call: Call, pk: int) -> dict[str, str]:
    """Throw one away."""
    return _dismiss(call.person, shown_to_apps(call.person).filter(pk=pk))


@endpoint("POST", "api/v1/notifications/dismiss", "write:notifications", takes=OneLine)
def dismiss_by_id(call: Call) -> dict[str, str]:
    """Throw one away."""
    return _dismiss(call.person, shown_to_apps(call.person).filter(pk=call.params["id"]))


@endpoint("GET", "api/v1/notifications/unread_count", "read:notifications", takes=Count, gives=dict[str, int])
def unread_count(call: Call) -> dict[str, int]:
    """How many are new."""
    unread = _lines(call).unread_by(call.person).order_by("-pk")
    return {"count": unread[: call.params["limit"]].count()}


# --- in groups ------------------------------------------------------------------------------------------------------
@endpoint("GET", "api/v2/notifications", "read:notifications", takes=GroupsPage, gives=GroupedNotifications)
def show_groups(call: Call) -> Reply:
    """What happened, newest first, told together where it is the same."""
    span, said = span_of(call.params), call.params
    page: GroupPage[LineGroup] = read_groups(
        _lines(call).filter(pk__gt=span.above, pk__lt=span.below), span.cursor, span.limit, joined=_joined(said)
    )
    data = groups_of(page.groups, call.person, full=said.get("expand_accounts") != "partial_avatars")
    if not page.groups:
        return Reply(data)
    oldest = min(group.oldest for group in page.groups)
    more = oldest if page.older is not None or len(page.groups) == span.limit else None
    return Reply(data, headers={"Link": link_header(call.request, more, page.groups[0].newest)})


@endpoint("GET", "api/v2/notifications/unread_count", "read:notifications", takes=Count, gives=dict[str, int])
def unread_groups(call: Call) -> dict[str, int]:
    """How many groups are new."""
    unread = _lines(call).unread_by(call.person)
    return {"count": count_groups(unread, call.params["limit"], _joined(call.params))}


@endpoint("GET", "api/v2/notifications/<str:key>", "read:notifications", gives=GroupedNotifications)
def show_group(call: Call, key: str) -> GroupedNotifications:
    """One group."""
    lines = lines_in_group(shown_to_apps(call.person), key_of_apps(key))
    page: GroupPage[LineGroup] = read_groups(lines, limit=1)
    if not page.groups:
        raise Http404
    return groups_of(page.groups, call.person)


@endpoint("POST", "api/v2/notifications/<str:key>/dismiss", "write:notifications")
def dismiss_group(call: Call, key: str) -> dict[str, str]:
    """Throw a group away."""
    return _dismiss(call.person, lines_in_group(shown_to_apps(call.person), key_of_apps(key)))


@endpoint(
    "GET", "api/v2/notifications/<str:key>/accounts", "read:notifications", "write:notifications", gives=list[Account]
)
def accounts_of_group(call: Call, key: str) -> list[Account]:
    """Everybody in a group, last first."""
    ids = (
        lines_in_group(shown_to_apps(call.person), key_of_apps(key)).exclude(actor=None).values_list("actor", flat=True)
    )
    wanted = list(ids[:200])
    people = people_by_id(wanted)
    return [account_of(people[pk]) for pk in wanted if pk in people]


# --- what is held back ----------------------------------------------------------------------------------------------
@endpoint("GET", "api/v2/notifications/policy", "read:notifications", gives=Policy)
def show_policy(call: Call) -> Policy:
    """Whose notifications ring, wait, or never come."""
    return policy_of(policy.policy_of(call.person), policy.summary(call.person))


@endpoint("PATCH", "api/v2/notifications/policy", "write:notifications", takes=PolicyChanges, gives=Policy)
def change_policy(call: Call) -> Policy:
    """Change that."""
    policy.change_policy(call.person, **call.params)
    return show_policy(call)


@endpoint("GET", "api/v1/notifications/policy", "read:notifications", gives=PolicyV1)
def show_policy_v1(call: Call) -> PolicyV1:
    """The same as yes or no: held back, or not."""
    now = show_policy(call)
    return {
        "filter_not_following": now["for_not_following"] != "accept",
        "filter_not_followers": now["for_not_followers"] != "accept",
        "filter_new_accounts": now["for_new_accounts"] != "accept",
        "filter_private_mentions": now["for_private_mentions"] != "accept",
        "summary": now["summary"],
    }


@endpoint("PATCH", "api/v1/notifications/policy", "write:notifications", takes=PolicyChangesV1, gives=PolicyV1)
def change_policy_v1(call: Call) -> PolicyV1:
    """Change that."""
    treatments = {
        name.replace("filter_", "for_", 1): Treatment.FILTER if held else Treatment.ACCEPT
        for name, held in call.params.items()
    }
    policy.change_policy(call.person, **treatments)
    return show_policy_v1(call)


@endpoint("GET", "api/v1/notifications/requests", "read:notifications", takes=Page40, gives=list[RequestEntity])
def show_requests(call: Call) -> Paged:
    """Whose notifications wait, last come first."""
    span = span_of(call.params)
    rows = page_of(NotificationRequest.objects.visible_to(call.person), span)
    return paged(requests_of(rows, call.person), [row.pk for row in rows], span)


@endpoint("GET", "api/v1/notifications/requests/merged", "read:notifications", gives=dict[str, bool])
def merged(call: Call) -> dict[str, bool]:
    """Whether what was accepted is in the bell yet: at once."""
    return {"merged": True}


@endpoint("GET", "api/v1/notifications/requests/<id:pk>", "read:notifications", gives=RequestEntity)
def show_request(call: Call, pk: int) -> RequestEntity:
    """One of them."""
    return requests_of(_requests(call.person, [pk]), call.person)[0]


@endpoint("POST", "api/v1/notifications/requests/<id:pk>/accept", "write:notifications")
def accept_request(call: Call, pk: int) -> dict[str, str]:
    """Let a sender ring from now on."""
    policy.accept_requests(call.person, _requests(call.person, [pk]))
    return {}


@endpoint("POST", "api/v1/notifications/requests/<id:pk>/dismiss", "write:notifications")
def dismiss_request(call: Call, pk: int) -> dict[str, str]:
    """Throw away what a sender sent."""
    policy.dismiss_requests(call.person, _requests(call.person, [pk]))
    return {}


@endpoint("POST", "api/v1/notifications/requests/accept", "write:notifications", takes=Requests)
def accept_requests(call: Call) -> dict[str, str]:
    """Let several senders ring from now on."""
    policy.accept_requests(call.person, _requests(call.person, call.params["id"]))
    return {}


@endpoint("POST", "api/v1/notifications/requests/dismiss", "write:notifications", takes=Requests)
def dismiss_requests(call: Call) -> dict[str, str]:
    """Throw away what several senders sent."""
    policy.dismiss_requests(call.person, _requests(call.person, call.params["id"]))
    return {}


def _lines(call: Call) -> NotificationQuerySet:
    said = call.params
    lines = shown_to_apps(call.person).filter(kind__in=_kinds(said))
    if "account_id" in said:
        lines = lines.filter(actor=said["account_id"])
    return lines if said.get("include_filtered") else lines.in_bell()


def _kinds(said: dict[str, Any]) -> list[str]:
    """Return the kinds that are asked for."""
    wanted = set(said["types"]) if said.get("types") else set(TYPES)
    return kinds_of(wanted - set(said.get("exclude_types", [])))


def _joined(said: dict[str, Any]) -> set[str]:
    """Return the kinds that are told together."""
    wanted = said.get("grouped_types")
    return {str(kind) for kind in JOINED if wanted is None or kind in kinds_of(set(wanted))}


def _dismiss(person: User, lines: QuerySet[Notification]) -> dict[str, str]:
    if not dismiss_lines(person, lines):
        raise Http404
    return {}


def _requests(person: User, ids: list[int]) -> list[NotificationRequest]:
    """Return the person's requests with these ids; Http404 unless all are there."""
    found = list(NotificationRequest.objects.visible_to(person).filter(pk__in=ids))
    if len(found) < len(set(ids)):
        raise Http404
    return found
