"""Sounds heard once from beginning to end: how long they are, how loud, and the shape of their wave."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, field
from typing import Final

import av

from media.work.sound import Resampler, frames_of, layout_of, pulled
from media.work.task import Refused
from media.work.tracks import MAX_AUDIO_SECONDS, Tracks

BARS: Final = 64
PEAKS: Final = 1000  # of the fine wave
RATE, BLOCK = 8000, 400  # the wave is read at 8 kHz mono, in blocks of 50 ms
METER_RATE: Final = 48_000
SILENCE: Final = -70.0  # LUFS; what is quieter counts as nothing (EBU R 128)


@dataclass
class Heard:
    """What one hearing told."""

    seconds: float = 0.0
    loudness: float = SILENCE
    """Integrated, in LUFS (ITU-R BS.1770)."""
    peak: float = 0.0
    """The highest sample, from 0 to 1."""
    blocks: list[int] = field(default_factory=list)
    """The highest sample of each 50 ms, from 0 to 32,768."""

    @property
    def wave(self) -> list[int]:
        """Sixty-four heights."""
        return bars(self.blocks)

    @property
    def peaks(self) -> list[int]:
        """The fine wave: a height for each block, and at most a thousand."""
        return bars(self.blocks, min(PEAKS, len(self.blocks)))


def listen(tracks: Tracks, at_most: float = MAX_AUDIO_SECONDS) -> Heard:
    """Decode everything; Refused when it is longer than ``at_most`` seconds, or there is nothing to hear."""
    heard, meter, samples = Heard(), LoudnessMeter(layout_of(tracks.audio)), 0
    resampler = Resampler("s16", "mono", RATE, BLOCK)
    for frame in (*frames_of(tracks), None):
        for part in resampler.resample(frame):
            values = memoryview(part.planes[0]).cast("h")[: part.samples]
            heard.blocks.append(max(*values, -min(values)))
            samples += part.samples
        meter.hear(frame)
        if samples > at_most * RATE:
            raise Refused("too_long")
    if not samples:
        raise Refused("broken")
    heard.seconds = round(samples / RATE, 3)
    heard.loudness, heard.peak = meter.loudness, meter.peak
    return heard


class LoudnessMeter:
    """Integrated loudness and the highest sample, as EBU R 128 has it: measured by FFmpeg's filter ebur128.

    One channel is measured as it is heard, from both sides.
    """

    def __init__(self, layout: str) -> None:
        self.resampler = Resampler("flt", layout, METER_RATE)
        self.graph = graph = av.filter.Graph()
        self.source = graph.add_abuffer(format="flt", layout=layout, sample_rate=METER_RATE)
        self.sink = graph.add("abuffersink")
        meter = graph.add("ebur128", f"metadata=1:peak=sample:dualmono={int(layout == 'mono')}")
        graph.link_nodes(self.source, meter, self.sink).configure()
        self.samples = 0
        self.said: dict[str, str] = {}

    @property
    def loudness(self) -> float:
        """LUFS; SILENCE for less than 0.4 s, and where there is nothing to hear."""
        value = float(self.said.get("lavfi.r128.I", SILENCE))
        return value if math.isfinite(value) else SILENCE

    @property
    def peak(self) -> float:
        """From 0 to 1 and, where more was recorded than fits, beyond."""
        value = float(self.said.get("lavfi.r128.sample_peak", 0))
        return value if math.isfinite(value) else 0.0

    def hear(self, frame: av.AudioFrame | None) -> None:
        """Take in a frame; ``None`` empties what was kept back."""
        for part in self.resampler.resample(frame):
            part.pts = self.samples  # the clock of a file may stand still or go back
            self.samples += part.samples
            self.source.push(part)
            for measured in pulled(self.sink):
                self.said = measured.metadata


def bars(peaks: list[int], count: int = BARS) -> list[int]:
    """Return the peaks (0 to 32,768) as ``count`` heights: the loudest is 100, half as loud is half as high."""
    loudest = max(peaks)
    if not loudest:
        return [0] * count
    edges = [len(peaks) * bar / count for bar in range(count + 1)]
    spans = itertools.pairwise(edges)
    highest = [max(peaks[int(start) : max(int(start) + 1, math.ceil(end))]) for start, end in spans]
    return [round(100 * peak / loudest) for peak in highest]
