"""Files."""

from __future__ import annotations

from typing import Any, Literal, TypedDict

from api.entities.forms import address
from media.models import Attachment, Kind, State
from media.tickets import with_ticket

Type = Literal["unknown", "image", "gifv", "video", "audio"]


class MediaAttachment(TypedDict):
    """A file; ``url`` is null while it is being prepared."""

    id: str
    type: Type
    url: str | None
    preview_url: str | None
    remote_url: None
    preview_remote_url: None
    text_url: None
    meta: dict[str, Any]
    description: str | None
    blurhash: str | None


def media_of(file: Attachment, holder_id: int | None = None) -> MediaAttachment:
    """Return a file as an attachment; ``holder_id`` is who it is for, where it is not for everybody."""
    is_ready = file.state == State.READY
    entity: MediaAttachment = {
        "id": str(file.pk),
        "type": _type(file),
        "url": address(file.url("film" if file.kind == Kind.VIDEO else "original")) if is_ready else None,
        "preview_url": _preview(file) if is_ready else None,
        "remote_url": None,
        "preview_remote_url": None,
        "text_url": None,
        "meta": _meta(file),
        "description": file.description or None,
        "blurhash": file.blurhash or None,
    }
    if holder_id is not None and is_ready:
        entity["url"] = entity["url"] and with_ticket(entity["url"], file, holder_id)
        entity["preview_url"] = entity["preview_url"] and with_ticket(entity["preview_url"], file, holder_id)
    return entity


def _type(file: Attachment) -> Type:
    match file.kind:
        case Kind.IMAGE:
            return "image"
        case Kind.VIDEO:
            return "gifv" if file.is_loop else "video"
        case Kind.AUDIO:
            return "audio"
    return "unknown"


def _preview(file: Attachment) -> str | None:
    if file.kind == Kind.AUDIO:
        return None
    return address(file.url("w640" if file.kind == Kind.IMAGE else "poster"))


def _meta(file: Attachment) -> dict[str, Any]:
    meta: dict[str, Any] = {}
    if file.width and file.height:
        meta["original"] = _size(file.width, file.height)
        preview = file.variants.get("poster") or file.variants.get("w640") or {}
        meta["small"] = _size(preview.get("width") or file.width, preview.get("height") or file.height)
    if file.kind == Kind.IMAGE or file.focus_x or file.focus_y:
        meta["focus"] = {"x": file.focus_x, "y": file.focus_y}
    if file.duration:
        meta["length"] = _clock(file.duration)
        meta["duration"] = file.duration
        meta["original"] = {
            **meta.get("original", {}),
            "duration": file.duration,
            "bitrate": int(8 * file.size / file.duration),
        }
    return meta


def _size(width: int, height: int) -> dict[str, Any]:
    return {"width": width, "height": height, "size": f"{width}x{height}", "aspect": width / height}


def _clock(seconds: float) -> str:
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(int(minutes), 60)
    return f"{hours}:{minutes:02d}:{rest:05.2f}"
