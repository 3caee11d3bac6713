"""Where moderators work: the queue of reports, people, posts, and the log."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Case, DateTimeField, Exists, OuterRef, Q, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.admin import PersonAdmin
from accounts.models import User
from accounts.permissions import can_moderate
from core.admin import FactAdmin, HouseAdmin, SecretFactAdmin, WhenFilter, link
from core.text import clean, shorten
from moderation.decide import MOST, VERBS, address_of
from moderation.desk import in_sight, posts_in_sight, record_of
from moderation.models import Action, Announcement, AnnouncementRead, Report
from moderation.permissions import (
    PERSON_KINDS,
    POST_KINDS,
    can_appoint,
    can_judge,
    kinds_for_owner,
    kinds_for_person,
    kinds_for_post,
)
from moderation.services.acts import assign_report
from moderation.services.announcements import delete_announcement, save_announcement
from posts.admin import PostAdmin
from posts.models import Post

Kind = Action.Kind
GRAVE = {Kind.SUSPEND, Kind.DELETE, Kind.REJECT, Kind.ERASE}

admin.site.unregister([User, Post])


def _verb(kind: Kind) -> Callable[..., HttpResponse]:
    """Return an admin action that leads to the page where the reason is asked for."""

    def lead(model_admin: Any, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse:
        rows = list(queryset.select_related(None).only("pk").order_by("pk")[: MOST + 1])
        if len(rows) > MOST:
            words = gettext("At most %(n)d at once: the first %(n)d are chosen.") % {"n": MOST}
            messages.warning(request, words)
        return redirect(address_of(kind, rows[:MOST], back=request.get_full_path()))

    lead.__name__ = str(kind.value)
    lead.short_description = VERBS[kind]()  # type: ignore[attr-defined]
    return lead


class DecidingAdmin(FactAdmin):
    """Lists whose rows can be decided about, by moderators."""

    kinds: Sequence[Kind] = ()

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Offer the decisions to those who may make them."""
        if not can_moderate(request.user):  # type: ignore[arg-type]
            return {}
        leads = {kind.value: _verb(kind) for kind in self.kinds}
        return {name: (lead, name, VERBS[Kind(name)]()) for name, lead in leads.items()}

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Staff with the right to view, as Django has it."""
        return super().has_view_permission(request, obj)


def buttons(
    moderator: User, person: User, kinds: Sequence[Kind], row: Any, *, report: Report | None = None, back: str
) -> list[dict[str, Any]]:
    """Return what may be decided about ``row`` now, as links to the page that asks for the reason."""
    if not can_judge(moderator, person):
        return []
    return [
        {"words": VERBS[kind](), "grave": kind in GRAVE, "href": address_of(kind, [row], report=report, back=back)}
        for kind in kinds
    ]


@admin.register(User)
class JudgedPersonAdmin(DecidingAdmin, PersonAdmin):
    """People, with what can be decided about them."""

    kinds = PERSON_KINDS
    change_form_template = "moderation/admin_person.html"
    list_display = [*PersonAdmin.list_display, "reported"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """Say who has open reports."""
        waiting = Report.objects.filter(person=OuterRef("pk"), status=Report.Status.OPEN)
        people: QuerySet[User] = super().get_queryset(request)
        return people.annotate(is_reported=Exists(waiting))

    @admin.display(description=_("report"))
    def reported(self, person: Any) -> SafeString | str:
        """Whether a report about them waits."""
        return format_html('<span class="badge accent">{}</span>', gettext("Open")) if person.is_reported else ""

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Add what is known about the person and what can be decided."""
        person = self.get_object(request, object_id)
        extra = dict(extra_context or {})
        if isinstance(person, User) and can_moderate(request.user):  # type: ignore[arg-type]
            kinds = kinds_for_person(person)
            if can_appoint(request.user):  # type: ignore[arg-type]
                kinds += kinds_for_owner(person)
            extra["buttons"] = buttons(request.user, person, kinds, person, back=request.path)  # type: ignore[arg-type]
            extra["record"] = record_of(person)
            extra["posts"] = posts_in_sight().filter(author=person).order_by("-pk")[:8]
        return super().change_view(request, object_id, form_url, extra)


@admin.register(Post)
class JudgedPostAdmin(DecidingAdmin, PostAdmin):
    """Posts, with what can be decided about them; reported ones whomever they were for."""

    kinds = POST_KINDS
    change_form_template = "moderation/admin_post.html"

    def in_sight(self) -> Q:
        """Add what was reported."""
        return in_sight()

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the post, and what can be decided about it."""
        post = self.get_object(request, object_id)
        extra = dict(extra_context or {})
        if isinstance(post, Post):
            extra["shown"] = Shown(post)
            if can_moderate(request.user):  # type: ignore[arg-type]
                back, kinds = request.path, kinds_for_post(post)
                extra["buttons"] = buttons(request.user, post.author, kinds, post, back=back)  # type: ignore[arg-type]
        return super().change_view(request, object_id, form_url, extra)


class Shown:
    """A post as a page of the admin shows it: cleaned once more, with its files."""

    def __init__(self, post: Post) -> None:
        self.post = post
        self.html = SafeString(clean(post.html))
        rows = post.post_attachments.select_related("attachment").order_by("position")
        self.files = [row.attachment for row in rows]


@admin.register(Report)
class ReportAdmin(HouseAdmin):
    """The queue: open reports first, the oldest at the top."""

    list_display = ["what", "person", "category", "status", "assigned_to", "when"]
    list_display_links = ["what"]
    list_filter = ["status", "category", ("assigned_to", admin.RelatedOnlyFieldListFilter), WhenFilter]
    list_select_related = ["person", "assigned_to", "post"]
    search_fields = ["=id", "=person__username", "=reporter__username", "comment", "excerpt"]
    fields = ["assigned_to"]
    ordering = [Case(When(status=Report.Status.OPEN, then=Value(0)), default=Value(1)), "-pk"]
    change_form_template = "moderation/admin_report.html"

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Reports come from people."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Reports stay."""
        return False

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer those who may deal with it, a handful of people."""
        return super().formfield_for_foreignkey(
            db_field, request, **{**kwargs, "queryset": User.objects.filter(is_staff=True, is_active=True)}
        )

    def title_of(self, row: Report) -> str:
        """Say whom it is about."""
        return gettext("Report about %(name)s") % {"name": row.person.name}

    @admin.display(description=_("what"))
    def what(self, report: Report) -> str:
        """The words that were reported, or that it is about the person."""
        return shorten(" ".join(report.excerpt.split()), 70) or (
            gettext("(files)") if report.post_id else gettext("The person")
        )

    def save_model(self, request: HttpRequest, obj: Report, form: Any, change: bool) -> None:
        """Only who deals with it is decided on this form."""
        assign_report(request.user, obj, to=obj.assigned_to)  # type: ignore[arg-type]

    def response_change(self, request: HttpRequest, obj: Report) -> HttpResponse:
        """Stay with the report."""
        if "_take" in request.POST:
            assign_report(request.user, obj, to=request.user)  # type: ignore[arg-type]
        return redirect(request.path)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show what was reported, who is behind it, and what can be decided."""
        report = self.get_object(request, object_id)
        extra = dict(extra_context or {})
        if isinstance(report, Report):
            extra |= self._page(request, report)
        return super().change_view(request, object_id, form_url, extra)

    def _page(self, request: HttpRequest, report: Report) -> dict[str, Any]:
        person, post = report.person, report.post
        moderator: Any = request.user
        back = request.path
        on_report = [Kind.DISMISS if report.is_open else Kind.REOPEN]
        return {
            "report": report,
            "shown": Shown(post) if post else None,
            "more": [Shown(other) for other in report.more_posts.select_related("author__avatar")],
            "rules": report.rules.all(),
            "record": record_of(person, apart_from=report),
            "decisions": report.actions.select_related("moderator"),
            "post_buttons": buttons(moderator, person, kinds_for_post(post), post, report=report, back=back)
            if post
            else [],
            "person_buttons": buttons(moderator, person, kinds_for_person(person), person, report=report, back=back),
            "report_buttons": buttons(moderator, person, on_report, report, back=back),
            "may_judge": can_judge(moderator, person),
        }


@admin.register(Action)
class ActionAdmin(FactAdmin):
    """The log. It is only added to."""

    list_display = ["kind", "subject", "moderator", "short_reason", "when"]
    list_display_links = ["kind"]
    list_filter = ["kind", ("moderator", admin.RelatedOnlyFieldListFilter), WhenFilter]
    list_select_related = ["moderator"]
    search_fields = ["=id", "subject", "=moderator__username", "reason"]
    fields = ["kind", "subject", "person", "post_link", "report", "moderator", "reason", "when"]

    @admin.display(description=_("reason"))
    def short_reason(self, action: Action) -> str:
        """The first words."""
        return shorten(" ".join(action.reason.split()), 60)

    @admin.display(description=_("post"))
    def post_link(self, action: Action) -> SafeString | str:
        """The post, by its number."""
        return link(action.post, f"#{action.post.pk}") if action.post else "–"


class Moment(forms.DateTimeInput):
    """A day and an hour, chosen by the browser's own means."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


@admin.register(Announcement)
class AnnouncementAdmin(HouseAdmin):
    """What the house says to everybody."""

    list_display = ["text", "is_published", "starts_at", "ends_at", "when"]
    list_filter = ["is_published", WhenFilter]
    search_fields = ["text"]
    fields = ["text", "starts_at", "ends_at", "all_day", "is_published"]
    formfield_overrides = {DateTimeField: {"form_class": forms.DateTimeField, "widget": Moment}}

    def save_model(self, request: HttpRequest, obj: Announcement, form: Any, change: bool) -> None:
        """Save it as the site does."""
        save_announcement(obj)

    def delete_model(self, request: HttpRequest, obj: Announcement) -> None:
        """Delete it as the site does."""
        delete_announcement(obj)


@admin.register(AnnouncementRead)
class AnnouncementReadAdmin(SecretFactAdmin):
    """Who has put which announcement away."""

    list_display = ["announcement", "person"]
    list_select_related = ["announcement", "person"]
    search_fields = ["=person__username"]
    fields = ["announcement", "person"]
