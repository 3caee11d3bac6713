"""Web feeds: a person's and a tag's, by ending ``.rss``, ``.atom`` or ``.json``."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import http_date, quote_etag
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_safe

from accounts.site import current_site
from core.text import plain_text, tag_name
from feeds.people import get_person
from feeds.timelines import read_profile, read_tag
from feeds.views.renamed import keeps_old_addresses
from feeds.webfeeds import FORMS, WebFeed, tags_of
from posts.models import Hashtag, Post

FRESH_SECONDS = 60


@require_safe
@keeps_old_addresses
def person(request: HttpRequest, username: str, form: str) -> HttpResponse:
    """What a person says to everybody."""
    author = get_person(username, None)
    site = current_site()
    language = author.language or site.language
    with override(language):
        feed = WebFeed(
            title=_("%(name)s on %(site)s") % {"name": author.name, "site": site.name},
            description=plain_text(author.bio_html) or _("Posts by %(name)s") % {"name": author.name},
            page=author.get_absolute_url(),
            address=f"{author.get_absolute_url()}/feed",
            language=language,
            posts=read_profile(author, None).items,
            icon=author.avatar_url,
        )
        return _answer(request, feed, form)


@require_safe
def tag(request: HttpRequest, name: str, form: str) -> HttpResponse:
    """What everybody says under a tag; a tag that nobody used yet is an empty feed."""
    canonical = tag_name(name)
    if not canonical or form not in FORMS:
        raise Http404
    if canonical != name:
        return redirect("feeds:tag_feed", canonical, form)
    found = Hashtag.objects.filter(name=canonical, hidden_at=None).first()
    site = current_site()
    with override(site.language):
        feed = WebFeed(
            title=_("#%(tag)s on %(site)s") % {"tag": canonical, "site": site.name},
            description=_("Public posts with #%(tag)s") % {"tag": canonical},
            page=f"/tags/{canonical}",
            address=f"/tags/{canonical}/feed",
            language=site.language,
            posts=read_tag(found, None).items if found else list[Post](),
        )
        return _answer(request, feed, form)


def _answer(request: HttpRequest, feed: WebFeed, form: str) -> HttpResponse:
    """Answer in the form asked for, or 304 where the reader has it; Http404 for a form there is not."""
    if form not in FORMS:
        raise Http404
    make, content_type = FORMS[form]
    body = make(replace(feed, tags=tags_of(feed.posts)))
    return answer_once(request, body, f"{content_type}; charset=utf-8", feed.changed, feed.language)


def answer_once(
    request: HttpRequest, body: bytes, content_type: str, changed_at: datetime, language: str = ""
) -> HttpResponse:
    """Answer with ``body`` for every site and program, or 304 where the reader has it."""
    etag = quote_etag(hashlib.sha256(body).hexdigest()[:32])
    changed = int(changed_at.timestamp())
    response = HttpResponse(body, content_type=content_type, headers={"ETag": etag})
    if language:
        response.headers["Content-Language"] = language
    response.headers["Last-Modified"] = http_date(changed)
    response.headers["Access-Control-Allow-Origin"] = "*"
    patch_cache_control(response, public=True, max_age=FRESH_SECONDS)
    return get_conditional_response(request, etag, changed, response) or response
