"""The page on which people see their apps, and take back what they allowed them."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.http import signed_in
from api.oauth.accesses import accesses_of
from api.oauth.models import Application
from api.oauth.services import revoke_all_apps, revoke_app


@require_safe
@never_cache
@login_required
def apps(request: HttpRequest) -> HttpResponse:
    """Which apps may act for the person. One query."""
    return render(request, "api/settings_apps.html", {"accesses": accesses_of(signed_in(request))})


@require_POST
@login_required
def revoke(request: HttpRequest) -> HttpResponse:
    """Take back what one app (``app``) may do, or what all may."""
    person = signed_in(request)
    wanted = request.POST.get("app", "")
    if wanted == "all":
        revoke_all_apps(person)
        messages.success(request, _("No app can act for you any more."))
        return redirect("api:settings_apps")
    mine = Application.objects.filter(accesstoken__user=person).distinct()
    app = get_object_or_404(mine, client_id=wanted[:255].replace("\0", ""))
    revoke_app(person, app)
    messages.success(request, _("%(app)s cannot act for you any more.") % {"app": app.name})
    return redirect("api:settings_apps")
