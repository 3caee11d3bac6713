"""Template tags of the look: ``{% load look %}``."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any

from django import template
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from core import display, fragments

register = template.Library()

register.simple_tag(display.icon)
register.simple_tag(display.avatar)
register.filter(display.short_number)
register.filter(display.clock)
register.filter(display.call_name)


@register.filter
def variant(file: Any, name: str) -> str:
    """``{{ file|variant:"w640" }}``: the address of a file in that size or form."""
    address: str = file.url(name)
    return address


@register.simple_tag
def ago(moment: datetime) -> SafeString:
    """``{% ago post.created %}``: "12 min", kept fresh."""
    return display.ago(moment)


@register.simple_tag
def moment(value: datetime) -> SafeString:
    """``{% moment post.created %}``: day and time in full."""
    return display.full_moment(value)


@register.simple_tag(takes_context=True)
def cards(context: Context, posts: Iterable[Any], **extra: Any) -> SafeString:
    """``{% cards posts viewer=viewer %}``: posts as ``<li>`` with a card each, for an ``<ol class="feed">``."""
    return fragments.render_cards(posts, *_reader(context, extra), **extra)


@register.simple_tag(takes_context=True)
def card(context: Context, post: Any, **extra: Any) -> SafeString:
    """``{% card post viewer=viewer full=True %}``: one post as an article."""
    return fragments.render_card(post, *_reader(context, extra), **extra)


@register.simple_tag(takes_context=True)
def comments(context: Context, nodes: Iterable[Any], **extra: Any) -> SafeString:
    """``{% comments nodes viewer=viewer root_author_id=post.author_id %}``: a tree, for an ``<ol class="thread">``."""
    return fragments.render_comments(nodes, *_reader(context, extra), **extra)


@register.simple_tag(takes_context=True)
def frame(context: Context, part: str) -> SafeString:
    """``{% frame "rail" %}``: a part of what stands around every page: ``rail``, ``bar`` or ``foot``."""
    user = context.get("user")
    viewer = user if user and user.is_authenticated else None
    known = {"site": context["site"], "csrf_token": context["csrf_token"], "unread": context["unread"]}
    return fragments.render_frame(part, context["request"], viewer, **known)


@register.simple_tag
def once(name: str) -> SafeString:
    """``{% once "_words.html" %}``: a part that is the same on every page of one language, rendered once a process."""
    return _part(name, get_language())


@cache
def _part(name: str, language: str | None) -> SafeString:
    return render_to_string(name)


def _reader(context: Context, extra: dict[str, Any]) -> tuple[Any, str]:
    """Return who reads and the token for their buttons; somebody anonymous has no buttons, so no cookie either."""
    viewer = extra.pop("viewer", context.get("viewer") or context.get("user"))
    if viewer is None or not viewer.is_authenticated:
        return None, ""
    return viewer, str(context.get("csrf_token", ""))
