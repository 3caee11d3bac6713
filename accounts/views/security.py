"""What keeps an account safe: password, passkeys, second factors, sessions."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.devices import device_of
from accounts.http import signed_in
from accounts.services import sessions as services
from core.ids import MAX_ID


@require_safe
@never_cache
@login_required
def overview(request: HttpRequest) -> HttpResponse:
    """What protects the account now, and the way to more."""
    person = signed_in(request)
    mine: dict[str, list[Authenticator]] = {}
    for authenticator in Authenticator.objects.filter(user=person).order_by("pk"):
        mine.setdefault(authenticator.type, []).append(authenticator)
    codes = mine.get(Authenticator.Type.RECOVERY_CODES)
    context = {
        "keys": mine.get(Authenticator.Type.WEBAUTHN, []),
        "app": mine.get(Authenticator.Type.TOTP, []),
        "codes": len(codes[0].wrap().get_unused_codes()) if codes else None,
        "has_password": person.has_usable_password(),
    }
    return render(request, "accounts/settings_security.html", context)


@require_safe
@never_cache
@login_required
def sessions(request: HttpRequest) -> HttpResponse:
    """Where the person is signed in."""
    person = signed_in(request)
    current = request.session.session_key
    rows = [
        {"session": session, "device": device_of(session.user_agent), "is_current": session.session_key == current}
        for session in services.sessions_of(person)
    ]
    rows.sort(key=lambda row: not row["is_current"])
    return render(request, "accounts/settings_sessions.html", {"rows": rows})


@require_POST
@login_required
def end_sessions(request: HttpRequest) -> HttpResponse:
    """End one other session (``session``), or all others and with them all apps."""
    person, current = signed_in(request), request.session.session_key or ""
    wanted = request.POST.get("session", "")
    if not wanted:
        services.end_sessions(person, but=current)
        messages.success(request, _("Signed out everywhere else, in apps as well."))
    elif wanted.isdecimal() and wanted.isascii() and int(wanted[:20]) <= MAX_ID:
        services.end_session(person, int(wanted), but=current)
        messages.success(request, _("Signed out there."))
    return redirect("accounts:settings_sessions")
