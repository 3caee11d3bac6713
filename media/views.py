"""Handing out files: the view says who may have one, the server in front sends it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import PurePath
from typing import Any, Final

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from core.http import viewer_of
from core.prepared import Prepared
from media import store
from media.access import Access, access_to
from media.derived import stand_in
from media.models import Attachment, Caption
from media.sandbox import TYPES
from media.services.evict import request_remake
from media.tickets import NAME, holder_of
from media.video import board, hls, opening

SENT: Final = TYPES | {hls.TYPE, board.TYPE}
DRAFT: Final = "draft"
YEAR: Final = 31_536_000
SOON: Final = 60  # seconds until what was deleted, or is for others now, is gone from every cache that asks us
HEADERS: Final = {
    Access.EVERYBODY: {
        # Readers' own caches keep it for good; caches that many share ask again after a minute, for it may be gone.
        "Cache-Control": f"public, max-age={YEAR}, s-maxage={SOON}, immutable",
        "Cross-Origin-Resource-Policy": "cross-origin",  # feed readers and link previews show public pictures
    },
    Access.SOME: {"Cache-Control": f"private, max-age={SOON}"},
}
# A file is never a page: no script, no frame, no form, nothing loaded but itself (S05). Browsers show a film that is
# opened by itself inside a page of their own, which may load it only if it keeps its origin; it goes without a style.
SANDBOX = "sandbox allow-same-origin; default-src 'none'; img-src 'self'; media-src 'self'"


@require_safe
def file(request: HttpRequest, key: str, variant: str, suffix: str | None = None) -> HttpResponseBase:
    """Send one variant of a file, with or without its suffix; what is not seen answers as what does not exist."""
    attachment, access = _seen(request, key)
    asked = attachment.variants.get(variant) or _successor(attachment, variant)
    if asked is None or suffix not in {None, PurePath(asked["file"]).suffix[1:]}:
        raise Http404
    found = asked if "gone" not in asked else _stand_in(attachment, variant)
    response = _content(found, request.method or "GET")
    response.headers["Content-Disposition"] = _disposition(attachment, found)
    if variant == opening.PLAYLIST:
        return _guarded(response, access, lasts=0)
    passes = found is not asked or found["type"] == hls.TYPE or variant in {DRAFT, opening.FILE}
    return _guarded(response, access, lasts=SOON if passes else YEAR)


@require_safe
def captions(request: HttpRequest, key: str, language: str) -> HttpResponseBase:
    """Send the captions of a film or a sound in one language."""
    attachment, access = _seen(request, key)
    found = get_object_or_404(Caption, attachment=attachment, language=language)
    return _guarded(HttpResponse(found.text, content_type=f"{board.TYPE}; charset=utf-8"), access, lasts=SOON)


def _seen(request: HttpRequest, key: str) -> tuple[Attachment, Access]:
    """Return a file and how far it may travel; 404 for whoever may not see it."""
    found = _files().objects(key)
    if not found:
        raise Http404
    attachment: Attachment = found[0]
    access = access_to(attachment, viewer_of(request))
    if not access and NAME in request.GET:
        access = access_to(attachment, holder_of(request.GET[NAME], key))
    if not access:
        raise Http404
    return attachment, access


@cache
def _files() -> Prepared:
    return Prepared(lambda key: Attachment.objects.filter(key=key), 1)


def _successor(attachment: Attachment, variant: str) -> Mapping[str, Any] | None:
    """Return what has taken a variant's place: pages that were opened while a film was made still name what it was."""
    name = "film" if variant == DRAFT else opening.successor(attachment, variant)
    found: Mapping[str, Any] | None = attachment.variants.get(name)
    return found


def _stand_in(attachment: Attachment, variant: str) -> Mapping[str, Any]:
    """Return what is sent instead of an evicted variant, which is made again; 404 where nothing can stand in."""
    request_remake(attachment)
    found = stand_in(attachment, variant)
    if found is None:
        raise Http404
    return found


def _guarded(response: HttpResponseBase, access: Access, *, lasts: int) -> HttpResponseBase:
    """Return the answer with the headers that keep it where it belongs; ``lasts`` (s) is less for what is made anew."""
    for name, value in HEADERS[access].items():
        response.headers[name] = value
    if lasts < SOON or (lasts == SOON and access == Access.EVERYBODY):
        whose = "public" if access == Access.EVERYBODY else "private"
        response.headers["Cache-Control"] = f"{whose}, max-age={lasts}"
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _content(found: Mapping[str, Any], method: str) -> HttpResponseBase:
    """Name the file to the server in front (X-Accel-Redirect, as nginx has it), or send it where there is none."""
    media_type = found["type"] if found["type"] in SENT else "application/octet-stream"
    if getattr(settings, "SENDFILE", True):
        return HttpResponse(content_type=media_type, headers={"X-Accel-Redirect": store.handed(found["file"], method)})
    try:
        return FileResponse(store.place().open(found["file"]), content_type=media_type)
    except FileNotFoundError:
        raise Http404 from None


def _disposition(attachment: Attachment, found: Mapping[str, Any]) -> str:
    """Show it in the page; under its owner's name for it, with the suffix it has now, when it is saved."""
    name = PurePath(attachment.name).stem or attachment.kind
    return content_disposition_header(False, name + PurePath(found["file"]).suffix) or "inline"
