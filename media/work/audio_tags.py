"""What a recording brings along that its listeners want: a cover and chapters. Everything else stays behind."""

from __future__ import annotations

import io
import math
import unicodedata
from typing import Any, Final

import av
from PIL import Image

from media.work.images import blur, decode, mean_color, on_white, open_image, save_webp
from media.work.task import Chapter, Made, Refused

MAX_CHAPTERS: Final = 100
TITLE_LENGTH: Final = 120
MAX_COVER_BYTES = 12 * 1024 * 1024
COVERS: Final = {"mjpeg": "JPEG", "png": "PNG", "webp": "WEBP", "bmp": "BMP", "gif": "GIF"}  # codec -> our decoder
COVER_SIDE, THUMB_SIDE = 1400, 320  # what podcast programs ask for, and what the player shows
COVER_QUALITY = 85


def read_chapters(media: Any) -> list[Chapter]:
    """Return the chapters of an open file in their order, as far as they have a name and a time."""
    found: dict[float, str] = {}
    for chapter in media.chapters():
        start = float(chapter["start"] * chapter["time_base"])
        title = plain_title(str(chapter.get("metadata", {}).get("title", "")))
        if title and math.isfinite(start) and start >= 0:
            found.setdefault(round(start, 3), title)
    return [{"start": start, "title": found[start]} for start in sorted(found)[:MAX_CHAPTERS]]


def plain_title(title: str) -> str:
    """Return a title in one line without invisible characters, and not longer than fits."""
    words = " ".join(title.split())
    plain = "".join(char for char in words if unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Cn"})
    return plain.replace("\ufffd", "").strip()[:TITLE_LENGTH].rstrip()


def write_cover(media: Any, made: Made) -> None:
    """Write the embedded cover, if there is one that can be read, as files of its own."""
    try:
        content = _embedded(media)
        cover = on_white(decode(content)) if content else None
    except (Refused, av.error.FFmpegError):
        return  # a sound without a picture is a sound
    if cover is None:
        return
    cover.thumbnail((COVER_SIDE, COVER_SIDE), Image.Resampling.LANCZOS, reducing_gap=2)
    cover.save("cover.jpg", "JPEG", quality=COVER_QUALITY, progressive=True)
    made.variants["cover"] = {
        "file": "cover.jpg", "type": "image/jpeg", "width": cover.width, "height": cover.height
    }  # fmt: skip
    made.blurhash, made.color = blur(cover), mean_color(cover)
    thumb = cover.copy()
    thumb.thumbnail((THUMB_SIDE, THUMB_SIDE), Image.Resampling.LANCZOS)
    made.variants["thumb"] = save_webp(thumb, "thumb")


def _embedded(media: Any) -> Image.Image | None:
    """Return the first picture that a file carries, not yet decoded."""
    for track in media.streams.video:
        kind = COVERS.get(track.codec_context.name if track.codec_context else "")
        if kind and track.disposition & av.stream.Disposition.attached_pic:
            packet = next(media.demux(track), None)
            if packet is not None and 0 < packet.size <= MAX_COVER_BYTES:
                return open_image(io.BytesIO(bytes(packet)), kind)
    return None
