"""Frames that can stand for a film: some along its way, of which its author chooses, and the most telling of them."""

from __future__ import annotations

import itertools
from typing import Any, BinaryIO, Final

import av
from PIL import Image, ImageStat

from media.work.film_writer import fit
from media.work.images import blur, mean_color, save_webp
from media.work.sound import decoded
from media.work.task import Job, Made, Refused
from media.work.tracks import Tracks, open_tracks, shown_size

BOX: Final = (1280, 1280)
SHARES: Final = (0.1, 0.3, 0.5, 0.7, 0.9)  # of the film's time
EMPTY_CONTRAST = 8.0  # a frame with less (standard deviation of its brightness) is black, white or fog
PACKETS_TO_A_FRAME = 300  # more without one frame, and there is none
FRAMES_TO_GO = 90  # from a frame that stands by itself to the one that is meant


def look_at_film(source: BinaryIO, job: Job) -> Made:
    """Write the frames to choose from, as ``frame1`` and so on; ``poster`` is one of them until the author says so."""
    frames = _frames(open_tracks(source, job["reader"]))
    size = frames[0][1].size
    chosen = next((n for n, (_at, picture) in enumerate(frames) if _is_telling(picture)), 0)
    made = Made("video", *size, blurhash=blur(frames[chosen][1]), color=mean_color(frames[chosen][1]))
    for number, (_at, picture) in enumerate(frames):
        made.variants[f"frame{number + 1}"] = save_webp(picture.resize(fit(size, BOX)), f"frame{number + 1}")
    made.variants["poster"] = made.variants[f"frame{chosen + 1}"]
    return made


def _frames(tracks: Tracks) -> list[tuple[Any, Image.Image]]:
    """Return frames with their times, none of them twice; Refused when there is not one."""
    found: dict[Any, Image.Image] = {}
    for share in SHARES:
        _add(found, tracks, share * tracks.seconds)
    if not found:
        _add(found, tracks, 0.0)
    if not found:
        raise Refused("broken")
    return sorted(found.items(), key=lambda entry: entry[0] or 0)


def _add(found: dict[Any, Image.Image], tracks: Tracks, second: float) -> None:
    frame = _frame_at(tracks, second)
    if frame is not None and frame.pts not in found:
        size = shown_size(tracks, frame.rotation)
        found[frame.pts] = frame.to_image().rotate(frame.rotation, expand=True).resize(size)


def _is_telling(picture: Image.Image) -> bool:
    return ImageStat.Stat(picture.convert("L").resize((64, 64))).stddev[0] > EMPTY_CONTRAST


def _frame_at(tracks: Tracks, second: float) -> Any:
    """Return the frame seen at ``second``, or the last one before it that is not far to decode; ``None`` for none."""
    found = None
    try:
        tracks.media.seek(int(second * av.time_base))
        packets = itertools.islice(tracks.media.demux(tracks.video), PACKETS_TO_A_FRAME)
        frames = (frame for packet in packets for frame in decoded(packet))
        for found in itertools.islice(frames, FRAMES_TO_GO):
            if found.time is None or found.time >= second:
                break
    except av.error.FFmpegError:
        return found
    return found
