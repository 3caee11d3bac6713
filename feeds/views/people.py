"""Pages about a person: what they said, who follows them, whom they follow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.permissions import can_see_ties
from accounts.relations import relation
from core.http import viewer_of
from core.pagination import Cursor, Page, read_cursor
from feeds.people import (
    endorsed_by,
    followers_known,
    get_person,
    name_some,
    read_followers,
    read_following,
    with_relations,
)
from feeds.timelines import read_profile, read_profile_top
from feeds.views.renamed import keeps_old_addresses
from feeds.views.timelines import show_posts
from posts.models import Context, Post
from posts.tags import featured_tags

ENDORSED = 8


@require_safe
@keeps_old_addresses
def profile(request: HttpRequest, username: str, tab: str = "posts") -> HttpResponse:
    """A person's page: who they are, how one is tied to them, and what they said."""
    viewer = viewer_of(request)
    person = get_person(username, viewer)
    cursor = read_cursor(request.GET)
    pinned: list[Post] = []
    if tab == "posts" and cursor.is_start and person.has_pins:  # type: ignore[attr-defined]
        pinned, page = read_profile_top(person, viewer)
    else:
        page = read_profile(person, viewer, tab, cursor)
    context = {"tab": tab, "pinned": pinned} | _about(person, viewer)
    if tab == "posts" and cursor.is_start:
        context["featured"] = featured_tags(person) if person.has_tags else []  # type: ignore[attr-defined]
    return show_posts(request, "feeds/profile.html", page, context, Context.ACCOUNT)


@require_safe
@keeps_old_addresses
def followers(request: HttpRequest, username: str) -> HttpResponse:
    """Who follows a person."""
    viewer = viewer_of(request)
    person = get_person(username, viewer)
    return _show_people(request, "feeds/followers.html", person, read_followers)


@require_safe
@keeps_old_addresses
def following(request: HttpRequest, username: str) -> HttpResponse:
    """Whom a person follows."""
    viewer = viewer_of(request)
    person = get_person(username, viewer)
    return _show_people(request, "feeds/following.html", person, read_following)


Read = Callable[[User, User | None, Cursor], Page[User]]


def _show_people(request: HttpRequest, template: str, person: User, read: Read) -> HttpResponse:
    """Show one side of a person's ties; to others nobody of it where they keep it to themselves."""
    viewer = viewer_of(request)
    is_hidden = not can_see_ties(viewer, person)
    page = Page[User]([]) if is_hidden else read(person, viewer, read_cursor(request.GET))
    context = {"person": person, "viewer": viewer, "page": page, "here": request.path, "is_hidden": is_hidden}
    return render(request, template, context | {"rows": with_relations(page.items, viewer)})


def _about(person: User, viewer: User | None) -> dict[str, Any]:
    """What a person's masthead shows to ``viewer``."""
    context: dict[str, Any] = {"person": person, "relation": relation(viewer, person)}
    if person.header:
        context["banner"] = person.header.url("w1280")
    context["endorsed"] = endorsed_by(person, viewer, ENDORSED) if person.has_endorsed else []  # type: ignore[attr-defined]
    if viewer is not None and viewer.pk != person.pk:
        known, count = followers_known(person, viewer) if can_see_ties(viewer, person) else ([], 0)
        context |= {"known": known, "known_count": count, "known_words": name_some(known, count) if known else ""}
    return context
