"""The admin as moderators find it: one way in, and a first page that says what waits."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib.admin import AdminSite
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, resolve_url
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from accounts.site import current_site
from moderation.rooms import rooms_of


class HouseAdminSite(AdminSite):
    """Django's admin behind our own door."""

    index_title = _("Moderation")

    def get_urls(self) -> list[URLResolver | URLPattern]:
        """Add the page on which every decision is made."""
        from moderation.decide import decide  # lazy: this module is read before the models

        return [path("decide/", self.admin_view(decide), name="decide"), *super().get_urls()]

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """Add the name of the community."""
        name = current_site().name
        return super().each_context(request) | {"site_title": name, "site_header": name}

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """Show what waits to be decided."""
        from moderation.desk import desk_for  # lazy: this module is read before the models

        return super().index(request, {"desk": desk_for(request.user), **(extra_context or {})})  # type: ignore[arg-type]

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """Return the lists somebody may see, in rooms by what they come for."""
        lists = {}
        for entry in (entry for app in super().get_app_list(request, app_label) for entry in app["models"]):
            called = getattr(self.get_model_admin(entry["model"]), "called", "")
            lists[entry["model"]._meta.label_lower] = {**entry, "name": called or entry["name"]}
        return rooms_of(lists, request.path)

    def app_index(  # type: ignore[override]  # Django answers with a page
        self, request: HttpRequest, app_label: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Send people to the desk: which app of ours keeps a list is nobody's concern there."""
        return redirect("admin:index")

    @method_decorator(never_cache)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Send people to the site's own log-in, second factor included (S17); 403 for members without rights."""
        if self.has_permission(request):
            return redirect("admin:index")
        if request.user.is_authenticated:
            raise PermissionDenied
        back = request.GET.get(REDIRECT_FIELD_NAME) or reverse("admin:index")
        return HttpResponseRedirect(f"{resolve_url('account_login')}?{urlencode({REDIRECT_FIELD_NAME: back})}")

    def logout(  # type: ignore[override]  # Django answers with a page
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Send people to the site's own log-out."""
        return redirect("account_logout")

    def password_change(  # type: ignore[override]  # Django answers with a page
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Send people to their own settings."""
        return redirect("account_change_password")
