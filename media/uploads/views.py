"""The addresses of resumable uploads (tus 1.0), and of the question whether a file would be taken."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.http import viewer_of
from core.ratelimit import check, limited
from media.models import Kind, Upload
from media.services.receive import check_head, size_limit
from media.sniff import HEAD
from media.store import StorageFull
from media.uploads import parts, protocol
from media.uploads.parts import Busy
from media.uploads.protocol import CONTENT_TYPE, VERSION, Wrong, read_checksum, read_creation, read_number
from media.uploads.quota import QuotaExceeded
from media.uploads.services import (
    Writing,
    begin_upload,
    check_room,
    finish_if_complete,
    join_uploads,
    settle,
    take_up,
)
from media.uploads.sink import SINK, Sink

View = Callable[..., HttpResponse]
READ = 256 * 1024


def uploads(request: HttpRequest) -> HttpResponse:
    """Say what we speak (OPTIONS), or begin an upload (POST)."""
    if request.method == "OPTIONS":
        return _dressed(_abilities())
    return _answer(request, {"POST": _create})


def upload(request: HttpRequest, key: str) -> HttpResponse:
    """Say how far an upload is (HEAD), go on with it (PATCH), or end it (DELETE)."""
    if request.method == "OPTIONS":
        return _dressed(_abilities())
    return _answer(request, {"HEAD": _state, "PATCH": _go_on, "DELETE": _end}, key=key)


@require_POST
@limited("upload")
def check_file(request: HttpRequest) -> HttpResponse:
    """Say whether a file would be taken: ``size`` in the address, its first bytes as the body."""
    viewer = viewer_of(request)
    if viewer is None:
        return _signed_out()
    size = request.GET.get("size", "")
    if not (size.isascii() and protocol.NUMBER.fullmatch(size)):
        return JsonResponse({"error": _("No file arrived. Please add it again.")}, status=422)
    try:
        check_head(request.read(HEAD), int(size))
        check_room(viewer, int(size))
    except ValidationError as refused:
        return _refusal(refused)
    return HttpResponse(status=204)


def _answer(request: HttpRequest, views: dict[str, View], **where: Any) -> HttpResponse:
    """Do what is asked, and answer as the protocol has it, whatever goes wrong."""
    try:
        return _dressed(_checked(request, views)(request, **where))
    except Wrong as wrong:
        return _dressed(JsonResponse({"error": str(wrong)}, status=wrong.status))
    except Busy:
        sentence = _("This file is still being written by another connection. It goes on in a moment.")
        return _dressed(JsonResponse({"error": sentence}, status=423, headers={"Retry-After": "5"}))
    except ValidationError as refused:
        return _dressed(_refusal(refused))


def _checked(request: HttpRequest, views: dict[str, View]) -> View:
    method = request.method or ""
    if method == "POST":  # never GET, which is let through without a token
        method = request.headers.get("x-http-method-override", method)
    if method not in views:
        raise Wrong(405, "This is not done here.")
    if request.headers.get("tus-resumable") != VERSION:
        raise Wrong(412, f"Tus-Resumable has to be {VERSION}.")
    if viewer_of(request) is None:
        return lambda *_args, **_where: _signed_out()
    return views[method]


# --- what may be done -------------------------------------------------------------------------------------------------
def _create(request: HttpRequest) -> HttpResponse:
    sink, created = _sink(request), partial(_created, request)
    if sink.writing is not None:  # the bytes that came with the creation are here
        return created(sink.writing.upload, settle(sink.writing))
    viewer = _person(request)
    wish = read_creation(request.headers)
    check("part" if wish.is_partial else "upload", f"user:{viewer.pk}")
    if wish.parts:
        final = join_uploads(viewer, wish)
        return created(final, final.length)
    begun = begin_upload(viewer, wish)
    if request.content_type != CONTENT_TYPE:
        return created(begun, 0)
    return _take(request, sink, take_up(begun, 0, sink.length, read_checksum(request.headers)), created)


def _state(request: HttpRequest, key: str) -> HttpResponse:
    found = _own(request, key)
    parts.let_end(found.key)
    here = finish_if_complete(found)
    said = {"Upload-Length": str(found.length), **_progress(found, here)}
    if found.is_partial:
        said["Upload-Concat"] = "partial"
    elif pieces := found.parts.order_by("pk").values_list("key", flat=True):
        places = [protocol.address_of(piece, request.path) for piece in pieces]
        said["Upload-Concat"] = f"final;{' '.join(places)}"
    if found.name:
        said["Upload-Metadata"] = protocol.write_metadata(found.name)
    return HttpResponse(headers=said)


def _go_on(request: HttpRequest, key: str) -> HttpResponse:
    sink = _sink(request)
    if sink.writing is not None:
        return _patched(sink.writing.upload, settle(sink.writing))
    if request.content_type != CONTENT_TYPE:
        raise Wrong(415, f"Content-Type has to be {CONTENT_TYPE}.")
    found, offset = _own(request, key), read_number(request.headers, "upload-offset")
    check("part", f"user:{found.owner_id}")
    return _take(request, sink, take_up(found, offset, sink.length, read_checksum(request.headers)), _patched)


def _end(request: HttpRequest, key: str) -> HttpResponse:
    _own(request, key).delete()
    return HttpResponse(status=204)


def _take(
    request: HttpRequest, sink: Sink, writing: Writing, done: Callable[[Upload, int], HttpResponse]
) -> HttpResponse:
    """Have the server in front bring the body here and ask again; without one, read it now."""
    if sink.is_offered:
        sink.writing = writing
        return HttpResponse(status=204)
    try:
        while (data := request.read(READ)) and writing.write(data):
            pass
    finally:
        writing.end()
    return done(writing.upload, settle(writing))


# --- answers ----------------------------------------------------------------------------------------------------------
def _created(request: HttpRequest, begun: Upload, here: int) -> HttpResponse:
    place = protocol.address_of(begun.key, request.path)
    return HttpResponse(status=201, headers={"Location": place, **_progress(begun, here)})


def _patched(found: Upload, here: int) -> HttpResponse:
    return HttpResponse(status=204, headers=_progress(found, here))


def _progress(found: Upload, here: int) -> dict[str, str]:
    said = {"Upload-Offset": str(here), "Upload-Expires": http_date(found.expires.timestamp())}
    return said | ({"Upload-Attachment": str(found.attachment_id)} if found.attachment_id else {})


def _abilities() -> HttpResponse:
    said = {
        "Tus-Version": VERSION,
        "Tus-Extension": protocol.EXTENSIONS,
        "Tus-Max-Size": str(max(size_limit(Kind(kind)) for kind in Kind.values)),
        "Tus-Checksum-Algorithm": ",".join(protocol.ALGORITHMS),
    }
    return HttpResponse(status=204, headers=said)


def _refusal(refused: ValidationError) -> HttpResponse:
    """Answer with the sentence: 413 for more than may be kept, 507 for a full disk or site, 422 for all else."""
    status = 422
    if isinstance(refused, QuotaExceeded):
        status = 507 if refused.is_of_site else 413
    elif isinstance(refused, StorageFull):
        status = 507
    return JsonResponse({"error": refused.messages[0]}, status=status)


def _signed_out() -> HttpResponse:
    return JsonResponse({"error": _("Sign in to do that.")}, status=401)


def _dressed(response: HttpResponse) -> HttpResponse:
    response.headers["Tus-Resumable"] = VERSION
    response.headers["Cache-Control"] = "no-store"
    if response.status_code == 412:
        response.headers["Tus-Version"] = VERSION
    return response


# --- what a request brings --------------------------------------------------------------------------------------------
def _own(request: HttpRequest, key: str) -> Upload:
    return get_object_or_404(Upload.objects.select_related("owner", "attachment"), owner=_person(request), key=key)


def _person(request: HttpRequest) -> Any:
    viewer = viewer_of(request)
    if viewer is None:
        raise Http404
    return viewer


def _sink(request: HttpRequest) -> Sink:
    """Return what the server in front offers, or nothing but the length it was told."""
    offered: Sink | None = request.META.get(SINK)
    if offered is not None:
        return offered
    length = request.META.get("CONTENT_LENGTH") or ""
    return Sink(int(length) if length.isdigit() else None, is_offered=False)
