"""A post's own page: the post, the talk below it, a comment in its context."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.models import User
from core.http import viewer_of
from core.text import excerpt, title_of
from events.log import heads
from posts.filters import fold
from posts.forms import AUDIENCE_WORDS, PostForm
from posts.models import Context, Post, Visibility
from posts.threads import DEPTH, Order, Thread, load_context, load_part, load_thread, walk
from posts.views.common import id_in, is_htmx, visible_post


@require_GET
def of_author(request: HttpRequest, username: str, pk: int) -> HttpResponse:
    """Lead from the address by which apps know a post to its page."""
    return HttpResponseRedirect(visible_post(viewer_of(request), pk).get_absolute_url())


@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a post with its comments, a comment in its context, or for a share the post that was shared."""
    viewer = viewer_of(request)
    post = visible_post(viewer, pk)
    if post.share_of_id:
        return HttpResponseRedirect(f"/posts/{post.share_of_id}")
    order = _order(request)
    stream = f"post:{post.thread_root_id}"
    head = heads([stream])[stream]  # before the data: what comes in between is then shown twice, never missed
    thread = load_context(post, viewer) if post.is_comment else load_thread(post.pk, viewer, order=order)
    _fold(thread, viewer)
    shown = thread.root or post
    context = {
        "viewer": viewer,
        "post": post,
        "thread": thread,
        "stream": stream,
        "head": head,
        "order": order,
        "orders": Order,
        "title": title_of(post.html) if not post.spoiler else post.spoiler,
        "summary": excerpt(post.html) if not post.spoiler else "",
        "audience": AUDIENCE_WORDS[Visibility(shown.visibility)],
        "reply_form": _reply_form(post, viewer),
        "part": _rest(thread.root_id, thread, order, 1),
    }
    return render(request, "posts/detail.html", context)


@require_GET
def comments(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the next part of a long thread: as list items for htmx, else as a page."""
    viewer = viewer_of(request)
    post = visible_post(viewer, pk)
    if post.share_of_id:
        raise Http404
    order, level = _order(request), _level(request)
    thread = load_part(post, viewer, after=id_in(request.GET.get("after")), order=order, level=level)
    _fold(thread, viewer)
    context = {
        "viewer": viewer,
        "csrf_token": get_token(request) if viewer else "",
        "post": post,
        "thread": thread,
        "level": level,
        "order": order,
        "root_author_id": post.audience_id,
        "part": _rest(post.pk, thread, order, level),
    }
    return render(request, "posts/_part.html" if is_htmx(request) else "posts/comments.html", context)


def _fold(thread: Thread, viewer: User | None) -> None:
    """Fold comments that the reader's filters catch; the one that was asked for stays open."""
    posts = [node.post for node in walk(thread.nodes) if not node.is_focus]
    fold(viewer, [post for post in posts if isinstance(post, Post)], Context.THREAD)


def _order(request: HttpRequest) -> str:
    order = request.GET.get("order", Order.OLDEST)
    return order if order in Order.values else Order.OLDEST


def _level(request: HttpRequest) -> int:
    return min(max(id_in(request.GET.get("level")) or 1, 1), DEPTH)


def _rest(pk: int, thread: Thread, order: str, level: int) -> dict[str, object] | None:
    """Return what a link to the next part needs, or nothing at the end."""
    if not thread.more:
        return None
    query = f"order={order}&level={level}" + (f"&after={thread.last}" if thread.last else "")
    return {"address": f"/posts/{pk}/comments?{query}", "count": thread.more, "pk": pk}


def _reply_form(post: Post, viewer: User | None) -> PostForm | None:
    return PostForm(initial={"reply_to": post.pk}) if viewer else None
