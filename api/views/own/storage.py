"""What the person's files take, and making room."""

from __future__ import annotations

from typing import Literal, TypedDict

from django.http import Http404

from api.endpoint import Call, endpoint
from api.entities.media import MediaAttachment, media_of
from media.models import Attachment, Upload
from media.uploads.services import end_upload
from posts.storage import storage_of


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


class ComingFile(TypedDict):
    """A file that comes in parts; ``keys`` are the uploads it comes by."""

    name: str
    keys: list[str]
    bytes_here: int
    bytes: int


class StorageUse(TypedDict):
    """What is used of how much (bytes; null is without a limit), by kind, the largest files, and what is coming."""

    used: int
    limit: int | None
    left: int | None
    kinds: list[KindOfFiles]
    largest: list[LargeFile]
    coming: list[ComingFile]


@endpoint("GET", "api/polylog/v1/storage", "read:accounts", gives=StorageUse)
def show(call: Call) -> StorageUse:
    """What the person's files take; what counts is each file as it was brought."""
    found = storage_of(call.person)
    return {
        "used": found.room.used,
        "limit": found.room.limit,
        "left": found.room.left,
        "kinds": [
            {"kind": one.kind.value, "bytes": one.bytes, "count": one.count}  # type: ignore[typeddict-item]
            for one in found.shares
        ],
        "largest": [_large(file) for file in found.largest],
        "coming": [
            {"name": one.name, "keys": one.keys, "bytes_here": one.here, "bytes": one.length} for one in found.coming
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


def _large(file: Attachment) -> LargeFile:
    place = getattr(file, "post_place", None)
    return {
        **media_of(file, file.owner_id),
        "bytes": file.size,
        "purpose": file.purpose,  # type: ignore[typeddict-item]
        "status_id": str(place.post_id) if place else None,
    }
