"""Like, share, bookmark: pressed (POST) and taken back (DELETE, or POST with ``undo=1`` from plain forms)."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_http_methods

from accounts.models import User
from core.ratelimit import limited
from posts.models import Post
from posts.rendering import shown_to
from posts.services.interact import (
    bookmark_post,
    like_post,
    share_post,
    unbookmark_post,
    unlike_post,
    unshare_post,
)
from posts.views.common import back, is_script, member, members_only, visible_post

Act = Callable[[User, Post], object]


@require_http_methods(["POST", "DELETE"])
@members_only
@limited("react")
def like(request: HttpRequest, pk: int) -> HttpResponse:
    """Like a post, or take it back."""
    return _react(request, pk, like_post, unlike_post)


@require_http_methods(["POST", "DELETE"])
@members_only
@limited("react")
def share(request: HttpRequest, pk: int) -> HttpResponse:
    """Share a post, or take it back."""
    return _react(request, pk, share_post, unshare_post)


@require_http_methods(["POST", "DELETE"])
@members_only
@limited("react")
def bookmark(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a post, or let it go."""
    return _react(request, pk, bookmark_post, unbookmark_post)


def _react(request: HttpRequest, pk: int, act: Act, take_back: Act) -> HttpResponse:
    """Act, and answer scripts with the post's counts and marks as they now stand."""
    viewer = member(request)
    post = visible_post(viewer, pk).subject
    is_undo = request.method == "DELETE" or request.POST.get("undo") == "1"
    (take_back if is_undo else act)(viewer, post)
    if not is_script(request):
        return back(request, post)
    return JsonResponse(marks(shown_to(viewer, post.pk)))


def marks(post: Post) -> dict[str, object]:
    """Return what buttons under a post (from ``for_display``) show; ids are strings, as they outgrow JavaScript."""
    return {
        "id": str(post.pk),
        "liked": post.liked,
        "shared": post.shared,
        "bookmarked": post.bookmarked,
        "likes": post.likes_count,
        "shares": post.shares_count,
        "comments": post.replies_count if post.is_comment else post.comments_count,
    }
