"""Whose notifications wait, and whose always ring."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.http import signed_in
from notifications.models import AcceptedSender, NotificationRequest
from notifications.policy import accept_requests, dismiss_requests, hold_back_again
from posts.models import Post

SHOWN = 100


@login_required
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Everybody whose notifications are held back, with their newest words."""
    viewer = signed_in(request)
    waiting = NotificationRequest.objects.visible_to(viewer).select_related("sender__avatar").order_by("-pk")[:SHOWN]
    posts = Post.objects.visible_to(viewer).in_bulk({one.newest_post for one in waiting if one.newest_post})
    accepted = AcceptedSender.objects.filter(user=viewer, sender__is_active=True).select_related("sender__avatar")
    context = {
        "rows": [(one, posts.get(one.newest_post or 0)) for one in waiting],
        "accepted": accepted.order_by("-pk")[:SHOWN],
    }
    return render(request, "notifications/requests.html", context)


@login_required
@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Let one sender ring from now on (``answer=accept``), or throw away what they sent."""
    viewer = signed_in(request)
    waiting = [get_object_or_404(NotificationRequest.objects.visible_to(viewer).select_related("sender"), pk=pk)]
    if request.POST.get("answer") == "accept":
        accept_requests(viewer, waiting)
        messages.success(request, _("%(name)s rings from now on.") % {"name": waiting[0].sender.name})
    else:
        dismiss_requests(viewer, waiting)
        messages.success(request, _("Thrown away."))
    return redirect("notifications:requests")


@login_required
@require_POST
def answer_all(request: HttpRequest) -> HttpResponse:
    """Throw away everything that waits."""
    viewer = signed_in(request)
    dismiss_requests(viewer, NotificationRequest.objects.visible_to(viewer))
    messages.success(request, _("Thrown away."))
    return redirect("notifications:requests")


@login_required
@require_POST
def forget(request: HttpRequest, pk: int) -> HttpResponse:
    """Treat an accepted sender like all others again."""
    viewer = signed_in(request)
    hold_back_again(viewer, get_object_or_404(AcceptedSender, pk=pk, user=viewer))
    return redirect("notifications:requests")
