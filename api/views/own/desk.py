"""What those who look after the site write in its admin: house rules, announcements, and who moderates."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypedDict, TypeVar, cast

from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import serializers

from accounts.models import Rule, User
from accounts.permissions import can_write_rules
from accounts.services.site import save_rule
from api.answers import Paged
from api.endpoint import Call, endpoint
from api.entities.admin import AdminAccount, admin_accounts_of
from api.entities.forms import stamp_or_none
from api.fields import Flag, Params, Text
from api.paging import Page40, page_of, paged, span_of
from moderation.models import ANNOUNCEMENT_LENGTH, REASON_LENGTH, Action, Announcement
from moderation.permissions import can_announce, can_appoint, kinds_for_owner
from moderation.services.announcements import delete_announcement, save_announcement
from moderation.services.team import appoint_moderator, retire_moderator

View = TypeVar("View", bound=Callable[..., Any])
ROLES = {"moderator": Action.Kind.APPOINT, "member": Action.Kind.RETIRE}


class RuleChanges(Params):
    """What is new in a house rule; what is left out stays."""

    text = Text(allow_blank=False, trim_whitespace=True, max_length=300)
    hint = Text(trim_whitespace=True, max_length=1000, help_text="An explanation.")
    position = serializers.IntegerField(
        required=False, min_value=0, max_value=32_767, help_text="Smaller ones come first."
    )
    is_in_force = Flag(help_text="One that is not stays for the reports that name it.")


class NewRule(RuleChanges):
    """A house rule."""

    text = Text(required=True, allow_blank=False, trim_whitespace=True, max_length=300)


class AnnouncementChanges(Params):
    """What is new in an announcement; what is left out stays."""

    text = Text(allow_blank=False, trim_whitespace=True, max_length=ANNOUNCEMENT_LENGTH, help_text="Markdown.")
    starts_at = serializers.DateTimeField(required=False, help_text="Shown from then on.")
    ends_at = serializers.DateTimeField(required=False, help_text="Shown until then.")
    all_day = Flag(help_text="The dates are meant without hours.")
    is_published = Flag()


class NewAnnouncement(AnnouncementChanges):
    """An announcement; it is published unless told."""

    text = Text(
        required=True, allow_blank=False, trim_whitespace=True, max_length=ANNOUNCEMENT_LENGTH, help_text="Markdown."
    )


class Role(Params):
    """What somebody is here, and why."""

    role = serializers.ChoiceField([*ROLES], required=True)
    text = Text(required=True, allow_blank=False, max_length=REASON_LENGTH, help_text="Stands in the log.")


class HouseRule(TypedDict):
    """A house rule, also one that is no longer in force."""

    id: str
    text: str
    hint: str
    position: int
    is_in_force: bool


class HouseAnnouncement(TypedDict):
    """An announcement as it was written."""

    id: str
    text: str
    starts_at: str | None
    ends_at: str | None
    all_day: bool
    is_published: bool
    published_at: str | None


def only(can: Callable[[User], bool]) -> Callable[[View], View]:
    """Refuse everybody else (403), before their parameters are looked at."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(call: Call, **path: Any) -> Any:
            if not can(call.person):
                raise PermissionDenied
            return view(call, **path)

        return cast("View", guarded)

    return guard


# --- house rules ------------------------------------------------------------------------------------------------------
@endpoint("GET", "api/polylog/v1/admin/rules", "admin:read", gives=list[HouseRule])
@only(can_write_rules)
def show_rules(call: Call) -> list[HouseRule]:
    """All house rules in their order, also those no longer in force."""
    return [_rule_of(rule) for rule in Rule.objects.all()]


@endpoint("POST", "api/polylog/v1/admin/rules", "admin:write", takes=NewRule, gives=HouseRule)
@only(can_write_rules)
def write_rule(call: Call) -> HouseRule:
    """Write a house rule."""
    return _save_rule(call, Rule(), ADDITION)


@endpoint("PATCH", "api/polylog/v1/admin/rules/<id:pk>", "admin:write", takes=RuleChanges, gives=HouseRule)
@only(can_write_rules)
def change_rule(call: Call, pk: int) -> HouseRule:
    """Change a house rule, or put it out of force; none is deleted, as reports name it."""
    return _save_rule(call, _found(Rule, pk), CHANGE)


# --- announcements ----------------------------------------------------------------------------------------------------
@endpoint("GET", "api/polylog/v1/admin/announcements", "admin:read", takes=Page40, gives=list[HouseAnnouncement])
@only(can_announce)
def show_announcements(call: Call) -> Paged:
    """All announcements, last first, also those that are over or not published yet."""
    span = span_of(call.params)
    rows = page_of(Announcement.objects.all(), span)
    return paged([_announcement_of(row) for row in rows], [row.pk for row in rows], span)


@endpoint(
    "POST", "api/polylog/v1/admin/announcements", "admin:write", takes=NewAnnouncement, gives=HouseAnnouncement
)  # fmt: skip
@only(can_announce)
def announce(call: Call) -> HouseAnnouncement:
    """Tell everybody something."""
    return _save_announcement(call, Announcement(), ADDITION)


@endpoint(
    "PATCH",
    "api/polylog/v1/admin/announcements/<id:pk>",
    "admin:write",
    takes=AnnouncementChanges,
    gives=HouseAnnouncement,
)
@only(can_announce)
def change_announcement(call: Call, pk: int) -> HouseAnnouncement:
    """Change an announcement, publish it, or take it back."""
    return _save_announcement(call, _found(Announcement, pk), CHANGE)


@endpoint("DELETE", "api/polylog/v1/admin/announcements/<id:pk>", "admin:write")
@only(can_announce)
def delete(call: Call, pk: int) -> dict[str, str]:
    """Delete an announcement for everybody."""
    row = _found(Announcement, pk)
    with transaction.atomic():
        _log(call, row, DELETION)
        delete_announcement(row)
    return {}


# --- who moderates ----------------------------------------------------------------------------------------------------
@endpoint(
    "POST", "api/polylog/v1/admin/accounts/<id:pk>/role", "admin:write:accounts", takes=Role, gives=AdminAccount
)  # fmt: skip
@only(can_appoint)
def change_role(call: Call, pk: int) -> AdminAccount:
    """Let somebody moderate, or no longer; for the owner. It stands in the log."""
    person, kind = _found(User, pk), ROLES[call.params["role"]]
    if kind not in kinds_for_owner(person):
        raise ValidationError(_("Done already."))
    (appoint_moderator if kind == Action.Kind.APPOINT else retire_moderator)(
        call.person, person, reason=call.params["text"]
    )
    return admin_accounts_of([User.objects.select_related("avatar", "header").get(pk=pk)], call.person)[0]


def _found(model: type[models.Model], pk: int) -> Any:
    row = model._default_manager.filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


@transaction.atomic
def _save_rule(call: Call, rule: Rule, flag: int) -> HouseRule:
    _set(rule, call.params)
    save_rule(call.person, rule)
    _log(call, rule, flag)
    return _rule_of(rule)


@transaction.atomic
def _save_announcement(call: Call, row: Announcement, flag: int) -> HouseAnnouncement:
    _set(row, call.params)
    save_announcement(row)
    _log(call, row, flag)
    return _announcement_of(row)


def _set(row: models.Model, said: dict[str, Any]) -> None:
    for name, value in said.items():
        setattr(row, name, value)


def _log(call: Call, row: models.Model, flag: int) -> None:
    """Write it into the admin's log, as its form does."""
    what: list[Any] = [{"added": {}}] if flag == ADDITION else [{"changed": {"fields": sorted(call.params)}}]
    LogEntry.objects.log_actions(call.person.pk, [row], flag, [] if flag == DELETION else what, single_object=True)


def _rule_of(rule: Rule) -> HouseRule:
    return {
        "id": str(rule.pk),
        "text": rule.text,
        "hint": rule.hint,
        "position": rule.position,
        "is_in_force": rule.is_in_force,
    }


def _announcement_of(row: Announcement) -> HouseAnnouncement:
    return {
        "id": str(row.pk),
        "text": row.text,
        "starts_at": stamp_or_none(row.starts_at),
        "ends_at": stamp_or_none(row.ends_at),
        "all_day": row.all_day,
        "is_published": row.is_published,
        "published_at": stamp_or_none(row.published_at),
    }
