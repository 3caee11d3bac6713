"""Messages: conversations among people mentioned, and one of them."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from core.pagination import read_cursor
from posts.conversations import get_conversation, read_conversations, read_messages
from posts.forms import PostForm
from posts.models import Participation
from posts.services.conversations import mark_read, mark_unread, put_away
from posts.views.common import is_script, member, members_only

PAGE = 30


@require_GET
@members_only
def conversations(request: HttpRequest) -> HttpResponse:
    """List the viewer's conversations, last spoken in first."""
    viewer = member(request)
    page = read_conversations(viewer, read_cursor(request.GET))
    return render(request, "posts/messages.html", {"viewer": viewer, "page": page, "here": request.path})


@require_GET
@members_only
def conversation(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what was said in a conversation, oldest first, with a box to answer the last post."""
    viewer = member(request)
    side = _own(request, pk)
    cursor = read_cursor(request.GET)
    page = read_messages(side, viewer, cursor, PAGE)
    answered = side.card if cursor.is_start else None
    context = {
        "viewer": viewer,
        "side": side,
        "page": page,
        "posts": page.items[::-1],
        "cursor": cursor,
        "here": request.path,
        "reply_form": PostForm(initial={"reply_to": answered.pk}) if answered else None,
    }
    return render(request, "posts/conversation.html", context)


@require_POST
@members_only
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that a conversation was read, or with ``undo=1`` that it was not."""
    side = _own(request, pk)
    is_undo = request.POST.get("undo") == "1"
    (mark_unread if is_undo else mark_read)(member(request), side)
    if is_script(request):
        return HttpResponse(status=204)
    return HttpResponseRedirect("/messages")


@require_POST
@members_only
def away(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a conversation off the list."""
    put_away(member(request), _own(request, pk))
    return HttpResponseRedirect("/messages")


def _own(request: HttpRequest, pk: int) -> Participation:
    side = get_conversation(member(request), pk)
    if side is None:
        raise Http404
    return side
