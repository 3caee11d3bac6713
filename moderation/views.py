"""Pages on which people tell the moderators something."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.http import back, sign_in_required, signed_in
from accounts.models import User
from core.http import viewer_of
from core.ratelimit import limited
from moderation.forms import ReportForm
from moderation.models import Announcement
from moderation.permissions import can_report
from moderation.services.announcements import dismiss_announcement as put_away
from moderation.services.announcements import read_announcements
from moderation.services.reports import report_person as send_person
from moderation.services.reports import report_post as send_post
from posts.models import Post


@login_required
@limited("report")
def report_post(request: HttpRequest, pk: int) -> HttpResponse:
    """Report a post: the form, and what comes of it."""
    viewer = viewer_of(request)
    post = get_object_or_404(Post.objects.visible_to(viewer).select_related("author__avatar"), pk=pk)
    return _report(request, post.author, post)


@login_required
@limited("report")
def report_person(request: HttpRequest, username: str) -> HttpResponse:
    """Report a person: the form, and what comes of it."""
    people = User.objects.visible_to(viewer_of(request)).for_display()
    return _report(request, get_object_or_404(people, username=username), None)


@require_safe
def announcements(request: HttpRequest) -> HttpResponse:
    """What the house says now, also what was put away."""
    shown = read_announcements(viewer_of(request))
    return render(request, "moderation/announcements.html", {"shown": shown})


@require_POST
@sign_in_required
def dismiss_announcement(request: HttpRequest, pk: int) -> HttpResponse:
    """Put an announcement away; answers a script with nothing, in its place."""
    put_away(signed_in(request), get_object_or_404(Announcement.objects.current(), pk=pk))
    return HttpResponse() if "HX-Request" in request.headers else back(request, "moderation:announcements")


def _report(request: HttpRequest, person: User, post: Post | None) -> HttpResponse:
    viewer = viewer_of(request)
    if viewer is None or not can_report(viewer, person):
        raise PermissionDenied
    form = ReportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if post:
            send_post(viewer, post, **form.cleaned_data)
        else:
            send_person(viewer, person, **form.cleaned_data)
        messages.success(request, _("Thank you. The moderators will look at it."))
        return redirect(post or person)
    context = {"form": form, "person": person, "post": post}
    return render(request, "moderation/report.html", context, status=400 if form.errors else 200)
