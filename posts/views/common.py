"""What the views of posts share: who is here, which post is meant, and how to answer scripts and plain forms."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from accounts.models import User
from core.http import viewer_of
from core.ids import MAX_ID
from posts.display import get_visible
from posts.models import Post

View = Callable[..., HttpResponse]


def members_only(view: View) -> View:
    """Ask people who are not signed in to do so; scripts get 401 and a sentence. Says nothing about what was asked."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if viewer_of(request) is None:
            if is_script(request):
                return JsonResponse({"error": _("Sign in to do that.")}, status=401)
            is_read = request.method in {"GET", "HEAD"}
            return redirect_to_login(request.get_full_path() if is_read else safe_back(request, "/"))
        return view(request, *args, **kwargs)

    return guarded


def member(request: HttpRequest) -> User:
    """Return who is signed in, behind ``members_only``."""
    viewer = viewer_of(request)
    if viewer is None:
        raise Http404
    return viewer


def visible_post(viewer: User | None, pk: int) -> Post:
    """Return a post that ``viewer`` may see; Http404 for every other, there or not."""
    post = get_visible(pk, viewer)
    if post is None:
        raise Http404
    return post


def id_in(value: str | None) -> int | None:
    """Return the id in a part of an address, ``None`` where there is none, Http404 for what cannot be one."""
    if not value:
        return None
    if not (value.isascii() and value.isdigit() and len(value) <= 19 and int(value) <= MAX_ID):
        raise Http404
    return int(value)


def is_htmx(request: HttpRequest) -> bool:
    """Whether a part of a page is asked for."""
    return "HX-Request" in request.headers


def wants_json(request: HttpRequest) -> bool:
    """Whether a script asks for facts instead of a page."""
    return "application/json" in request.headers.get("accept", "")


def is_script(request: HttpRequest) -> bool:
    """Whether a redirect to another page would be of no use."""
    return is_htmx(request) or wants_json(request)


def back(request: HttpRequest, post: Post) -> HttpResponse:
    """Send a plain form's sender back to where they were, at the post they acted on."""
    return HttpResponseRedirect(f"{safe_back(request, post.get_absolute_url())}#post-{post.pk}")


def safe_back(request: HttpRequest, default: str) -> str:
    """Return the page of this site that a form stood on, or ``default``."""
    address = request.POST.get("next") or request.headers.get("referer", "")
    hosts = {request.get_host()}
    if address and url_has_allowed_host_and_scheme(address, hosts, require_https=request.is_secure()):
        return address.partition("#")[0]
    return resolve_url(default)
