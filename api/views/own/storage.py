"""What the person's files take, and making room."""

from __future__ import annotations

from typing import Literal, TypedDict

from django.http import Http404

from api.endpoint import Call, endpoint
from api.entities.media import MediaAttachment, media_of
from core.ratelimit import check
from media.models import Attachment, Upload
from media.uploads.services import end_upload
from media.video.queue import request_conversion
from posts.storage import given_up_films, storage_of


class KindOfFiles(TypedDict):
    """What all files of one kind take together."""

    kind: Literal["image", "video", "audio"]
    bytes: int
    count: int


class LargeFile(MediaAttachment):
    """A file, how large it was when it was brought, and the post it stands in."""

    bytes: int
    purpose: Literal["post", "avatar", "header"]
    status_id: str | None


class GivenUpFilm(TypedDict):
    """A film that plays as it was brought, and why its other qualities could not be made."""

    id: str
    name: str
    problem: str
    status_id: str | None


class ComingFile(TypedDict):
    """A file that comes in parts; ``keys`` are the uploads it comes by."""

    name: str
    keys: list[str]
    bytes_here: int
    bytes: int


class StorageUse(TypedDict):
    """What is used of how much (bytes; null is without a limit), by kind, the largest files, and what is coming.

    ``site_left`` is what the whole site has left, where that is less; ``given_up`` are films in one quality only.
    """

    used: int
    limit: int | None
    left: int | None
    site_left: int | None
    kinds: list[KindOfFiles]
    largest: list[LargeFile]
    coming: list[ComingFile]
    given_up: list[GivenUpFilm]


@endpoint("GET", "api/polylog/v1/storage", "read:accounts", gives=StorageUse)
def show(call: Call) -> StorageUse:
    """What the person's files take; what counts is each file as it was brought."""
    found = storage_of(call.person)
    return {
        "used": found.room.used,
        "limit": found.room.limit,
        "left": found.room.left,
        "site_left": found.site_left,
        "kinds": [
            {"kind": one.kind.value, "bytes": one.bytes, "count": one.count}  # type: ignore[typeddict-item]
            for one in found.shares
        ],
        "largest": [_large(file) for file in found.largest],
        "coming": [
            {"name": one.name, "keys": one.keys, "bytes_here": one.here, "bytes": one.length} for one in found.coming
        ],
        "given_up": [
            {
                "id": str(one.pk),
                "name": one.attachment.name,
                "problem": one.problem,
                "status_id": _status_of(one.attachment),
            }
            for one in found.given_up
        ],
    }


@endpoint("DELETE", "api/polylog/v1/storage/uploads/<str:key>", "write:media")
def stop(call: Call, key: str) -> dict[str, str]:
    """Stop a file that comes in parts, and forget what has come of it."""
    upload = Upload.objects.filter(owner=call.person, key=key[:32]).first()
    if upload is None:
        raise Http404
    end_upload(upload)
    return {}


@endpoint("POST", "api/polylog/v1/media/<id:pk>/qualities", "write:media")
def try_again(call: Call, pk: int) -> dict[str, str]:
    """Have the qualities of one's own film made that were given up."""
    film = given_up_films(call.person).filter(pk=pk).first()
    if film is None:
        raise Http404
    check("upload", f"user:{call.person.pk}")
    request_conversion(film.attachment)
    return {}


def _large(file: Attachment) -> LargeFile:
    return {
        **media_of(file, file.owner_id),
        "bytes": file.size,
        "purpose": file.purpose,  # type: ignore[typeddict-item]
        "status_id": _status_of(file),
    }


def _status_of(file: Attachment) -> str | None:
    place = getattr(file, "post_place", None)
    return str(place.post_id) if place else None
