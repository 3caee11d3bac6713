"""One quality of a film being written: H.264 and AAC in fragmented MP4, a fragment for each segment (CMAF)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final

import av
from av.video.frame import PictureType
from av.video.reformatter import VideoReformatter

from media.work.film_writer import CLOCK, MAX_RATE, MP4_OPTIONS
from media.work.ladder import Quality
from media.work.task import Variant

# What is whole is on the disk at once: the beginning of a film is shown while the rest is being made.
FRAGMENTS: Final = {
    "movflags": "+frag_keyframe+empty_moov+default_base_moof+cmaf",
    "fflags": "+bitexact+flush_packets",
}
COLOURS = ("color_primaries", "color_trc", "colorspace")


class Rendition:
    """A quality with its sound. The sound track is added, and given its packets, by whoever has them."""

    def __init__(self, quality: Quality, rate: float) -> None:
        self.quality = quality
        self.file = f"{quality.name}.mp4"
        self.film = av.open(self.file, "w", format="mp4", options=FRAGMENTS)
        shown = Fraction(min(rate, MAX_RATE)).limit_denominator(1001)
        self.picture: Any = self.film.add_stream("libx264", rate=shown, options=quality.options)
        self.picture.width, self.picture.height, self.picture.pix_fmt = quality.width, quality.height, "yuv420p"
        self.picture.codec_context.time_base = CLOCK
        self.shrink = VideoReformatter().reformat
        self.is_begun = False

    def resize(self, frame: Any) -> Any:
        """Return ``frame`` in the size of this quality."""
        way = "AREA" if frame.width >= 2 * self.quality.width else "BICUBIC"
        return self.shrink(frame, self.quality.width, self.quality.height, "yuv420p", interpolation=way)

    def write(self, frame: Any, at: float, is_key: bool) -> None:
        """Show ``frame``, already of the right size, from second ``at`` on; a key frame begins a segment."""
        if not self.is_begun:
            self.is_begun = True
            for name in COLOURS:
                setattr(self.picture.codec_context, name, int(getattr(frame, name)))
        frame.pts, frame.time_base = round(at / CLOCK), CLOCK
        frame.pict_type = PictureType.I if is_key else PictureType.NONE
        self.film.mux(self.picture.encode(frame))

    def close(self) -> Variant:
        """Finish the file; what its sound track kept back has to be written before."""
        self.film.mux(self.picture.encode())
        self.film.close()
        return {"file": self.file, "type": "video/mp4", "width": self.quality.width, "height": self.quality.height}


@dataclass
class CopiedSound:
    """The sound of a quality that is finished, for those that are not: it is encoded once."""

    packets: Iterator[Any]
    targets: list[tuple[Any, Any]] = field(default_factory=list)
    held: Any = None

    @classmethod
    def of(cls, name: str, renditions: Iterable[Rendition]) -> CopiedSound | None:
        """Take the sound from the file ``name``; ``None`` where it has none."""
        media = av.open(name)
        if not media.streams.audio:
            return None
        track = media.streams.audio[0]
        targets = [(one.film, one.film.add_stream_from_template(track)) for one in renditions]
        return cls((packet for packet in media.demux(track) if packet.size), targets)

    def write_until(self, at: float) -> None:
        """Write what is heard before second ``at``."""
        while (packet := self.held or next(self.packets, None)) is not None:
            self.held = packet
            if float(packet.pts * packet.time_base) > at:
                return
            self.held, clock = None, (packet.pts, packet.dts, packet.time_base)
            for film, stream in self.targets:
                packet.pts, packet.dts, packet.time_base = clock  # writing changes them to those of the target
                packet.stream = stream
                film.mux(packet)


def write_progressive(source: str, name: str) -> Variant:
    """Copy a finished quality into a plain MP4, its index at the front: for programs that know no playlists."""
    with av.open(source) as media, av.open(name, "w", format="mp4", options=MP4_OPTIONS) as film:
        targets = {track.index: film.add_stream_from_template(track) for track in media.streams}
        for packet in media.demux():
            if packet.size:
                packet.stream = targets[packet.stream.index]
                film.mux(packet)
        context = media.streams.video[0].codec_context
        return {"file": name, "type": "video/mp4", "width": context.width, "height": context.height}
