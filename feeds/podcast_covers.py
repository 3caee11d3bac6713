"""Covers as podcast directories ask for them: square JPEGs of 1,400 pixels, whatever a person's picture is like."""

from __future__ import annotations

import colorsys
import io
from collections.abc import Callable
from typing import Final, cast

from django.core.cache import cache
from PIL import Image, ImageDraw, ImageOps

from accounts.models import User
from accounts.models.user import HUES
from feeds.podcasts import Episode
from media import store

SIDE: Final = 1400
QUALITY = 82
DAY = 86_400
BARS: Final = (0.22, 0.44, 0.72, 0.5, 0.86, 0.6, 0.36, 0.58, 0.26)  # heights of a sound, as parts of the side


def cover_of(author: User) -> bytes:
    """Return the cover of a person's podcast: their face, or a sound in their colour."""
    face = author.avatar.variants.get("original") if author.avatar else None
    if face is None:
        return _kept(f"podcast-cover-hue-{author.hue}", lambda: _drawn(author.hue))
    return _kept(f"podcast-cover-{author.avatar_id}", lambda: _square(face["file"]))


def cover_of_episode(episode: Episode) -> bytes | None:
    """Return the cover that a sound brought along; ``None`` where it has none."""
    found = episode.file.variants.get("cover")
    return _kept(f"podcast-cover-{episode.file.pk}", lambda: _square(found["file"])) if found else None


def _kept(key: str, make: Callable[[], bytes]) -> bytes:
    """Return what was made before, within the last day."""
    return cast("bytes", cache.get_or_set(key, make, DAY))


def _square(name: str) -> bytes:
    """Cut out the middle of a picture that we have written ourselves."""
    with store.fetched(name) as source, Image.open(source, formats=["JPEG", "PNG", "WEBP"]) as picture:
        return _jpeg(ImageOps.fit(picture.convert("RGB"), (SIDE, SIDE), Image.Resampling.LANCZOS))


def _drawn(hue: int) -> bytes:
    paper, ink = (_color(hue, light) for light in (0.32, 0.93))
    cover = Image.new("RGB", (SIDE, SIDE), paper)
    brush, step = ImageDraw.Draw(cover), SIDE / (len(BARS) + 4)
    for n, height in enumerate(BARS):
        left, half = step * (n + 2.25), SIDE * height / 2.6
        corners = (left, SIDE / 2 - half, left + step / 2, SIDE / 2 + half)
        brush.rounded_rectangle(corners, radius=step / 4, fill=ink)
    return _jpeg(cover)


def _color(hue: int, lightness: float) -> tuple[int, int, int]:
    red, green, blue = colorsys.hls_to_rgb((hue + 0.5) / HUES, lightness, 0.42)
    return round(255 * red), round(255 * green), round(255 * blue)


def _jpeg(picture: Image.Image) -> bytes:
    target = io.BytesIO()
    picture.save(target, "JPEG", quality=QUALITY, progressive=True)
    return target.getvalue()
