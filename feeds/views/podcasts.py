"""A person's podcast: the feed, its sounds, their chapters, and covers. What the public may not hear is not there."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import signed_in
from accounts.site import current_site
from feeds.people import get_person
from feeds.podcast_covers import cover_of, cover_of_episode
from feeds.podcast_form import PodcastForm
from feeds.podcasts import CHAPTERS_TYPE, card_of, find_episode, podcast_of, to_chapters, to_podcast
from feeds.services.podcasts import describe_podcast
from feeds.views.webfeeds import answer_once
from feeds.webfeeds import EMPTY, absolute, changed_at
from media.views import file

FEED_TYPE = "application/rss+xml; charset=utf-8"


@require_safe
def podcast(request: HttpRequest, username: str) -> HttpResponse:
    """The feed that podcast programs subscribe to."""
    author, site = get_person(username, None), current_site()
    with override(author.language or site.language):
        made = podcast_of(author, site.name, site.language)
        return answer_once(request, to_podcast(made), FEED_TYPE, made.changed, made.language)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest) -> HttpResponse:
    """Say what one's podcast is called and about."""
    viewer = signed_in(request)
    card = card_of(viewer)
    said = request.POST if request.method == "POST" else None
    form = PodcastForm(said, initial={name: getattr(card, name) for name in PodcastForm.base_fields})
    if request.method == "POST" and form.is_valid():
        try:
            describe_podcast(viewer, **form.cleaned_data)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, _("Saved."))
            return redirect("feeds:podcast_edit")
    shown = podcast_of(viewer, current_site().name, current_site().language)
    context = {"viewer": viewer, "form": form, "podcast": shown, "address": absolute(shown.address)}
    return render(request, "feeds/podcast_edit.html", context, status=422 if form.errors else 200)


@require_safe
def cover(request: HttpRequest, username: str) -> HttpResponse:
    """The cover of a podcast."""
    return answer_once(request, cover_of(get_person(username, None)), "image/jpeg", EMPTY)


@require_safe
def episode(request: HttpRequest, username: str, pk: int, ending: str) -> HttpResponseBase:
    """One sound, under the ending that programs look at; or its cover (``jpg``) or chapters (``json``)."""
    get_person(username, None)
    found = find_episode(username, pk)
    if found is None:
        raise Http404
    if ending == found.suffix:
        return file(request, found.file.key, found.variant)
    if ending == "m4a" and "aac" in found.file.variants:  # a program read the feed before that made room for others
        return file(request, found.file.key, "aac")
    picture = cover_of_episode(found) if ending == "jpg" else None
    if picture:
        return answer_once(request, picture, "image/jpeg", changed_at(found.post))
    if ending == "json" and found.file.chapters:
        return answer_once(request, to_chapters(found), CHAPTERS_TYPE, changed_at(found.post))
    raise Http404
