"""Voting, pinning, hearing no more of a conversation, taking a quote back."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.fragments import render_fragment
from core.ratelimit import limited
from posts.rendering import shown_to
from posts.services.pins import pin_post, unpin_post
from posts.services.polls import vote_in_poll
from posts.services.quiet import mute_thread, unmute_thread
from posts.services.quotes import revoke_quote
from posts.views.common import back, is_script, member, members_only, visible_post


@require_POST
@members_only
@limited("react")
def vote(request: HttpRequest, pk: int) -> HttpResponse:
    """Vote in a post's poll (``choice``, several times where several may be chosen); scripts get the poll anew."""
    viewer = member(request)
    post = shown_to(viewer, visible_post(viewer, pk).subject.pk)
    if not post.has_poll:
        raise Http404
    given = request.POST.getlist("choice")[:50]
    choices = [int(text[:9]) if text.isascii() and text.isdigit() else -1 for text in given]
    problem = ""
    try:
        vote_in_poll(viewer, post.poll, choices)
    except ValidationError as refused:
        problem = refused.messages[0]
    if is_script(request):
        it = shown_to(viewer, post.pk)
        html = render_fragment("posts/_poll.html", it=it, viewer=viewer, csrf_token=get_token(request), problem=problem)
        return HttpResponse(html)
    if problem:
        messages.error(request, problem)
    return back(request, post)


@require_http_methods(["POST", "DELETE"])
@members_only
@limited("react")
def pin(request: HttpRequest, pk: int) -> HttpResponse:
    """Put one's own post on top of one's page, or take it down (``undo=1``)."""
    viewer = member(request)
    post = visible_post(viewer, pk)
    try:
        (unpin_post if _is_undo(request) else pin_post)(viewer, post)
    except ValidationError as refused:
        if is_script(request):
            return JsonResponse({"error": refused.messages[0]}, status=422)
        messages.error(request, refused.messages[0])
        return back(request, post)
    if is_script(request):
        return JsonResponse({"id": str(post.pk), "pinned": not _is_undo(request)})
    messages.success(
        request, _("It stands no longer first.") if _is_undo(request) else _("It stands first on your page.")
    )
    return back(request, post)


@require_http_methods(["POST", "DELETE"])
@members_only
@limited("react")
def quiet(request: HttpRequest, pk: int) -> HttpResponse:
    """Hear no more of a conversation, or again (``undo=1``)."""
    viewer = member(request)
    post = visible_post(viewer, pk)
    (unmute_thread if _is_undo(request) else mute_thread)(viewer, post)
    if is_script(request):
        return JsonResponse({"id": str(post.pk), "muted": not _is_undo(request)})
    said = (
        _("You hear of this conversation again.") if _is_undo(request) else _("You hear no more of this conversation.")
    )
    messages.success(request, said)
    return back(request, post)


@require_POST
@members_only
@limited("react")
def unquote(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's own post out of the post that quotes it."""
    viewer = member(request)
    quoting = shown_to(viewer, visible_post(viewer, pk).pk)
    if quoting.quote_of is None:
        raise Http404
    revoke_quote(viewer, quoting.quote_of, quoting)
    if is_script(request):
        return JsonResponse({"id": str(quoting.pk)})
    messages.success(request, _("Your post is no longer quoted there."))
    return back(request, quoting)


def _is_undo(request: HttpRequest) -> bool:
    return request.method == "DELETE" or request.POST.get("undo") == "1"
