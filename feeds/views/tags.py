"""Following tags, and showing them on one's page."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.http import signed_in
from core.pagination import read_cursor
from core.text import tag_name
from posts.services.tags import feature_tag, follow_tag, unfeature_tag, unfollow_tag
from posts.tags import featured_tags, followed_tags, suggest_tags


@login_required
@require_safe
def followed(request: HttpRequest) -> HttpResponse:
    """The tags the viewer follows, and those on their page."""
    viewer = signed_in(request)
    page = followed_tags(viewer, read_cursor(request.GET), 50)
    context = {"viewer": viewer, "page": page, "here": request.path}
    context |= {"featured": featured_tags(viewer), "suggested": suggest_tags(viewer)}
    return render(request, "feeds/followed_tags.html", context)


@login_required
@require_POST
def follow(request: HttpRequest, name: str) -> HttpResponse:
    """Bring public posts with a tag into Home, or no longer (``undo=1``)."""
    acts = {"1": (unfollow_tag, _("You no longer follow #%(tag)s.")), "": (follow_tag, _("You follow #%(tag)s."))}
    return _act(request, name, *acts[_undo(request)])


@login_required
@require_POST
def feature(request: HttpRequest, name: str) -> HttpResponse:
    """Show a tag on one's page, or no longer (``undo=1``)."""
    shown, gone = _("#%(tag)s stands on your page."), _("#%(tag)s no longer stands on your page.")
    acts = {"1": (unfeature_tag, gone), "": (feature_tag, shown)}
    return _act(request, name, *acts[_undo(request)])


def _undo(request: HttpRequest) -> str:
    return "1" if request.POST.get("undo") == "1" else ""


def _act(request: HttpRequest, name: str, act: object, sentence: str) -> HttpResponse:
    canonical = tag_name(name)
    if not canonical:
        raise Http404
    try:
        act(signed_in(request), name)  # type: ignore[operator]
    except ValidationError as refused:
        messages.error(request, refused.messages[0])
    else:
        messages.success(request, sentence % {"tag": canonical})
    return redirect("feeds:followed_tags") if request.POST.get("next") == "tags" else redirect("feeds:tag", canonical)
