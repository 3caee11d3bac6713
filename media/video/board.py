"""The pictures on the seek bar, described for a player: WebVTT whose cues name parts of one sheet (media fragments)."""

from __future__ import annotations

from media.video.vtt import clock
from media.work.sheet import board_of

TYPE = "text/vtt"


def board_track(seconds: float, size: tuple[int, int]) -> str:
    """Return the track of a film of ``size`` pixels that lasts ``seconds``."""
    board = board_of(seconds, size)
    lines = ["WEBVTT", ""]
    for number in range(board.count):
        x, y = board.place(number)
        start, end = number * board.every, min((number + 1) * board.every, max(seconds, (number + 0.5) * board.every))
        lines += [f"{clock(start)} --> {clock(end)}", f"sheet#xywh={x},{y},{board.width},{board.height}", ""]
    return "\n".join(lines)
