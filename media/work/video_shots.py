"""A film going by: its frames upright and in order, each with its time, and where a segment begins."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

import av

from media.work.film_writer import CLOCK, SHORTEST
from media.work.ladder import SEGMENT
from media.work.sound import decoded
from media.work.task import PROGRESS, Job, Refused
from media.work.tracks import MAX_VIDEO_SECONDS, Tracks, is_timed, open_tracks, rate_of, shown_size

TURNS: Final = {90: ["transpose=cclock"], 180: ["hflip", "vflip"], 270: ["transpose=clock"]}
FRAMES_TO_REPORT = 50


@dataclass
class Shot:
    """One frame, seen from second ``at`` on. With a key frame a segment begins, in every quality."""

    frame: Any
    at: float
    is_key: bool


@dataclass
class Film:
    """A film that was opened to be seen from its beginning to its end."""

    tracks: Tracks
    turn: int
    is_timed: bool
    report: Callable[[float], None]
    seen: int = 0
    end: float = 0.0
    next_key: float = 0.0

    @property
    def size(self) -> tuple[int, int]:
        """Pixels as it is seen."""
        return shown_size(self.tracks, self.turn)

    @property
    def rate(self) -> float:
        """Frames a second."""
        return rate_of(self.tracks)

    def shots(self, hear: Callable[[Any], None] | None = None) -> Iterator[Shot]:
        """Yield the frames, sixty a second at most; ``hear`` is given the packets of the sound in between."""
        video = self.tracks.video
        video.thread_type = "AUTO"
        upright = Upright(self.turn)
        last = -math.inf
        for packet in self.tracks.media.demux(self.tracks.used if hear else video):
            if packet.stream.index != video.index:
                if hear:
                    hear(packet)
                continue
            for frame in decoded(packet):
                at = self._time_of(frame)
                if at - last < SHORTEST:
                    continue
                last = at
                frame.pts, frame.time_base = round(at / CLOCK), CLOCK
                yield from self._cut(upright.make(frame))
        yield from self._cut(upright.end())
        if not self.seen:
            raise Refused("broken")

    def _cut(self, frames: Iterator[Any]) -> Iterator[Shot]:
        """Begin a segment with the first frame at, or after, each of its times."""
        for frame in frames:
            at = float(frame.pts * frame.time_base)
            is_key = at >= self.next_key
            if is_key:
                self.next_key = (math.floor(at / SEGMENT) + 1) * SEGMENT
            yield Shot(frame, at, is_key)

    def _time_of(self, frame: Any) -> float:
        at = frame.time if self.is_timed and frame.time is not None else self.seen / self.rate
        if at > MAX_VIDEO_SECONDS:
            raise Refused("too_long")
        self.seen += 1
        self.end = max(self.end, at + 1 / self.rate)
        if self.seen % FRAMES_TO_REPORT == 0 and self.tracks.seconds:
            self.report(at / self.tracks.seconds)
        return max(0.0, float(at))


class Upright:
    """Frames turned as the camera was held, and put together where they were sent in halves."""

    def __init__(self, turn: int) -> None:
        self.turn = turn % 360
        self.form: tuple[int, int, str] | None = None
        self.graph: Any = None

    def make(self, frame: Any) -> Iterator[Any]:
        """Yield frames as they are to be seen: this one, or one before it that had to wait for its neighbour."""
        form = (frame.width, frame.height, frame.format.name)
        if form != self.form:
            yield from self.end()
            self.form, self.graph = form, self._graph(frame)
        if self.graph is None:
            yield frame
            return
        self.graph.vpush(frame)
        yield from self._ready()

    def end(self) -> Iterator[Any]:
        """Yield what was kept back."""
        if self.graph is not None:
            self.graph.vpush(None)
            yield from self._ready()

    def _ready(self) -> Iterator[Any]:
        try:
            while True:
                yield self.graph.vpull()
        except (av.error.BlockingIOError, av.error.EOFError):
            return

    def _graph(self, frame: Any) -> Any:
        steps = (["bwdif=send_frame:auto:interlaced"] if frame.interlaced_frame else []) + TURNS.get(self.turn, [])
        if not steps:
            return None
        graph = av.filter.Graph()
        entry = graph.add_buffer(width=frame.width, height=frame.height, format=frame.format, time_base=frame.time_base)
        nodes = [graph.add(*step.split("=")) for step in steps]
        graph.link_nodes(entry, *nodes, graph.add("buffersink")).configure()
        return graph


def open_film(source: BinaryIO, job: Job, part: tuple[float, float]) -> Film:
    """Open a film; ``part`` is which part of all the work seeing it once is (from 0 to 1), for the progress."""
    turn = _turn(open_tracks(source, job["reader"]))
    timed = is_timed(open_tracks(source, job["reader"]))
    return Film(open_tracks(source, job["reader"]), turn, timed, _reporter(*part))


def _turn(tracks: Tracks) -> int:
    """Return by how many degrees the first frame has to be turned to the left."""
    for packet in tracks.media.demux(tracks.video):
        for frame in decoded(packet):
            return int(frame.rotation) % 360
    raise Refused("broken")


def _reporter(start: float, end: float) -> Callable[[float], None]:
    def report(share: float) -> None:
        Path(PROGRESS).write_text(str(round(100 * (start + (end - start) * min(1.0, share)))))

    return report
