"""Moderating from an app: people, reports, and what is counted.

What a moderator may do is asked of the same services as in the admin, and every act stands in the same log.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from functools import wraps
from typing import Any, TypeVar, cast

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import serializers

from accounts.models import Rule, User
from accounts.permissions import can_moderate
from api.answers import Paged
from api.endpoint import Call, endpoint
from api.entities.admin import AdminAccount, AdminReport, Measure, admin_accounts_of, admin_reports_of
from api.entities.status import Status, statuses_of
from api.entities.tag import Tag, tags_of
from api.fields import Flag, Id, Limit, Many, Params, Text
from api.paging import Page100, page_of, paged, span_of
from api.views.reports import CATEGORY_OF
from feeds.trends import trending_posts, trending_tags
from moderation.measures import KEYS, measure
from moderation.models import Action, Report
from moderation.permissions import kinds_for_person
from moderation.services.acts import act, assign_report, dismiss_report, reopen_report, sort_report

View = TypeVar("View", bound=Callable[..., Any])
KINDS = {"none": Action.Kind.WARN, "silence": Action.Kind.LIMIT, "suspend": Action.Kind.SUSPEND}


class People(Page100):  # type: ignore[misc, valid-type]
    """Which people; all that is said must be true of them."""

    active = Flag()
    pending = Flag()
    disabled = Flag()
    silenced = Flag()
    suspended = Flag()
    local = Flag()
    remote = Flag()
    staff = Flag()
    username = Text()
    display_name = Text()
    email = Text()
    status = serializers.ChoiceField(["active", "pending", "disabled", "silenced", "suspended"], required=False)
    origin = serializers.ChoiceField(["local", "remote"], required=False, help_text="Everybody here is ``local``.")
    permissions = Text(help_text="``staff`` for moderators only.")


class Reports(Page100):  # type: ignore[misc, valid-type]
    """Which reports; open ones unless told."""

    resolved = Flag(default=False)
    account_id = Id(help_text="Only by this person.")
    target_account_id = Id(help_text="Only about this person.")


class AccountAction(Params):
    """What is done with a person, and why."""

    type = serializers.ChoiceField([*KINDS, "disable", "sensitive"], required=True)
    text = Text(help_text="The reason; the person reads it.")
    report_id = Id()
    warning_preset_id = Text()
    send_email_notification = Flag()


class ReportChanges(Params):
    """What a report is about."""

    category = serializers.ChoiceField(["spam", "legal", "violation", "other"], required=False)
    rule_ids = Many(child=Id())


class Span(Params):
    """From which day to which."""

    keys = Many(child=Text(), required=True, max_length=20)
    start_at = Text(required=True)
    end_at = Text(required=True)
    limit = Limit(10, 100)


class Some(Params):
    """How many."""

    limit = Limit(10, 20)
    offset = serializers.IntegerField(required=False, min_value=0, max_value=10_000, default=0)


def moderators_only(view: View) -> View:
    """Refuse everybody else (403): a scope says what an app may do, not what its person may."""

    @wraps(view)
    def guarded(call: Call, **path: Any) -> Any:
        if not can_moderate(call.person):
            raise PermissionDenied
        return view(call, **path)

    return cast("View", guarded)


# --- people ---------------------------------------------------------------------------------------------------------
@endpoint("GET", "api/v2/admin/accounts", "admin:read:accounts", takes=People, gives=list[AdminAccount])
@endpoint("GET", "api/v1/admin/accounts", "admin:read:accounts", takes=People, gives=list[AdminAccount])
@moderators_only
def accounts(call: Call) -> Paged:
    """People, last come first."""
    span = span_of(call.params)
    rows = page_of(_people(call.params, call.person).select_related("avatar", "header"), span)
    return paged(admin_accounts_of(rows, call.person), [row.pk for row in rows], span)


@endpoint("GET", "api/v1/admin/accounts/<id:pk>", "admin:read:accounts", gives=AdminAccount)
@moderators_only
def account(call: Call, pk: int) -> AdminAccount:
    """One person."""
    return admin_accounts_of([_person(pk)], call.person)[0]


@endpoint("POST", "api/v1/admin/accounts/<id:pk>/action", "admin:write:accounts", takes=AccountAction)
@moderators_only
def take_action(call: Call, pk: int) -> dict[str, str]:
    """Warn, limit or suspend somebody; the report it answers is closed."""
    said = call.params
    if said["type"] not in KINDS:
        raise serializers.ValidationError({"type": _("This site knows none, silence and suspend.")})
    report = _report(said["report_id"]) if said.get("report_id") else None
    act(
        call.person, KINDS[said["type"]], person=_person(pk), reason=said.get("text", "") or _no_reason(), report=report
    )
    return {}


@endpoint("POST", "api/v1/admin/accounts/<id:pk>/approve", "admin:write:accounts", gives=AdminAccount)
@moderators_only
def approve(call: Call, pk: int) -> AdminAccount:
    """Let somebody in who waits at the door."""
    return _act(call, Action.Kind.APPROVE, pk)


@endpoint("POST", "api/v1/admin/accounts/<id:pk>/reject", "admin:write:accounts", gives=AdminAccount)
@moderators_only
def reject(call: Call, pk: int) -> AdminAccount:
    """Turn somebody away who waits at the door; the account is gone."""
    gone = admin_accounts_of([_person(pk)], call.person)[0]
    act(call.person, Action.Kind.REJECT, person=_person(pk), reason=_no_reason())
    return gone


@endpoint("POST", "api/v1/admin/accounts/<id:pk>/enable", "admin:write:accounts", gives=AdminAccount)
@endpoint("POST", "api/v1/admin/accounts/<id:pk>/unsilence", "admin:write:accounts", gives=AdminAccount)
@endpoint("POST", "api/v1/admin/accounts/<id:pk>/unsuspend", "admin:write:accounts", gives=AdminAccount)
@moderators_only
def restore(call: Call, pk: int) -> AdminAccount:
    """Take back what was decided about somebody; without anything to take back, nothing happens."""
    person = _person(pk)
    if _can(person, Action.Kind.RESTORE):
        return _act(call, Action.Kind.RESTORE, pk)
    return admin_accounts_of([person], call.person)[0]


@endpoint("POST", "api/v1/admin/accounts/<id:pk>/unsensitive", "admin:write:accounts", gives=AdminAccount)
@moderators_only
def unsensitive(call: Call, pk: int) -> AdminAccount:
    """Only single posts are marked as sensitive here, so there is nothing to take back."""
    return account(call, pk=pk)


# --- reports --------------------------------------------------------------------------------------------------------
@endpoint("GET", "api/v1/admin/reports", "admin:read:reports", takes=Reports, gives=list[AdminReport])
@moderators_only
def reports(call: Call) -> Paged:
    """Reports, last come first."""
    span, said = span_of(call.params), call.params
    rows = _reports().filter(status=Report.Status.OPEN) if not said["resolved"] else _reports().exclude(status="open")
    for name, field in (("account_id", "reporter"), ("target_account_id", "person")):
        rows = rows.filter(**{field: said[name]}) if name in said else rows
    found = page_of(rows, span)
    return paged(admin_reports_of(found, call.person), [row.pk for row in found], span)


@endpoint("GET", "api/v1/admin/reports/<id:pk>", "admin:read:reports", gives=AdminReport)
@moderators_only
def report(call: Call, pk: int) -> AdminReport:
    """One report."""
    return admin_reports_of([_report(pk)], call.person)[0]


@endpoint("PUT", "api/v1/admin/reports/<id:pk>", "admin:write:reports", takes=ReportChanges, gives=AdminReport)
@moderators_only
def change(call: Call, pk: int) -> AdminReport:
    """Say what a report is about."""
    said, row = call.params, _report(pk)
    category = CATEGORY_OF[said["category"]] if "category" in said else row.category
    rules = Rule.objects.in_force().filter(pk__in=said["rule_ids"]) if "rule_ids" in said else row.rules.all()
    sort_report(call.person, row, category=category, rules=list(rules))
    return report(call, pk=pk)


@endpoint("POST", "api/v1/admin/reports/<id:pk>/assign_to_self", "admin:write:reports", gives=AdminReport)
@moderators_only
def assign(call: Call, pk: int) -> AdminReport:
    """Take a report into one's own hands."""
    assign_report(call.person, _report(pk), to=call.person)
    return report(call, pk=pk)


@endpoint("POST", "api/v1/admin/reports/<id:pk>/unassign", "admin:write:reports", gives=AdminReport)
@moderators_only
def unassign(call: Call, pk: int) -> AdminReport:
    """Lay a report back."""
    assign_report(call.person, _report(pk), to=None)
    return report(call, pk=pk)


@endpoint("POST", "api/v1/admin/reports/<id:pk>/resolve", "admin:write:reports", gives=AdminReport)
@moderators_only
def resolve(call: Call, pk: int) -> AdminReport:
    """Close a report without consequence; acts close the reports they answer themselves."""
    dismiss_report(call.person, _report(pk), reason=_no_reason())
    return report(call, pk=pk)


@endpoint("POST", "api/v1/admin/reports/<id:pk>/reopen", "admin:write:reports", gives=AdminReport)
@moderators_only
def reopen(call: Call, pk: int) -> AdminReport:
    """Put a closed report back into the queue."""
    reopen_report(call.person, _report(pk))
    return report(call, pk=pk)


# --- what is counted ------------------------------------------------------------------------------------------------
@endpoint("POST", "api/v1/admin/measures", "admin:read", takes=Span, gives=list[Measure])
@moderators_only
def measures(call: Call) -> list[Measure]:
    """How many of something there were on each day; keys this site does not count are left out."""
    start, end = _day(call.params["start_at"]), _day(call.params["end_at"])
    return [_measure(key, start, end) for key in call.params["keys"] if key in KEYS]


@endpoint("GET", "api/v1/admin/trends/tags", "admin:read", takes=Some, gives=list[Tag])
@moderators_only
def trends_of_tags(call: Call) -> list[Tag]:
    """Tags many people used lately."""
    return tags_of(trending_tags(call.params["limit"], call.params["offset"]), call.person)


@endpoint("GET", "api/v1/admin/trends/statuses", "admin:read", takes=Some, gives=list[Status])
@moderators_only
def trends_of_statuses(call: Call) -> list[Status]:
    """Public posts many people liked and shared lately."""
    return statuses_of(trending_posts(call.person, call.params["limit"], call.params["offset"]), call.person)


@endpoint("GET", "api/v1/admin/trends/links", "admin:read", gives=list[dict[str, Any]])
@moderators_only
def trends_of_links(call: Call) -> list[dict[str, Any]]:
    """Pages many people linked to: this site makes no previews of pages, so there are none."""
    return []


def _people(said: dict[str, Any], moderator: User) -> QuerySet[User]:
    wanted = {name for name in ("active", "pending", "disabled", "silenced", "suspended") if said.get(name)}
    wanted |= {said["status"]} if "status" in said else set()
    people: QuerySet[User] = User.objects.all()
    for name in wanted:
        people = people.filter(**_STANDING[name])
    if said.get("staff") or said.get("permissions") == "staff":
        people = people.filter(is_staff=True)
    for name, lookup in (("username", "username__startswith"), ("display_name", "display_name__icontains")):
        people = people.filter(**{lookup: said[name].lower()}) if said.get(name) else people
    if said.get("email"):  # a moderator who may not read addresses does not learn whose one is either
        people = people.filter(email__iexact=said["email"]) if moderator.is_superuser else people.none()
    return people.none() if said.get("remote") or said.get("origin") == "remote" else people


_STANDING: dict[str, dict[str, Any]] = {
    "active": {"is_active": True},
    "pending": {"approved_at": None},
    "disabled": {"is_active": False, "suspended_at": None, "approved_at__isnull": False},
    "silenced": {"limited_at__isnull": False},
    "suspended": {"suspended_at__isnull": False},
}


def _person(pk: int) -> User:
    person: User | None = User.objects.select_related("avatar", "header").filter(pk=pk).first()
    if person is None:
        raise Http404
    return person


def _reports() -> QuerySet[Report]:
    return Report.objects.prefetch_related("more_posts", "rules")


def _report(pk: int) -> Report:
    row = _reports().filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def _act(call: Call, kind: Action.Kind, pk: int) -> AdminAccount:
    act(call.person, kind, person=_person(pk), reason=_no_reason())
    return admin_accounts_of([_person(pk)], call.person)[0]


def _can(person: User, kind: Action.Kind) -> bool:
    return kind in kinds_for_person(person)


def _no_reason() -> str:
    """What stands in the log for acts to which this dialect lets nobody give a reason."""
    return _("Decided in an app.")


def _day(text: str) -> date:
    try:
        return datetime.fromisoformat(text).date()
    except ValueError:
        raise serializers.ValidationError({"start_at": _("This is no day.")}) from None


def _measure(key: str, start: date, end: date) -> Measure:
    days = measure(key, start, end)
    length = max((end - start).days + 1, 0)
    before = measure(key, _earlier(start, length), _earlier(start, 1))
    total = sum(count for _day, count in days)
    return {
        "key": key,
        "unit": None,
        "total": str(total),
        "human_value": str(total),
        "previous_total": str(sum(count for _day, count in before)),
        "data": [
            {"date": datetime.combine(day, time(), UTC).strftime("%Y-%m-%dT00:00:00.000Z"), "value": str(count)}
            for day, count in days
        ],
    }


def _earlier(day: date, days: int) -> date:
    """Return the day so many days before; where the calendar ends, its first."""
    return date.fromordinal(max(day.toordinal() - days, 1))
