"""How the sheet of small pictures of a film is laid out. No picture is touched here, so nothing heavy is loaded."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

MOST: Final = 100
COLUMNS: Final = 10
EVERY: Final = 2.0  # seconds at least between two pictures
SIDE: Final = 160


@dataclass(frozen=True)
class Board:
    """How a sheet is laid out; both who draws it and who describes it work it out from the same two facts."""

    count: int
    every: float
    """Seconds."""
    width: int
    height: int

    @property
    def size(self) -> tuple[int, int]:
        """Pixels of the whole sheet."""
        return min(self.count, COLUMNS) * self.width, math.ceil(self.count / COLUMNS) * self.height

    def place(self, number: int) -> tuple[int, int]:
        """Return where on the sheet a picture is."""
        return number % COLUMNS * self.width, number // COLUMNS * self.height


def board_of(seconds: float, size: tuple[int, int]) -> Board:
    """Return the sheet of a film."""
    every = max(EVERY, seconds / MOST)
    share = SIDE / max(size)
    width, height = (max(2, round(side * share)) for side in size)
    return Board(max(1, min(MOST, math.ceil(seconds / every))), every, width, height)
