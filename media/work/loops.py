"""Pictures that move: short silent films, a tenth of the bytes of a GIF."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import BinaryIO

from PIL import Image

from media.work.film_writer import FilmWriter
from media.work.images import bare, blur, make_renditions, mean_color, on_white, open_image, save_webp
from media.work.task import Job, Made, Refused

MAX_FRAMES = 1500
MAX_PIXELS = 1_500_000_000  # of all frames together
SIDE = 1280
SHORTEST, USUAL = 0.02, 0.1  # browsers show frames of less than 20 ms for 100 ms


def make_picture_or_loop(source: BinaryIO, job: Job) -> Made:
    """Make a film of a picture that moves, renditions of one that does not."""
    picture = open_image(source, job["reader"])
    if job["purpose"] != "post" or not _moves(picture):
        return make_renditions(picture, job)
    return _make_loop(picture)


def _moves(picture: Image.Image) -> bool:
    try:
        return bool(getattr(picture, "is_animated", False))
    except Exception as error:
        raise Refused("broken") from error


def _make_loop(picture: Image.Image) -> Made:
    frames = _frames(picture)
    first, seconds = next(frames)
    writer = FilmWriter("original.mp4", first.size, (SIDE, SIDE), rate=25)
    made = Made("video", *writer.size, blurhash=blur(first), color=mean_color(first), is_loop=True)
    made.variants["poster"] = save_webp(first.resize(writer.size, Image.Resampling.LANCZOS), "poster")
    at, last = 0.0, first
    for last, shown in itertools.chain([(first, seconds)], frames):
        writer.write_picture(last, at)
        at += shown
    writer.write_picture(last, at - SHORTEST)  # so that the last one is seen as long as it was meant
    made.duration = round(at, 3)
    made.variants["original"] = writer.close()
    return made


def _frames(picture: Image.Image) -> Iterator[tuple[Image.Image, float]]:
    """Yield each frame with the seconds it is seen; Refused for endless ones."""
    if picture.n_frames > MAX_FRAMES or picture.n_frames * picture.width * picture.height > MAX_PIXELS:  # type: ignore[attr-defined]
        raise Refused("too_many_frames")
    for number in range(picture.n_frames):  # type: ignore[attr-defined]
        try:
            picture.seek(number)
            frame = picture.convert("RGBA")
            seconds = float(picture.info.get("duration") or 0) / 1000
        except Exception as error:
            if number == 0:
                raise Refused("broken") from error
            return  # a download that was cut off moves as far as it goes
        yield bare(on_white(frame)), seconds if SHORTEST <= seconds <= 60 else USUAL
