"""Writing a film that every browser plays: H.264 and AAC in MP4, its index at the front."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import av
from av.audio.resampler import AudioResampler
from PIL import Image

from media.work.task import Variant

CLOCK = Fraction(1, 90_000)
MAX_RATE = 60
MP4_OPTIONS = {"movflags": "+faststart", "fflags": "+bitexact"}
X264 = {"preset": "veryfast", "crf": "23", "profile": "high", "threads": "2", "bf": "2", "g": "120"}
SOUND_RATE, SOUND_BITS, SOUND_FRAME = 48_000, 128_000, 1024
GAP = SOUND_RATE // 5  # a silence; less is a time that was rounded, or went back
SHORTEST = 0.9 / MAX_RATE  # seconds between two frames; what comes faster is left out


class FilmWriter:
    """One film being written into the working folder."""

    def __init__(self, name: str, size: tuple[int, int], box: tuple[int, int], rate: float, turn: int = 0) -> None:
        self.name = name
        self.size = fit(size, box)
        self.film = av.open(name, "w", format="mp4", options=MP4_OPTIONS)
        self.picture: Any = self.film.add_stream("libx264", rate=Fraction(rate).limit_denominator(1001), options=X264)
        self.picture.width, self.picture.height = self.size
        self.picture.pix_fmt = "yuv420p"
        self.picture.codec_context.time_base = CLOCK
        if turn:
            self.picture.set_display_rotation(turn)
        self.sound: Any = None
        self.last = -math.inf

    def add_sound(self, layout: str) -> None:
        """Give the film a sound track, before anything is written."""
        self.sound = SoundTrack(self.film, layout)

    def write(self, frame: av.VideoFrame, at: float) -> None:
        """Show ``frame`` from second ``at`` on; what comes too fast after the last one is left out."""
        if at - self.last < SHORTEST:
            return
        self.last = at
        small = frame.reformat(*self.size, "yuv420p", interpolation="AREA")
        small.pts, small.time_base = round(at / CLOCK), CLOCK
        self.film.mux(self.picture.encode(small))

    def write_picture(self, picture: Image.Image, at: float) -> None:
        """Show a picture (RGB) from second ``at`` on."""
        self.write(av.VideoFrame.from_image(picture), at)  # type: ignore[no-untyped-call]

    def close(self) -> Variant:
        """Finish the file."""
        self.film.mux(self.picture.encode())
        if self.sound:
            self.sound.end()
        self.film.close()
        return {"file": self.name, "type": "video/mp4", "width": self.size[0], "height": self.size[1]}


class SoundTrack:
    """AAC being written into a film or a file of its own."""

    def __init__(self, target: Any, layout: str) -> None:
        self.target = target
        self.stream = target.add_stream("aac", rate=SOUND_RATE, layout=layout)
        self.stream.codec_context.bit_rate = SOUND_BITS
        self.resampler = AudioResampler("fltp", layout, SOUND_RATE, SOUND_FRAME)
        self.next = 0

    def write(self, frame: av.AudioFrame | None) -> None:
        """Add what was heard; ``None`` empties what was kept back."""
        for part in self.resampler.resample(frame):
            meant = round((part.time or 0.0) * SOUND_RATE)
            part.pts = meant if meant > self.next + GAP else self.next
            part.time_base = Fraction(1, SOUND_RATE)
            self.next = part.pts + part.samples
            self.target.mux(self.stream.encode(part))

    def end(self) -> None:
        """Write what is left."""
        self.write(None)
        self.target.mux(self.stream.encode(None))


def fit(size: tuple[int, int], box: tuple[int, int]) -> tuple[int, int]:
    """Return ``size`` within ``box`` (or the box turned), never larger than it was, in the even numbers H.264 needs."""
    long, short = max(box), min(box)
    share = min(1.0, long / max(size), short / min(size))
    return max(2, round(size[0] * share / 2) * 2), max(2, round(size[1] * share / 2) * 2)
