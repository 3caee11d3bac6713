"""Which qualities a film gets, and how it is cut: all at the same times, so that a player may change at any moment.

H.264 alone: every browser and telephone plays it, so it has to be made in any case. AV1 or VP9 would save a reader a
third of the bytes, but take a server of two cores five to ten times as long for each film and a second copy of every
quality on its disk; most films of a community are seen a few dozen times, which never earns that back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from media.work.film_writer import fit

SEGMENT: Final = 4.0
"""Seconds: a player begins after one, and changes its quality at the next."""
# The short side in pixels -> bits a second at most. What a scene does not need is not spent (constant quality).
STEPS: Final = {240: 400_000, 360: 800_000, 480: 1_400_000, 720: 2_800_000, 1080: 5_000_000}
NEAR = 1.12  # a film this little larger than a step gets no quality of its own size
X264: Final = {
    "preset": "veryfast", "crf": "23", "profile": "high", "threads": "2",
    "g": "99999", "sc_threshold": "0", "forced-idr": "1", "flags": "+cgop",
}  # fmt: skip


@dataclass(frozen=True)
class Quality:
    """One size of a film."""

    width: int
    height: int
    bits: int

    @property
    def name(self) -> str:
        """What its variant is called: ``v`` and the short side."""
        return f"v{min(self.width, self.height)}"

    @property
    def options(self) -> dict[str, str]:
        """Options for x264."""
        return {**X264, "maxrate": str(self.bits), "bufsize": str(2 * self.bits)}


def qualities(size: tuple[int, int]) -> list[Quality]:
    """Return the qualities of a film of ``size``, the lowest first; nothing is made larger than it was."""
    short = min(size)
    steps = [step for step in STEPS if step <= short]
    if not steps or (short > steps[-1] * NEAR and steps[-1] != max(STEPS)):
        steps.append(short)
    return [_quality(size, step) for step in steps]


def _quality(size: tuple[int, int], step: int) -> Quality:
    width, height = fit(size, (max(size), step))
    bits = STEPS[next((known for known in STEPS if known >= step), max(STEPS))]
    return Quality(width, height, bits)
