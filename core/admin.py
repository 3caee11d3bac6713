"""What every list and page of the admin shares: facts are read-only, queries are few and bounded."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django_tasks_db.models import DBTaskResult

from core.display import full_moment
from core.ids import id_at, moment_of

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

MOST = 10_000


class BoundedPaginator(Paginator[Any]):
    """Counts up to ten thousand rows and no further: a table of millions costs what a small one costs."""

    @cached_property
    def count(self) -> int:
        """How many rows can be paged through; filters and search reach the older ones."""
        rows = self.object_list
        return rows.order_by()[:MOST].count() if isinstance(rows, QuerySet) else len(rows)


class WhenFilter(admin.SimpleListFilter):
    """Rows of the last hours, days or months, told by their ids, so by the primary key's index."""

    title = _("when")
    parameter_name = "when"
    spans = {"1": _("Last 24 hours"), "7": _("Last 7 days"), "30": _("Last 30 days"), "365": _("Last 12 months")}

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> Iterable[tuple[str, Any]]:
        """Return the spans, in days."""
        return self.spans.items()

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Leave out what is older."""
        value = self.value()
        if value not in self.spans:
            return queryset
        return queryset.filter(pk__gte=id_at(timezone.now() - timedelta(days=int(value))))


class ChoiceFilter(admin.SimpleListFilter):
    """Rows by one of a few conditions, each with its label."""

    conditions: dict[str, tuple[Any, Q]]

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> list[tuple[str, Any]]:
        """Return the choices."""
        return [(key, label) for key, (label, _condition) in self.conditions.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the rows of one choice."""
        chosen = self.conditions.get(self.value() or "")
        return queryset.filter(chosen[1]) if chosen else queryset


class HouseAdmin(admin.ModelAdmin[Any]):
    """A list with a fixed number of queries, however many rows there are."""

    paginator = BoundedPaginator
    show_full_result_count = False
    list_per_page = 50
    list_max_show_all = 50
    ordering = ["-pk"]
    show_facets = admin.ShowFacets.NEVER
    called: StrOrPromise = ""  # what the list is called here, where the name that its model brings along will not do

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Head the list with what it lists."""
        title = {"title": capfirst(self.called or self.opts.verbose_name_plural)}
        return super().changelist_view(request, {**title, **(extra_context or {})})

    def response_action(
        self, request: HttpRequest, queryset: QuerySet[Any], *args: Any, **kwargs: Any
    ) -> HttpResponse | None:
        """Take only rows that can exist as chosen: Django asks the database for whatever a request names."""
        chosen = request.POST.copy()
        named = chosen.getlist(ACTION_CHECKBOX_NAME)
        chosen.setlist(ACTION_CHECKBOX_NAME, [value for value in named if self._can_be_row(value)])
        request.POST = chosen  # type: ignore[assignment]
        return super().response_action(request, queryset, *args, **kwargs)

    def _can_be_row(self, value: str) -> bool:
        try:
            self.opts.pk.clean(value, None)
        except ValidationError:
            return False
        return True

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """Head the page with what it shows; one way to save is enough."""
        context = {**context, "show_save_and_add_another": False, "show_save_and_continue": False}
        shown = context.get("original")
        if shown is not None:
            kind = capfirst(self.called or self.opts.verbose_name)
            context = {**context, "title": self.title_of(shown), "subtitle": kind, "list_name": self.called}
        return super().render_change_form(request, context, *args, **kwargs)

    def title_of(self, row: Any) -> str:
        """Return what a page about ``row`` is headed with."""
        return str(row)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Leave out Django's mass deletion: what is deleted goes through a service."""
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[Any, Any, Any, Any]:
        """Let whoever may delete a row delete what hangs on it, which nobody deletes by itself."""
        rows, counts, _lacking, protected = super().get_deleted_objects(objs, request)
        return rows, counts, set(), protected

    @admin.display(description=_("when"), ordering="pk")
    def when(self, row: Model) -> SafeString:
        """When a row was made, by its id."""
        return full_moment(moment_of(row.pk))


class FactAdmin(HouseAdmin):
    """Rows that are looked at and never written here, not even by superusers."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """No."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """No."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """No."""
        return False


class SecretFactAdmin(FactAdmin):
    """Facts for the owner alone, whatever rights somebody was given."""

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only the owner."""
        return bool(request.user.is_active and request.user.is_superuser)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Only the owner."""
        return self.has_view_permission(request)


def link(row: Model, words: object, view: str = "change") -> SafeString:
    """Return a link to the admin page of ``row``."""
    from django.urls import reverse  # lazy: this module is read while the addresses are being made

    meta = row._meta
    return format_html(
        '<a href="{}">{}</a>', reverse(f"admin:{meta.app_label}_{meta.model_name}_{view}", args=[row.pk]), words
    )


def words(parts: Iterable[object]) -> SafeString:
    """Return words with a dot between them."""
    return format_html_join(" · ", "{}", ([part] for part in parts if part))


admin.site.unregister([Group, DBTaskResult])


@admin.register(Group)
class GroupAdmin(SecretFactAdmin):
    """Groups of staff; people come in by "Make a moderator" on their page."""

    called = _("Groups of staff")
    list_display = ["name", "members"]
    search_fields = ["name"]
    fields = ["name", "members", "rights"]
    ordering = ["name"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Group]:
        """Bring the members along."""
        return super().get_queryset(request).prefetch_related("user_set")

    @admin.display(description=_("members"))
    def members(self, group: Group) -> SafeString:
        """Who is in it."""
        return format_html_join(", ", "{}", ([link(person, person)] for person in group.user_set.all()))

    @admin.display(description=_("rights"))
    def rights(self, group: Group) -> SafeString:
        """What its members may do."""
        return format_html_join("", "<div>{}</div>", ([right.name] for right in group.permissions.all()))


@admin.register(LogEntry)
class LogEntryAdmin(SecretFactAdmin):
    """What was saved by forms of the admin; decisions of moderators have a log of their own."""

    called = _("Saved forms")
    list_display = ["action_time", "user", "content_type", "object_repr", "action_flag"]
    list_filter = ["action_flag"]
    list_select_related = ["user", "content_type"]
    search_fields = ["user__username", "object_repr"]
    fields = ["action_time", "user", "content_type", "object_id", "object_repr", "action_flag", "change_message"]


@admin.register(DBTaskResult)
class TaskAdmin(SecretFactAdmin):
    """Background work; what it was given may be private and is not shown."""

    called = _("Background work")
    list_display = ["task_path", "status", "queue_name", "enqueued_at", "finished_at"]
    list_filter = ["status", "queue_name"]
    search_fields = ["task_path"]
    ordering = ["-enqueued_at"]
    fields = ["id", "task_path", "status", "queue_name", "enqueued_at", "started_at", "finished_at", "trace"]

    @admin.display(description=_("traceback"))
    def trace(self, result: DBTaskResult[Any, Any]) -> SafeString:
        """Where it failed."""
        return format_html("<pre>{}</pre>", result.traceback)
