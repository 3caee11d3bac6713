"""Films and sounds opened: which tracks are used, and what they say about themselves."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, BinaryIO, Final

import av

from media.limits import FILM_PIXELS
from media.work.task import Refused

MAX_VIDEO_SECONDS: Final = 2 * 3600
MAX_AUDIO_SECONDS: Final = 4 * 3600
LOOKED_AT = 60  # packets
MAX_TRACKS = 24
USUAL_RATE = 25.0
# Nothing in a file may name another file or address to be opened, by any protocol (S40).
SEALED = {"protocol_whitelist": "none", "enable_drefs": "0"}


@dataclass
class Tracks:
    """The one film track and the one sound track that are used; data, subtitles and covers are not."""

    media: Any
    video: Any
    audio: Any

    @property
    def used(self) -> list[Any]:
        """The tracks to read."""
        return [track for track in (self.video, self.audio) if track]

    @property
    def seconds(self) -> float:
        """How long it is, as the container claims; 0 where it claims nothing."""
        return max(0.0, float(self.media.duration or 0) / av.time_base)


def open_tracks(source: BinaryIO, reader: str) -> Tracks:
    """Open ``source`` with the demuxer ``reader``; Refused when there is nothing to see or hear, or too much of it."""
    source.seek(0)
    try:
        media = av.open(source, format=reader, options=SEALED, metadata_errors="replace")
    except av.error.FFmpegError as error:
        raise Refused("broken") from error
    if len(media.streams) > MAX_TRACKS:
        raise Refused("too_large")
    covers = av.stream.Disposition.attached_pic
    films = [track for track in media.streams.video if track.codec_context and not track.disposition & covers]
    sounds = [track for track in media.streams.audio if track.codec_context]
    tracks = Tracks(media, films[0] if films else None, sounds[0] if sounds else None)
    _check(tracks)
    return tracks


def _check(tracks: Tracks) -> None:
    if not tracks.used:
        raise Refused("empty")
    if tracks.seconds > (MAX_VIDEO_SECONDS if tracks.video else MAX_AUDIO_SECONDS):
        raise Refused("too_long")
    if tracks.video and not 0 < tracks.video.codec_context.width * tracks.video.codec_context.height <= FILM_PIXELS:
        raise Refused("too_large" if tracks.video.codec_context.width else "broken")


def is_timed(tracks: Tracks) -> bool:
    """Whether the pictures of a film have times of their own; some recorders and tools lose them all.

    Reads the beginning; open the file again afterwards.
    """
    packets = itertools.islice(tracks.media.demux(tracks.video), LOOKED_AT)
    times = [packet.pts if packet.pts is not None else packet.dts for packet in packets if packet.size]
    return len(times) < 4 or len({time for time in times if time is not None}) * 2 > len(times)


def rate_of(tracks: Tracks) -> float:
    """Return the frames a second that a film without times was meant to have."""
    track = tracks.video
    for claimed in (track.codec_context.framerate, track.guessed_rate, track.base_rate):
        if claimed and 1 <= claimed <= 120:
            return float(claimed)
    return USUAL_RATE


def shown_size(tracks: Tracks, rotation: int) -> tuple[int, int]:
    """Return the size in square pixels as it is seen, turned by ``rotation`` degrees."""
    context = tracks.video.codec_context
    shape = tracks.video.sample_aspect_ratio or Fraction(1)
    width = round(context.width * shape) if Fraction(1, 8) < shape < 8 else context.width
    return (context.height, width) if rotation % 180 else (width, context.height)
