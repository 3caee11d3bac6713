"""Writing captions: one page for each film or sound, seen by whoever brought it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.display import language_name
from core.http import one_file, viewer_of
from core.ratelimit import check
from media.models import Attachment, State
from media.video.captions import delete_captions, language_names, save_captions
from media.video.vtt import MOST_BYTES, Cue, parse_captions, read_captions

if TYPE_CHECKING:
    from accounts.models import User


@require_http_methods(["GET", "POST"])
def edit_captions(request: HttpRequest, key: str) -> HttpResponse:
    """Show the captions of one's own film, those in ``?language=`` to be written; others' are not there."""
    viewer = viewer_of(request)
    if viewer is None:
        return redirect_to_login(reverse("media:edit_captions", args=[key]))
    file = get_object_or_404(Attachment, key=key, owner=viewer, kind__in=["video", "audio"], state=State.READY)
    if request.method == "GET":
        return _page(request, file, request.GET.get("language", ""))
    language = request.POST.get("language", "")
    if request.POST.get("action") == "delete":
        delete_captions(viewer, file, language)
        return HttpResponseRedirect(reverse("media:edit_captions", args=[key]))
    return _save(request, viewer, file, language)


def _save(request: HttpRequest, viewer: User, file: Attachment, language: str) -> HttpResponse:
    """Keep what was written or brought, and show it; or show what is wrong with it, and all that was typed."""
    check("upload", f"user:{viewer.pk}")
    try:
        save_captions(viewer, file, language, _cues(request))
    except ValidationError as refused:
        return _page(request, file, language, text=request.POST.get("text", ""), error=refused.messages[0])
    return HttpResponseRedirect(f"{reverse('media:edit_captions', args=[file.key])}?language={language}&saved=1")


def _cues(request: HttpRequest) -> list[Cue]:
    """Return what came: a file, where there is one, else the text."""
    upload = one_file(request, "file")
    if upload is not None:
        return read_captions(upload.read(MOST_BYTES + 1))
    return parse_captions(request.POST.get("text", ""))


def _page(
    request: HttpRequest, file: Attachment, language: str, *, text: str | None = None, error: str = ""
) -> HttpResponse:
    captions = {caption.language: caption.text for caption in file.captions.order_by("language")}
    known = dict(language_names())
    own = get_language() or "en"
    language = language if language in known else own if own in captions else next(iter(captions), own)
    context = {
        "file": file,
        "film_url": file.url("film"),
        "poster_url": file.url("poster"),
        "language": language,
        "language_name": language_name(language),
        "languages": [(code, known.get(code, code)) for code in captions],
        "choices": known.items(),
        "text": captions.get(language, "WEBVTT\n") if text is None else text,
        "is_there": language in captions,
        "error": error,
        "note": _("Saved.") if "saved" in request.GET and not error else "",
    }
    return render(request, "media/captions.html", context, status=422 if error else 200)
