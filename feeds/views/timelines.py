"""Pages that list posts: home, local, a tag, bookmarks; and the page to explore from."""

from __future__ import annotations

from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from accounts.meeting import suggest_people
from accounts.models import User
from core.http import viewer_of
from core.pagination import Page, read_cursor
from core.text import tag_name
from events.log import heads
from feeds.lively import lively_tags, lively_talks
from feeds.people import newest_people, read_directory, with_relations
from feeds.timelines import read_bookmarks, read_home, read_local, read_tag
from posts.filters import wanted
from posts.models import Context, Hashtag, Post
from posts.tags import tag_facts

STREAM = "posts"
SUGGESTED = 12
ORDERS = ("active", "new")


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The posts of people one follows; for somebody anonymous, the welcome page with what is public."""
    viewer = viewer_of(request)
    cursor = read_cursor(request.GET)
    head = _head()
    if viewer is None:
        return _welcome(request, read_local(None, cursor), head)
    context = {"feed": "home", "head": head}
    return show_posts(request, "feeds/home.html", read_home(viewer, cursor), context, Context.HOME)


@require_safe
def local(request: HttpRequest) -> HttpResponse:
    """The public posts of everybody here."""
    cursor, head = read_cursor(request.GET), _head()
    context = {"feed": "local", "head": head}
    return show_posts(request, "feeds/local.html", read_local(viewer_of(request), cursor), context)


@require_safe
def tag(request: HttpRequest, name: str) -> HttpResponse:
    """Public posts that carry a tag. A tag that nobody used, or that was taken away, is an empty one."""
    canonical = tag_name(name)
    if not canonical:
        raise Http404
    if canonical != name:
        return redirect("feeds:tag", canonical)
    cursor = read_cursor(request.GET)
    found = Hashtag.objects.filter(name=canonical, hidden_at=None).first()
    page = read_tag(found, viewer_of(request), cursor) if found else Page[Post]([])
    context: dict[str, Any] = {"name": canonical, "shown": found.shown if found and page.items else canonical}
    if found:
        context["facts"] = tag_facts([found], viewer_of(request), with_history=False)[found.pk]
    return show_posts(request, "feeds/tag.html", page, context)


@login_required
@require_safe
def bookmarks(request: HttpRequest) -> HttpResponse:
    """What the viewer keeps."""
    viewer = cast("User", request.user)
    return show_posts(request, "feeds/bookmarks.html", read_bookmarks(viewer, read_cursor(request.GET)), {}, "")


@require_safe
def explore(request: HttpRequest) -> HttpResponse:
    """People and tags to meet. What is asked for by ``?q=`` is found elsewhere."""
    if "q" in request.GET:
        return redirect(f"{reverse('feeds:search')}?{urlencode({'q': request.GET['q']})}")
    viewer = viewer_of(request)
    suggested = suggest_people(viewer, SUGGESTED)
    reasons = {found.person.pk: found.friends for found in suggested if found.friends}
    tied = with_relations([found.person for found in suggested], viewer)
    rows = [(person, tie, reasons.get(person.pk, 0)) for person, tie in tied]
    context = {"viewer": viewer, "rows": rows, "is_suggested": True, "tags": lively_tags()}
    return render(request, "feeds/explore.html", context | {"newest": newest_people(viewer)})


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Everybody here who likes to be found; ``?order=new`` for who came last."""
    viewer, order = viewer_of(request), request.GET.get("order", "active")
    if order not in ORDERS:
        raise Http404
    page = read_directory(viewer, order, read_cursor(request.GET))
    context = {"viewer": viewer, "order": order, "page": page, "here": request.get_full_path()}
    return render(request, "feeds/people.html", context | {"rows": with_relations(page.items, viewer)})


def show_posts(
    request: HttpRequest, template: str, page: Page[Post], context: dict[str, Any], place: str = Context.PUBLIC
) -> HttpResponse:
    """Answer with the whole page, or with its list items alone where a script asks for ``part=items``.

    ``place`` says which of the viewer's filters apply; ``""`` none.
    """
    viewer, part = viewer_of(request), request.GET.get("part")
    page = Page(wanted(viewer, page.items, place), page.older, page.newer) if place else page
    context |= {"page": page, "viewer": viewer, "here": request.path, "cursor": read_cursor(request.GET), "part": part}
    if part == "items":
        return render(request, "feeds/_items.html", context)
    if part is not None:
        raise Http404
    context["talks"] = lively_talks(viewer)
    return render(request, template, context)


def _welcome(request: HttpRequest, page: Page[Post], head: int) -> HttpResponse:
    return show_posts(request, "feeds/welcome.html", page, {"feed": "local", "head": head})


def _head() -> int:
    """The newest number of the stream of posts; read before the posts, so that none falls between the two."""
    return heads([STREAM])[STREAM]
