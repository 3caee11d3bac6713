"""What all work on sounds begins with: packets become frames, and frames of any form become frames of one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import av
from av.audio.resampler import AudioResampler

from media.work.tracks import Tracks


def layout_of(track: Any) -> str:
    """Return what a track is mixed to: one channel stays one, more than two become two."""
    return "mono" if track.codec_context.channels == 1 else "stereo"


def decoded(packet: Any) -> Iterator[Any]:
    """Yield the frames of a packet, of a sound or of a film; a damaged one is a gap, not the end."""
    try:
        yield from packet.decode()
    except (av.error.InvalidDataError, av.error.EOFError):
        return


def frames_of(tracks: Tracks) -> Iterator[Any]:
    """Yield every frame of the sound."""
    for packet in tracks.media.demux(tracks.audio):
        yield from decoded(packet)


def pulled(sink: Any) -> Iterator[Any]:
    """Yield what has come out of a filter."""
    while True:
        try:
            yield sink.pull()
        except (av.error.BlockingIOError, av.error.EOFError):
            return


class Resampler:
    """Brings frames into one form, also where a recording changes its own on the way."""

    def __init__(self, form: str, layout: str, rate: int, block: int | None = None) -> None:
        self.how = (form, layout, rate, block)
        self.present = AudioResampler(*self.how)

    def resample(self, frame: av.AudioFrame | None) -> list[av.AudioFrame]:
        """Return what is ready; with ``None`` for the end, what was kept back."""
        try:
            return self.present.resample(frame)
        except ValueError:
            rest = self.present.resample(None)
            self.present = AudioResampler(*self.how)
            return rest + self.present.resample(frame)
