"""What the bell tells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, NotRequired, TypedDict, cast

from accounts.models import User
from api.entities.account import Account, account_of, accounts_by_id, people_by_id
from api.entities.forms import stamp, stamp_of
from api.entities.report import Report, reports_by_id
from api.entities.status import Status, statuses_of
from moderation.models import Action
from notifications.dialect import TYPE_OF
from notifications.groups import JOINED, LineGroup, group_key_of
from notifications.models import Kind, Notification, NotificationPolicy, NotificationRequest
from posts.display import get_cards


class AccountWarning(TypedDict):
    """A message from the moderators."""

    id: str
    action: str
    text: str
    status_ids: list[str]
    target_account: Account
    appeal: None
    created_at: str


class NotificationEntity(TypedDict):
    """One thing that happened."""

    id: str
    type: str
    group_key: str
    created_at: str
    account: Account
    status: NotRequired[Status]
    report: NotRequired[Report]
    moderation_warning: NotRequired[AccountWarning]


class PartialAccount(TypedDict):
    """As much of a person as a row of faces needs."""

    id: str
    acct: str
    url: str
    avatar: str
    avatar_static: str
    avatar_description: str
    locked: bool
    bot: bool


class NotificationGroup(TypedDict):
    """Things that happened to one post, told as one."""

    group_key: str
    notifications_count: int
    type: str
    most_recent_notification_id: int
    page_min_id: NotRequired[str]
    page_max_id: NotRequired[str]
    latest_page_notification_at: str
    sample_account_ids: list[str]
    status_id: NotRequired[str]
    report: NotRequired[Report]
    moderation_warning: NotRequired[AccountWarning]


class GroupedNotifications(TypedDict):
    """Groups, with the people and posts they name once each."""

    accounts: list[Account]
    partial_accounts: NotRequired[list[PartialAccount]]
    statuses: list[Status]
    notification_groups: list[NotificationGroup]


Treatment = Literal["accept", "filter", "drop"]


class PolicySummary(TypedDict):
    """What is held back."""

    pending_requests_count: int
    pending_notifications_count: int


class Policy(TypedDict):
    """Whose notifications ring, wait, or never come."""

    for_not_following: Treatment
    for_not_followers: Treatment
    for_new_accounts: Treatment
    for_private_mentions: Treatment
    for_limited_accounts: Treatment
    summary: PolicySummary


class PolicyV1(TypedDict):
    """The same as yes or no: held back, or not."""

    filter_not_following: bool
    filter_not_followers: bool
    filter_new_accounts: bool
    filter_private_mentions: bool
    summary: PolicySummary


class RequestEntity(TypedDict):
    """What one sender's notifications wait in."""

    id: str
    created_at: str
    updated_at: str
    account: Account
    notifications_count: str
    last_status: NotRequired[Status]


ACTIONS = {
    Action.Kind.LIMIT: "silence",
    Action.Kind.SUSPEND: "suspend",
    Action.Kind.DELETE: "delete_statuses",
    Action.Kind.HIDE: "delete_statuses",
    Action.Kind.SENSITIVE: "mark_statuses_as_sensitive",
}
"""Moderators' acts in the words of the dialect; what it has no word for is none, which is a warning."""
SAMPLE = 8


def notifications_of(lines: Sequence[Notification], viewer: User) -> list[NotificationEntity]:
    """Return lines of the bell; a fixed number of queries for all."""
    accounts = accounts_by_id([*(line.actor_id or viewer.pk for line in lines), viewer.pk])
    posts = _statuses({line.post_id for line in lines if line.post_id}, viewer)
    more = _subjects([(line.kind, line.subject_id) for line in lines], viewer)
    found: list[NotificationEntity] = []
    for line in lines:
        entity: NotificationEntity = {
            "id": str(line.pk),
            "type": TYPE_OF[line.kind],
            "group_key": key_for_apps(group_key_of(line)),
            "created_at": stamp_of(line.pk),
            "account": accounts[line.actor_id or viewer.pk],
        }
        if line.post_id in posts:
            entity["status"] = posts[line.post_id]
        found.append(_with_subject(entity, line.kind, line.subject_id, more))
    return found


def groups_of(groups: Sequence[LineGroup], viewer: User, *, full: bool = True) -> GroupedNotifications:
    """Return groups of the bell. Unless ``full``, of each group all but one person come as little more than a face."""
    named = {pk for group in groups for pk in group.actor_ids[:SAMPLE] or [viewer.pk]}
    people = people_by_id(named)
    posts = _statuses({group.post_id for group in groups if group.post_id}, viewer)
    more = _subjects([(group.kind, group.subject_id) for group in groups], viewer)
    first = {(group.actor_ids or [viewer.pk])[0] for group in groups}
    result: GroupedNotifications = {
        "accounts": [account_of(person) for pk, person in people.items() if full or pk in first],
        "statuses": list(posts.values()),
        "notification_groups": [
            _with_subject(_group(group, viewer, posts), group.kind, group.subject_id, more) for group in groups
        ],
    }
    if not full:
        result["partial_accounts"] = [_partial(account_of(people[pk])) for pk in people if pk not in first]
    return result


def policy_of(policy: NotificationPolicy, waiting: tuple[int, int]) -> Policy:
    """Return a person's policy; ``waiting`` are how many requests and notifications are held back."""
    return {
        "for_not_following": _treatment(policy.for_not_following),
        "for_not_followers": _treatment(policy.for_not_followers),
        "for_new_accounts": _treatment(policy.for_new_accounts),
        "for_private_mentions": _treatment(policy.for_private_mentions),
        "for_limited_accounts": _treatment(policy.for_limited_accounts),
        "summary": {"pending_requests_count": waiting[0], "pending_notifications_count": waiting[1]},
    }


def _treatment(value: str) -> Treatment:
    return cast("Treatment", value)


def requests_of(rows: Sequence[NotificationRequest], viewer: User) -> list[RequestEntity]:
    """Return requests from ``NotificationRequest.objects.visible_to``."""
    accounts = accounts_by_id(row.sender_id for row in rows)
    posts = _statuses({row.newest_post for row in rows if row.newest_post}, viewer)
    found: list[RequestEntity] = []
    for row in rows:
        entity: RequestEntity = {
            "id": str(row.pk),
            "created_at": stamp(row.created),
            "updated_at": stamp(row.updated),
            "account": accounts[row.sender_id],
            "notifications_count": str(row.lines_count),
        }
        if row.newest_post in posts:
            entity["last_status"] = posts[row.newest_post]
        found.append(entity)
    return found


def _group(group: LineGroup, viewer: User, posts: dict[int, Status]) -> NotificationGroup:
    entity: NotificationGroup = {
        "group_key": key_for_apps(group.key),
        "notifications_count": group.count,
        "type": TYPE_OF[group.kind],
        "most_recent_notification_id": group.newest,
        "page_min_id": str(group.oldest),
        "page_max_id": str(group.newest),
        "latest_page_notification_at": stamp_of(group.newest),
        "sample_account_ids": [str(pk) for pk in group.actor_ids[:SAMPLE] or [viewer.pk]],
    }
    if group.post_id in posts:
        entity["status_id"] = str(group.post_id)
    return entity


def _partial(account: Account) -> PartialAccount:
    return {name: account[name] for name in PartialAccount.__annotations__}  # type: ignore[literal-required, return-value]


def _statuses(ids: set[int], viewer: User) -> dict[int, Status]:
    cards = get_cards(ids, viewer)
    return dict(zip(cards, statuses_of(list(cards.values()), viewer), strict=True))


def _subjects(kinds: Sequence[tuple[str, int | None]], viewer: User) -> dict[tuple[str, int], Any]:
    """Return the reports and moderators' acts that lines tell of, by kind and id."""
    reports = reports_by_id({pk for kind, pk in kinds if kind == Kind.REPORT and pk})
    acts = Action.objects.in_bulk({pk for kind, pk in kinds if kind == Kind.MODERATION and pk})
    own = accounts_by_id([viewer.pk])[viewer.pk] if acts else None
    found: dict[tuple[str, int], Any] = {(Kind.REPORT, pk): report for pk, report in reports.items()}
    return found | {(Kind.MODERATION, pk): _warning(act, own) for pk, act in acts.items()}


def _with_subject(entity: Any, kind: str, pk: int | None, more: dict[tuple[str, int], Any]) -> Any:
    if pk and (kind, pk) in more:
        entity["report" if kind == Kind.REPORT else "moderation_warning"] = more[kind, pk]
    return entity


def _warning(act: Action, account: Any) -> AccountWarning:
    return {
        "id": str(act.pk),
        "action": ACTIONS.get(Action.Kind(act.kind), "none"),
        "text": act.reason,
        "status_ids": [str(act.post_id)] if act.post_id else [],
        "target_account": account,
        "appeal": None,
        "created_at": stamp_of(act.pk),
    }


def key_for_apps(key: str) -> str:
    """Return the name of a group in the words of the dialect: ``like-5-1`` is ``favourite-5-1``."""
    kind, dash, rest = key.partition("-")
    return f"{TYPE_OF[kind]}{dash}{rest}" if kind in JOINED else key


def key_of_apps(key: str) -> str:
    """Return the name that a group has here."""
    kind, dash, rest = key.partition("-")
    return next((f"{own}{dash}{rest}" for own in JOINED if TYPE_OF[own] == kind), key)
