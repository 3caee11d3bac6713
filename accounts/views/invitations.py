"""Letting friends in."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.forms.settings import InvitationForm
from accounts.http import signed_in
from accounts.models import User
from accounts.permissions import can_invite
from accounts.services import joining
from accounts.site import current_site


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def invitations(request: HttpRequest) -> HttpResponse:
    """The person's open invitations, and a form for another."""
    person = signed_in(request)
    if not can_invite(person, members_may_invite=current_site().members_may_invite):
        raise PermissionDenied
    form = InvitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _create(person, form):
        messages.success(request, _("Here is the invitation. Send its address to whom you mean."))
        return redirect("accounts:settings_invitations")
    context = {"form": form, "open": joining.open_invitations(person), "origin": settings.SITE_URL}
    return render(request, "accounts/settings_invitations.html", context, status=422 if form.errors else 200)


@require_POST
@login_required
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an invitation back."""
    joining.revoke_invitation(signed_in(request), pk)
    messages.success(request, _("This invitation opens nothing any more."))
    return redirect("accounts:settings_invitations")


def _create(person: User, form: InvitationForm) -> bool:
    data = form.cleaned_data
    expires = timezone.now() + timedelta(days=data["days"]) if data["days"] else None
    try:
        joining.create_invitation(person, uses=data["uses"], expires=expires, note=data["note"])
    except joining.TooManyInvitations as refused:
        form.add_error(None, refused)
        return False
    return True
