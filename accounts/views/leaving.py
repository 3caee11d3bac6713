"""Going away, with two weeks to think again."""

from __future__ import annotations

from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.forms.settings import LeaveForm
from accounts.http import signed_in
from accounts.permissions import is_last_owner
from accounts.services.standing import GRACE, begin_leaving
from core.ratelimit import limited


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@limited("reset")
def leave(request: HttpRequest) -> HttpResponse:
    """Ask once more, with the password (or a fresh sign-in where there is none), then hide the account at once."""
    person = signed_in(request)
    has_password = person.has_usable_password()
    if not has_password:
        raise_if_reauthentication_required(request, app="")
    form = LeaveForm(request.POST or None, person=person, asks_password=has_password)
    last_owner = is_last_owner(person)
    if request.method == "POST" and not last_owner and form.is_valid():
        begin_leaving(person)
        logout(request)
        messages.info(request, _("Your account is hidden now. To keep it, sign in again within fourteen days."))
        return redirect("account_login")
    context = {"form": form, "last_owner": last_owner, "until": timezone.now() + GRACE}
    return render(request, "accounts/settings_delete.html", context, status=422 if form.errors else 200)
