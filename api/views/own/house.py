"""What those who look after the site do in its moderation area, and the dialect has no word for."""

from __future__ import annotations

from typing import Any, Literal, TypedDict, cast

from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.db import transaction
from django.http import Http404
from rest_framework import serializers

from accounts.models import Site
from accounts.permissions import can_run_site
from accounts.services.site import change_site
from accounts.site import current_site
from api.endpoint import Call, endpoint
from api.errors import NOT_ALLOWED, Refused
from api.fields import Flag, Id, Params, Text
from api.views.admin import moderators_only
from moderation.desk import posts_in_sight
from moderation.models import REASON_LENGTH, Report
from moderation.permissions import POST_KINDS
from moderation.services.acts import act


class SiteSettings(TypedDict):
    """The site as its owner has set it; the accent is a hue in degrees and a strength up to 0.15 (OKLCH)."""

    name: str
    tagline: str
    about: str
    rules: str
    door: Literal["open", "approval", "invitation", "closed"]
    language: str
    accent_hue: int
    accent_chroma: float
    members_may_invite: bool


class SiteChanges(Params):
    """What is new; what is left out stays."""

    name = Text(allow_blank=False, trim_whitespace=True, max_length=60)
    tagline = Text(trim_whitespace=True, max_length=200)
    about = Text(max_length=20_000, help_text="Markdown.")
    rules = Text(max_length=20_000, help_text="Markdown.")
    door = serializers.ChoiceField(Site.Door.values, required=False)
    language = serializers.ChoiceField([code for code, _name in settings.LANGUAGES], required=False)
    accent_hue = serializers.IntegerField(required=False, min_value=0, max_value=360)
    accent_chroma = serializers.FloatField(required=False, min_value=0, max_value=0.15)
    members_may_invite = Flag()


class PostAct(Params):
    """What is done with a post, and why."""

    type = serializers.ChoiceField([str(kind.value) for kind in POST_KINDS], required=True)
    text = Text(required=True, allow_blank=False, max_length=REASON_LENGTH, help_text="The author reads it.")
    report_id = Id(help_text="The report that is answered by it, and closed.")


class Act(TypedDict):
    """An act as it stands in the log."""

    id: str
    type: str
    reason: str


@endpoint("GET", "api/polylog/v1/site", "admin:read", gives=SiteSettings)
def show(call: Call) -> SiteSettings:
    """How the site is set up; for who runs it."""
    if not can_run_site(call.person):
        raise Refused(403, NOT_ALLOWED)
    return _settings_of(current_site())


@endpoint("PATCH", "api/polylog/v1/site", "admin:write", takes=SiteChanges, gives=SiteSettings)
def change(call: Call) -> SiteSettings:
    """Change that; it stands in the admin's log, as a change by its form does."""
    with transaction.atomic():
        site = change_site(call.person, **call.params)
        what = [{"changed": {"fields": sorted(call.params)}}]
        LogEntry.objects.log_actions(call.person.pk, [site], CHANGE, what, single_object=True)
    return _settings_of(site)


@endpoint(
    "POST", "api/polylog/v1/admin/statuses/<id:pk>/action", "admin:write:reports", takes=PostAct, gives=Act
)  # fmt: skip
@moderators_only
def act_on_post(call: Call, pk: int) -> Act:
    """Hide a post, show it again, cover its media, or delete it; the act stands in the log, and the author is told."""
    said: dict[str, Any] = call.params
    post = posts_in_sight().filter(pk=pk).first()
    report = Report.objects.filter(pk=said["report_id"]).first() if said.get("report_id") else None
    if post is None or (said.get("report_id") and report is None):
        raise Http404
    done = act(call.person, said["type"], post=post, reason=said["text"], report=report)
    return {"id": str(done.pk), "type": str(done.kind), "reason": done.reason}


def _settings_of(site: Site) -> SiteSettings:
    return cast("SiteSettings", {name: getattr(site, name) for name in SiteSettings.__annotations__})
