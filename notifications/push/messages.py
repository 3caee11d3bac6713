"""What a device is told: the same few words for apps and for the site's own service worker."""

from __future__ import annotations

import json

from django.conf import settings
from django.templatetags.static import static
from django.utils import translation

from accounts.site import current_site
from core.text import excerpt, shorten
from notifications.dialect import TYPE_OF
from notifications.models import Notification
from notifications.words import words_of
from posts.models import Visibility

TITLE, BODY = 120, 200  # characters


def message_for(line: Notification) -> bytes:
    """Return one line of the bell as JSON with the keys apps know.

    ``access_token`` is empty, as this site keeps no token it could send; ``url`` is for our own service worker. What
    stands behind a warning, and what is addressed to few, is not told: a locked screen is read by others.
    """
    language = line.user.language or current_site().language
    with translation.override(language):
        told = {
            "access_token": "",
            "preferred_locale": language,
            "notification_id": line.pk,
            "notification_type": TYPE_OF[line.kind],
            "icon": _icon(line),
            "title": shorten(words_of(line), TITLE),
            "body": _words(line),
            "url": settings.SITE_URL + _place(line),
        }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def _words(line: Notification) -> str:
    post = line.post
    if line.text:
        return shorten(line.text, BODY)
    if post is None or post.visibility == Visibility.DIRECT:
        return ""
    return shorten(post.spoiler, BODY) if post.spoiler else excerpt(post.html, BODY)


def _icon(line: Notification) -> str:
    picture = line.actor.avatar_url if line.actor else ""
    return settings.SITE_URL + (picture or static("favicon.svg"))


def _place(line: Notification) -> str:
    if line.post is not None:
        return line.post.get_absolute_url()
    if line.actor is not None and line.kind == "follow":
        return line.actor.get_absolute_url()
    return "/notifications"
