"""Loudness made equal, so that nobody has to reach for the knob between two films (EBU R 128, ITU-R BS.1770).

The target is -16 LUFS, as AES TD1008 advises for speech and mixed programmes heard on phones; -14 is what music
services use, and would make most amateur recordings run into the limiter. First it is measured, then turned up or
down by one factor for the whole recording, so that quiet stays quiet next to loud; only where a peak would be cut off
does ``loudnorm`` follow the sound.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

import av

from media.work.sound import Resampler, decoded, layout_of, pulled
from media.work.tracks import Tracks

TARGET: Final = -16.0  # LUFS
PEAK: Final = -1.5  # dBTP
SILENCE: Final = -55.0  # LUFS; what is quieter is hiss, and stays as it is
NOTHING = -70.0
RATE = 48_000


@dataclass(frozen=True)
class Loudness:
    """How loud a recording is."""

    integrated: float
    """LUFS."""
    range: float
    """LU."""
    peak: float
    """dBTP."""


def measure(tracks: Tracks) -> Loudness | None:
    """Decode the sound and return how loud it is; ``None`` where there is none, or next to none."""
    if not tracks.audio:
        return None
    is_mono = layout_of(tracks.audio) == "mono"
    chain = Chain(layout_of(tracks.audio), [("ebur128", f"metadata=1:peak=true:dualmono={int(is_mono)}")])
    said: dict[str, str] = {}
    for packet in itertools.chain(tracks.media.demux(tracks.audio), [None]):
        for frame in chain.write(packet):
            said = frame.metadata or said  # the last one may be too short for a measure
    found = Loudness(_number(said, "I"), _number(said, "LRA", 0.0), _decibels(_number(said, "true_peak", 0.0)))
    return found if found.integrated > SILENCE else None


def leveller(track: Any, loudness: Loudness | None) -> Chain:
    """Return what brings a sound to the target; unknown loudness is left alone."""
    if loudness is None:
        return Chain(layout_of(track), [("anull", "")])
    options = (
        f"I={TARGET}:TP={PEAK}:LRA=50:linear=true:dual_mono={str(layout_of(track) == 'mono').lower()}"
        f":measured_I={loudness.integrated:.2f}:measured_LRA={max(loudness.range, 0.1):.2f}"
        f":measured_TP={loudness.peak:.2f}:measured_thresh={loudness.integrated - 10:.2f}"
    )
    return Chain(layout_of(track), [("loudnorm", options), ("aresample", str(RATE))])


class Chain:
    """Packets of one track in, filtered sound of one form out."""

    def __init__(self, layout: str, steps: list[tuple[str, str]]) -> None:
        self.resampler = Resampler("fltp", layout, RATE)
        self.graph = graph = av.filter.Graph()  # its parts are gone with it
        entry = graph.add_abuffer(sample_rate=RATE, format="fltp", layout=layout, time_base=Fraction(1, RATE))
        self.exit = graph.add("abuffersink")
        graph.link_nodes(entry, *(graph.add(name, options or None) for name, options in steps), self.exit).configure()
        self.entry = entry

    def write(self, packet: Any) -> Iterator[Any]:
        """Yield what comes out when ``packet`` goes in; ``None`` brings the rest."""
        frames = [None] if packet is None else decoded(packet)
        for frame in frames:
            for part in self.resampler.resample(frame):
                if part.pts is not None:  # sound that is in the right form already keeps the clock of its file
                    part.pts, part.time_base = round((part.time or 0.0) * RATE), Fraction(1, RATE)
                self.entry.push(part)
                yield from pulled(self.exit)
        if packet is None:
            self.entry.push(None)
            yield from pulled(self.exit)


def _number(said: dict[str, str], name: str, otherwise: float = NOTHING) -> float:
    try:
        value = float(said.get(f"lavfi.r128.{name}", otherwise))
    except ValueError:
        return otherwise
    return value if math.isfinite(value) else otherwise


def _decibels(factor: float) -> float:
    return 20 * math.log10(factor) if factor > 0 else NOTHING
