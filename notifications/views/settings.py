"""What rings, and whether this device does."""

from __future__ import annotations

from pathlib import Path

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import signed_in
from notifications.forms import USUAL, DeviceForm, PolicyForm
from notifications.models import PushSubscription
from notifications.policy import change_policy, policy_of, summary
from notifications.push import public_key, subscribe, subscription_of, unsubscribe

INVALID = 422


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def show(request: HttpRequest) -> HttpResponse:
    """Whose notifications ring, wait or never come; and the switch for this device."""
    person = signed_in(request)
    form = PolicyForm(request.POST or None, instance=policy_of(person))
    if request.method == "POST" and form.is_valid():
        change_policy(person, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("notifications:settings")
    return _page(request, form, _device_form(request), INVALID if form.errors else 200)


@require_POST
@login_required
def device(request: HttpRequest) -> HttpResponse:
    """Let this browser ring, or ring no more with ``off=1``; it ends with the session in any case."""
    person, session = signed_in(request), _session(request)
    if request.POST.get("off") == "1":
        unsubscribe(session=session)
        messages.success(request, _("This device is silent now."))
        return redirect("notifications:settings")
    form = DeviceForm(request.POST, is_staff=person.is_staff)
    if form.is_valid() and _subscribe(request, form, session):
        messages.success(request, _("This device rings from now on."))
        return redirect("notifications:settings")
    return _page(request, PolicyForm(instance=policy_of(person)), form, INVALID)


@require_safe
@cache_control(no_cache=True)
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker: at the root of the site, since a worker looks after what lies below its own address."""
    script = Path(settings.BASE_DIR, "static", "js", "sw.js").read_bytes()
    return HttpResponse(script, content_type="text/javascript; charset=utf-8")


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """What the service worker shows where there is no net; the same for everybody, as it is kept."""
    return render(request, "notifications/offline.html")


def _subscribe(request: HttpRequest, form: DeviceForm, session: UserSession | None) -> bool:
    try:
        subscribe(signed_in(request), session=session, is_standard=True, **form.cleaned_data)
    except ValidationError as error:
        form.add_error(None, " ".join(error.messages))
    return not form.errors


def _device_form(request: HttpRequest) -> DeviceForm:
    now = _subscription(request)
    initial = {"alerts": now.alerts, "policy": now.policy} if now else {"alerts": USUAL, "policy": "all"}
    return DeviceForm(initial=initial, is_staff=signed_in(request).is_staff)


def _page(request: HttpRequest, form: PolicyForm, device_form: DeviceForm, status: int) -> HttpResponse:
    requests, _lines = summary(signed_in(request))
    context = {
        "form": form, "device_form": device_form, "device": _subscription(request), "key": public_key(),
        "requests": requests,
    }  # fmt: skip
    return render(request, "notifications/settings.html", context, status=status)


def _subscription(request: HttpRequest) -> PushSubscription | None:
    session = UserSession.objects.filter(session_key=request.session.session_key, user=request.user.pk).first()
    return subscription_of(session=session)


def _session(request: HttpRequest) -> UserSession | None:
    """Return the row of the session that asks; it is listed now if it was not yet."""
    rows = UserSession.objects.filter(session_key=request.session.session_key, user=request.user.pk)
    if not rows.exists():
        UserSession.objects.create_from_request(request)
    return rows.first()
