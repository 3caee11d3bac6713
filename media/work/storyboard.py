"""A sheet of small pictures of a film, for whoever looks for a place on its seek bar."""

from __future__ import annotations

from typing import Any

from PIL import Image

from media.work.sheet import Board
from media.work.task import Variant

QUALITY = 60


class Storyboard:
    """The sheet being filled while the film goes by."""

    def __init__(self, board: Board) -> None:
        self.board = board
        self.sheet = Image.new("RGB", board.size, "black")
        self.next = 0

    def look(self, frame: Any, at: float) -> None:
        """Take ``frame`` in if it is time for a picture, or for several where none came in between."""
        if self.next >= self.board.count or at < self.next * self.board.every:
            return
        tile = frame.to_image().resize((self.board.width, self.board.height), Image.Resampling.BOX)
        while self.next < self.board.count and at >= self.next * self.board.every:
            self.sheet.paste(tile, self.board.place(self.next))
            self.next += 1

    def save(self) -> Variant:
        """Write the sheet."""
        self.sheet.save("sheet.webp", "WEBP", quality=QUALITY, method=3)
        return {"file": "sheet.webp", "type": "image/webp", "width": self.sheet.width, "height": self.sheet.height}
