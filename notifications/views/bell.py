"""The bell's page."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.http import signed_in
from core.ids import MAX_ID
from core.pagination import read_cursor
from notifications.bell import Tab, count_waiting, read_bell
from notifications.groups import lines_in_group
from notifications.models import Notification
from notifications.services import clear_bell, dismiss_lines, mark_seen


@login_required
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Show the bell, or with ``?before=`` the older part of it. Reading is told by ``seen``, so that GET stays safe."""
    viewer = signed_in(request)
    tab = request.GET.get("tab", Tab.ALL)
    if tab not in Tab.values:
        raise Http404(_("There is no such page."))
    cursor = read_cursor(request.GET)
    bell = read_bell(viewer, tab, cursor)
    waiting = count_waiting(viewer) if cursor.is_start else 0
    context = {"bell": bell, "tab": tab, "tabs": Tab.choices, "is_start": cursor.is_start, "waiting": waiting}
    return render(request, "notifications/page.html", context)


@login_required
@require_POST
def seen(request: HttpRequest) -> HttpResponse:
    """Note that the viewer has looked at everything up to the line ``upto``."""
    viewer = signed_in(request)
    upto = request.POST.get("upto", "")
    if not upto.isascii() or not upto.isdigit() or len(upto) > 19 or int(upto) > MAX_ID:
        return HttpResponse(status=400)
    mark_seen(viewer, int(upto))
    if request.headers.get("X-Live"):
        return HttpResponse(status=204)
    return redirect("notifications:list")


@login_required
@require_POST
def dismiss(request: HttpRequest) -> HttpResponse:
    """Take a group of lines (``group``) out of the bell; answers a script with nothing, in the place of the group."""
    viewer = signed_in(request)
    lines = Notification.objects.in_bell().filter(user=viewer)
    dismiss_lines(viewer, lines_in_group(lines, request.POST.get("group", "")))
    return HttpResponse() if "HX-Request" in request.headers else redirect("notifications:list")


@login_required
@require_POST
def clear(request: HttpRequest) -> HttpResponse:
    """Empty the bell."""
    clear_bell(signed_in(request))
    messages.success(request, _("Your bell is empty."))
    return redirect("notifications:list")
