from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template import Context, Template
from django.test import RequestFactory
from django.urls import resolve
from django.utils import translation

from accounts.models import Site, User
from core.templatetags import look
from notifications.services import Waiting
from posts.models import Post
from tests import make


def page(source: str, **context: object) -> str:
    return Template("{% load look %}" + source).render(Context(context))


def test_an_icon_is_silent_and_comes_from_the_sprite() -> None:
    assert page('{% icon "heart" "small" %}') == (
        '<svg class="i small" aria-hidden="true"><use href="/static/icons.svg#heart"></use></svg>'
    )


def test_cards_know_their_reader_from_the_page(alice: User, bob: User, post: Post) -> None:
    posts = Post.objects.for_display(bob)
    html = page("{% cards posts %}", posts=posts, viewer=bob, csrf_token="secret")
    assert (html.count("<article"), html.count('value="secret"')) == (1, 1)


def test_somebody_anonymous_gets_no_token(post: Post) -> None:
    request = RequestFactory().get("/")
    posts = Post.objects.for_display(None)
    html = page("{% cards posts viewer=viewer %}", posts=posts, viewer=None, user=AnonymousUser(), request=request)
    assert (html.count("<article"), "csrf" in html) == (1, False)


def test_a_card_and_its_talk(alice: User, bob: User, post: Post) -> None:
    make.comment(bob, post, "I agree")
    card = page("{% card post full=True %}", post=Post.objects.for_display(alice).get(pk=post.pk), viewer=alice)
    assert 'aria-label="Comments, 1"' in card
    assert "data-moment" in card


def test_parts_are_rendered_once_for_each_language(monkeypatch: pytest.MonkeyPatch) -> None:
    look._part.cache_clear()
    made: list[str] = []
    monkeypatch.setattr(look, "render_to_string", lambda name: made.append(translation.get_language()) or made[-1])
    shown = []
    for language in ("en", "de", "en", "de"):
        with translation.override(language):
            shown.append(page('{% once "_words.html" %}'))
    look._part.cache_clear()
    assert (made, shown) == (["en", "de"], ["en", "de", "en", "de"])


def framed(part: str, user: object, path: str = "/") -> str:
    request = RequestFactory().get(path)
    request.resolver_match = resolve(request.path)
    known = {"site": Site(name="Here"), "csrf_token": "secret", "unread": Waiting(120, 2)}
    return page(f'{{% frame "{part}" %}}', request=request, user=user, **known)


def test_the_frame_knows_where_one_is_and_who(alice: User) -> None:
    rail, bar = framed("rail", alice), framed("bar", alice, alice.get_absolute_url())
    assert (rail.count('aria-current="page"'), rail.count('aria-current="true"')) == (1, 1)
    assert '<a class="nav-a" href="/" aria-current="page">' in rail
    assert ('<a href="/@alice" aria-current="page">' in bar, bar.count('aria-current="page"')) == (True, 1)
    for part in (rail, bar):
        assert re.findall(r'data-waits="(\w+)"><span>([^<]+)<', part) == [("bell", "99+"), ("messages", "2")]


def test_the_frame_of_somebody_anonymous_leads_to_the_door() -> None:
    rail, foot = framed("rail", AnonymousUser()), framed("foot", AnonymousUser(), "/about?a=<b>")
    assert ("data-waits" in rail, 'action="/accounts/logout/"' in foot) == (False, False)
    assert ('lang="de">Deutsch</button>' in foot, foot.count('value="/about?a=%3Cb%3E"')) == (True, 2)
