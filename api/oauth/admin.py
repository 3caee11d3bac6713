"""The owner's view of apps. Nothing here shows a secret: none is kept."""

from __future__ import annotations

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from api.oauth.models import Application
from api.oauth.services import remove_app
from core.admin import SecretFactAdmin


class ApplicationAdmin(SecretFactAdmin):
    """Apps as they registered themselves."""

    list_display = ["name", "website", "scopes", "created", "approved_at"]
    search_fields = ["name", "client_id"]
    fields = ["name", "website", "client_id", "redirect_uris", "scopes", "created", "approved_at"]
    actions = ["remove"]

    @admin.action(description=_("Remove these apps, and end what people allowed them"), permissions=["view"])
    def remove(self, request: HttpRequest, queryset: QuerySet[Application]) -> None:
        """Remove apps that do harm."""
        apps = list(queryset)
        for app in apps:
            remove_app(app)
        said = ngettext("%(n)d app was removed.", "%(n)d apps were removed.", len(apps)) % {"n": len(apps)}
        self.message_user(request, said, messages.SUCCESS)


class AccessTokenAdmin(SecretFactAdmin):
    """Who let which app do what."""

    list_display = ["application", "user", "scope", "created", "last_used"]
    list_select_related = ["application", "user"]
    fields = ["application", "user", "scope", "created", "last_used", "expires"]
    search_fields = ["user__username", "application__name"]


class GrantAdmin(SecretFactAdmin):
    """Codes that are on their way to an app; the code itself is not shown."""

    list_display = ["application", "user", "scope", "expires"]
    list_select_related = ["application", "user"]
    fields = ["application", "user", "scope", "redirect_uri", "created", "expires"]
