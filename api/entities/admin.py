"""What moderators see of people and reports."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypedDict

from allauth.account.models import EmailAddress

from accounts.models import User
from api.entities.account import Account, account_of
from api.entities.credentials import Role, role_of
from api.entities.forms import stamp, stamp_of, stamp_or_none
from api.entities.instance import RuleEntity
from api.entities.report import CATEGORIES
from api.entities.status import Status, statuses_of
from moderation.models import Report
from posts.display import get_cards


class AdminAccount(TypedDict):
    """A person as moderators see them. Addresses people came from are not kept, so there are none."""

    id: str
    username: str
    domain: None
    created_at: str
    email: str
    ip: None
    ips: list[Any]
    locale: str
    invite_request: str | None
    role: Role
    confirmed: bool
    approved: bool
    disabled: bool
    sensitized: bool
    silenced: bool
    suspended: bool
    account: Account
    created_by_application_id: None
    invited_by_account_id: None


class AdminReport(TypedDict):
    """A report as moderators see it."""

    id: str
    action_taken: bool
    action_taken_at: str | None
    category: str
    comment: str
    forwarded: bool
    created_at: str
    updated_at: str
    account: AdminAccount | None
    target_account: AdminAccount
    assigned_account: AdminAccount | None
    action_taken_by_account: AdminAccount | None
    statuses: list[Status]
    rules: list[RuleEntity]


class MeasureDay(TypedDict):
    """One day of a measure."""

    date: str
    value: str


class Measure(TypedDict):
    """How many of something there were, day by day, and before that."""

    key: str
    unit: None
    total: str
    human_value: str
    previous_total: str
    data: list[MeasureDay]


def admin_accounts_of(people: Sequence[User], viewer: User) -> list[AdminAccount]:
    """Return people, loaded with ``avatar`` and ``header``, as moderators see them; addresses are for the owner."""
    confirmed = set(
        EmailAddress.objects.filter(user__in=people, primary=True, verified=True).values_list("user", flat=True)
    )
    shows_email = viewer.is_superuser
    return [_admin_account(person, person.pk in confirmed, shows_email=shows_email) for person in people]


def admin_reports_of(rows: Sequence[Report], viewer: User) -> list[AdminReport]:
    """Return reports (with ``more_posts`` and ``rules`` prefetched); a fixed number of queries for all.

    Posts are those that ``viewer`` may see: a report does not open what is addressed to others.
    """
    ids = {pk for row in rows for pk in (row.reporter_id, row.person_id, row.assigned_to_id, row.handled_by_id) if pk}
    people = User.objects.filter(pk__in=ids).select_related("avatar", "header")
    known = {int(account["id"]): account for account in admin_accounts_of(list(people), viewer)}
    cards = get_cards({pk for row in rows for pk in row.post_ids}, viewer)
    posts = dict(zip(cards, statuses_of(list(cards.values()), viewer), strict=True))
    return [
        {
            "id": str(row.pk),
            "action_taken": not row.is_open,
            "action_taken_at": stamp_or_none(row.handled_at),
            "category": CATEGORIES.get(row.category, "other"),
            "comment": row.comment,
            "forwarded": False,
            "created_at": stamp_of(row.pk),
            "updated_at": stamp(row.handled_at) if row.handled_at else stamp_of(row.pk),
            "account": known.get(row.reporter_id or 0),
            "target_account": known[row.person_id],
            "assigned_account": known.get(row.assigned_to_id or 0),
            "action_taken_by_account": known.get(row.handled_by_id or 0),
            "statuses": [posts[pk] for pk in row.post_ids if pk in posts],
            "rules": [
                {"id": str(rule.pk), "text": rule.text, "hint": rule.hint, "translations": {}}
                for rule in row.rules.all()
            ],
        }
        for row in rows
    ]


def _admin_account(person: User, is_confirmed: bool, *, shows_email: bool) -> AdminAccount:
    return {
        "id": str(person.pk),
        "username": person.username,
        "domain": None,
        "created_at": stamp(person.date_joined),
        "email": person.email if shows_email else "",
        "ip": None,
        "ips": [],
        "locale": person.language,
        "invite_request": person.join_reason or None,
        "role": role_of(person),
        "confirmed": is_confirmed,
        "approved": person.approved_at is not None,
        "disabled": not person.is_active and person.suspended_at is None and person.approved_at is not None,
        "sensitized": False,
        "silenced": person.limited_at is not None,
        "suspended": person.suspended_at is not None,
        "account": account_of(person),
        "created_by_application_id": None,
        "invited_by_account_id": None,
    }
