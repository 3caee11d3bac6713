"""The page on which people look for posts, people and tags."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.models import User
from core.http import viewer_of
from core.pagination import Page, read_cursor
from core.ratelimit import check, key_of
from feeds.lively import find_tags
from feeds.people import find_people, with_relations
from feeds.views.timelines import show_posts
from posts.models import Context, Post
from search.backends import is_available
from search.find import read_hits
from search.language import LENGTH, Problem, read_query
from search.mark import mark
from search.query import Query

TABS = ("all", "posts", "people", "tags")
FEW_PEOPLE, FEW_TAGS, MANY = 3, 6, 40


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """What is found for ``?q=``: on the first tab some people and tags and all posts, on the others one kind each."""
    words, tab = request.GET.get("q", ""), request.GET.get("type", "all")
    if tab not in TABS:
        raise Http404
    viewer, cursor = viewer_of(request), read_cursor(request.GET)
    context: dict[str, Any] = {
        "words": words.strip(),
        "tab": tab,
        "tabs": TABS,
        "longest": LENGTH,
        "is_able": is_available(),
    }
    page = Page[Post]([])
    if words.strip():
        check("search", key_of(request))
        page = _find(words, tab, viewer, request, context)
        context["address"] = f"{request.path}?{urlencode({'q': words, 'type': tab})}"
    if not cursor.is_start:
        context |= {"rows": [], "tags": []}
    return show_posts(request, "feeds/search.html", page, context, Context.PUBLIC if words.strip() else "")


def _find(words: str, tab: str, viewer: User | None, request: HttpRequest, context: dict[str, Any]) -> Page[Post]:
    """Put people, tags or what is wrong with the question into the context; returns the page of posts."""
    few = tab == "all"
    if "\0" not in words and len(words) <= LENGTH:
        plain = words.strip()
        if tab in {"all", "people"}:
            people = find_people(plain, viewer, FEW_PEOPLE if few else MANY)
            context["rows"] = [(person, tie, 0) for person, tie in with_relations(people, viewer)]
        if tab in {"all", "tags"}:
            context["tags"] = find_tags(plain)[: FEW_TAGS if few else MANY]
    if tab not in {"all", "posts"}:
        return Page([])
    try:
        query = read_query(words, viewer)
    except Problem as problem:
        context["problem"] = problem.messages[0]
        return Page([])
    page = read_hits(query, viewer, read_cursor(request.GET))
    _mark_all(page.items, query)
    return page


def _mark_all(posts: list[Post], query: Query) -> None:
    """Mark in each post what was looked for; these objects are shown once and never saved."""
    for post in posts:
        post.html = mark(post.html, query.words)
