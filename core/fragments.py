"""The hot fragments (card, comment, what stands around every page), rendered by Jinja2.

For the pages, and for whoever sends single ones.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.template import engines
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language, override
from django.utils.translation.trans_real import translation
from markupsafe import Markup, escape

from core.display import icon, place_word, save_word
from core.spoken import SpokenEnvironment


def render_cards(posts: Iterable[Any], viewer: Any, csrf_token: str = "", **extra: Any) -> SafeString:
    """Return posts from ``Post.objects.for_display(viewer)`` as list items; ``viewer`` is ``None`` for anonymous."""
    return render_fragment("posts/_cards.html", posts=posts, viewer=viewer, csrf_token=csrf_token, **extra)


def render_card(post: Any, viewer: Any, csrf_token: str = "", **extra: Any) -> SafeString:
    """Return one post as an ``<article>``; ``full=True`` as its own page shows it."""
    return render_fragment("posts/_cards.html", post=post, viewer=viewer, csrf_token=csrf_token, **extra)


def render_comments(nodes: Iterable[Any], viewer: Any, csrf_token: str = "", **extra: Any) -> SafeString:
    """Return a tree of comments as list items; a node has ``post``, ``replies``, ``more`` and ``depth``.

    ``root_author_id`` marks who wrote the post above; ``level`` says how deep the first of them stand (1).
    """
    extra.setdefault("level", 1)
    return render_fragment("posts/_comments.html", nodes=nodes, viewer=viewer, csrf_token=csrf_token, **extra)


def render_frame(part: str, request: HttpRequest, viewer: Any, **known: Any) -> SafeString:
    """Return a part of what stands around every page: ``rail``, ``bar`` or ``foot``; ``known`` is what it needs."""
    match = request.resolver_match
    return render_fragment(
        f"frame/_{part}.html",
        viewer=viewer,
        here=match.view_name if match else "",
        path=request.path,
        address=request.get_full_path(),
        theme=request.COOKIES.get("theme"),
        **known,
    )


def render_fragment(name: str, **context: Any) -> SafeString:
    """Render a Jinja2 fragment in the language of now."""
    language = get_language() or "en"
    context |= {"_": _words(language).__getitem__, "language": language}
    return SafeString(_environment(language).get_template(name).render(context))


def compile_fragments() -> None:
    """Compile the fragments in every language now, so that processes split off later share them."""
    for language, _name in settings.LANGUAGES:
        with override(language):
            environment = _environment(language)
            for name in environment.list_templates():
                environment.get_template(name)


@cache
def _environment(language: str) -> SpokenEnvironment:
    """Return the environment whose templates speak a language; they are compiled when it is the language of now."""
    settled = {
        "_": _words(language).__getitem__,
        "icon": icon,
        "place_word": place_word,
        "save_word": save_word,
        "url": reverse,
    }
    return engines["jinja"].env.speaking(settled)  # type: ignore[attr-defined,no-any-return]


class Words(dict[str, Markup]):
    """The words of one language, looked up and escaped once: a page of cards asks for hundreds of them."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self.catalogue = translation(language)

    def __missing__(self, text: str) -> Markup:
        """Translate a text when it is first asked for."""
        self[text] = escape(self.catalogue.gettext(text))
        return self[text]


@cache
def _words(language: str) -> Words:
    return Words(language)
