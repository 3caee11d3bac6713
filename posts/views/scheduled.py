"""Posts to come: the list of them, changing one, taking one back."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from posts.extras_form import ExtrasForm, extras_of
from posts.forms import PostForm
from posts.models import Post, ScheduledPost
from posts.rendering import shown_to
from posts.services.schedule import IN_ALL, cancel_scheduled, change_scheduled
from posts.views.common import member, members_only
from posts.views.compose import show_composer, tell
from posts.views.tray import Tray, read_tray, tray_of

ADDRESS = "/scheduled"


@require_GET
@members_only
def listed(request: HttpRequest) -> HttpResponse:
    """List the viewer's posts to come, the next one first; those that could not be published on top."""
    viewer = member(request)
    waiting = ScheduledPost.objects.filter(author=viewer).prefetch_related("files__attachment")
    rows = sorted(waiting[:IN_ALL], key=lambda row: (not row.problem, row.due))
    return render(request, "posts/scheduled.html", {"viewer": viewer, "rows": rows})


@require_http_methods(["GET", "POST"])
@members_only
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a post to come in the composer."""
    viewer = member(request)
    scheduled = _own(viewer, pk)
    if request.method == "GET":
        files = [row.attachment for row in scheduled.files.select_related("attachment")]
        said = {name: getattr(scheduled, name) for name in PostForm.SAID}
        form = PostForm(initial=said | {"visibility": scheduled.visibility})
        return _page(request, scheduled, form, extras_of(scheduled), tray_of(files))
    form, extras = PostForm(request.POST), ExtrasForm(request.POST)
    tray = read_tray(request, viewer, scheduled=scheduled)
    if request.POST.get("action", "publish") != "publish":
        return _page(request, scheduled, form, extras, tray)
    if form.is_valid() and extras.is_valid() and tray.is_sound:
        if not extras.cleaned_data["due"]:
            extras.add_error("due", _("Write a day and a time."))
            return _page(request, scheduled, form, extras, tray, status=422)
        try:
            change_scheduled(
                viewer,
                scheduled,
                due=extras.cleaned_data["due"],
                attachments=tray.attachments,
                poll=extras.cleaned_data["poll"],
                quote_policy=extras.cleaned_data["quote_policy"],
                **form.said(),
                **({} if scheduled.is_answer else {"visibility": form.cleaned_data["visibility"]}),
            )
        except ValidationError as refused:
            tell(form, tray, refused, extras)
        else:
            messages.success(request, _("Saved."))
            return HttpResponseRedirect(ADDRESS)
    return _page(request, scheduled, form, extras, tray, status=422)


@require_POST
@members_only
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a post to come back."""
    viewer = member(request)
    cancel_scheduled(viewer, _own(viewer, pk))
    messages.success(request, _("It will not be published."))
    return HttpResponseRedirect(ADDRESS)


def _own(viewer: User, pk: int) -> ScheduledPost:
    scheduled = ScheduledPost.objects.filter(author=viewer, pk=pk).first()
    if scheduled is None:
        raise Http404
    return scheduled


def _page(
    request: HttpRequest, scheduled: ScheduledPost, form: PostForm, extras: ExtrasForm, tray: Tray, *, status: int = 200
) -> HttpResponse:
    viewer = member(request)
    targets = [_seen(viewer, pk) for pk in (scheduled.reply_to_id, scheduled.quote_of_id)]
    return show_composer(
        request,
        form,
        tray,
        extras=extras,
        scheduled=scheduled,
        reply_to=targets[0],
        quote_of=targets[1],
        status=status,
    )


def _seen(viewer: User, pk: int | None) -> Post | None:
    try:
        return shown_to(viewer, pk) if pk else None
    except Post.DoesNotExist:
        return None
