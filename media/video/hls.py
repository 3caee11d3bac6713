"""Playlists of a film (RFC 8216), worked out from the finished files themselves.

A quality is one fragmented MP4; its playlist names ranges of bytes in it. So a film has as many files as qualities,
not thousands, and each is complete before anybody hears of it. Every range has an address of its own all the same, for
Chromium keeps ranges of one address together and has given the beginning of one for the whole after a reload. The files
come from a process that may have been taken over: nothing is believed here but whole boxes with sane numbers in them.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

TYPE: Final = "application/vnd.apple.mpegurl"
MOST_SEGMENTS: Final = 4000
MOST_HEAD = 64 * 1024  # bytes before the first segment, and of a fragment's own head
LONGEST = 60.0  # seconds of one segment
AAC = "mp4a.40.2"


@dataclass(frozen=True)
class Segment:
    """A range of bytes, and the seconds it is seen."""

    start: int
    length: int
    seconds: float


@dataclass(frozen=True)
class Stream:
    """One quality as its file has it."""

    name: str
    width: int
    height: int
    codecs: str
    init: int
    """Bytes before the first segment."""
    segments: Sequence[Segment]

    @property
    def seconds(self) -> float:
        """How long it is."""
        return sum(segment.seconds for segment in self.segments)

    @property
    def peak(self) -> int:
        """Bits a second of the heaviest segment."""
        return max(_bits(segment.length, segment.seconds) for segment in self.segments)

    @property
    def average(self) -> int:
        """Bits a second altogether."""
        return _bits(sum(segment.length for segment in self.segments), self.seconds)


def is_quality(name: str) -> bool:
    """Whether a variant is a quality of a film: ``v240`` and so on."""
    return name.startswith("v") and name[1:].isdigit()


def is_derived(name: str) -> bool:
    """Whether a variant belongs to the adaptive film, which can be made again from the original."""
    return name in {"hls", "film", "sheet", "board"} or (name[:1] in {"v", "l"} and name[1:].isdigit())


def read_stream(path: Path, name: str, size: tuple[int, int]) -> Stream:
    """Return how the file at ``path`` is cut; ValueError when it is not what we write."""
    with path.open("rb") as file:
        boxes = list(_boxes(file, path.stat().st_size))
        fragments = [(start, *_times(file, start, length)) for kind, start, length in boxes if kind == b"moof"]
        if not fragments or len(fragments) > MOST_SEGMENTS or not 0 < fragments[0][0] <= MOST_HEAD:
            raise ValueError("segments")
        file.seek(0)
        head = file.read(fragments[0][0])
    end = max(start + length for kind, start, length in boxes if kind == b"mdat")
    until = fragments[-1][1] + fragments[-1][2]
    edges = [(start, begins) for start, begins, _lasts in fragments] + [(end, until)]
    scale = _time_scale(head)
    segments = [
        Segment(start, after - start, _seconds(till - begins, scale))
        for (start, begins), (after, till) in itertools.pairwise(edges)
    ]
    return Stream(name, *size, _codecs(head), fragments[0][0], segments)


def whole_segments(file: BinaryIO) -> tuple[int, int]:
    """Return how many segments of a file that is still being written are whole, and the bytes up to their end."""
    count, end, size = 0, 0, os.fstat(file.fileno()).st_size
    with suppress(ValueError):  # the box that is being written
        for kind, start, length in _boxes(file, size):
            if kind == b"mdat":
                count, end = count + 1, start + length
    return count, end


def stream_playlist(stream: Stream, *, grows: bool = False) -> str:
    """Return the playlist of one quality; its file stands beside it. One that ``grows`` is asked for again by players.

    They would begin at its end, as they do with what is live (RFC 8216, 4.3.5.2), were they not told where to start.
    """
    file = f"{stream.name}.mp4"
    longest = max(segment.seconds for segment in stream.segments)
    lines = [
        "#EXTM3U", "#EXT-X-VERSION:7", f"#EXT-X-TARGETDURATION:{max(1, round(longest + 0.499))}",
        f"#EXT-X-PLAYLIST-TYPE:{'EVENT' if grows else 'VOD'}", "#EXT-X-INDEPENDENT-SEGMENTS",
        *(["#EXT-X-START:TIME-OFFSET=0"] if grows else []),
        f'#EXT-X-MAP:URI="{file}",BYTERANGE="{stream.init}@0"',
    ]  # fmt: skip
    for segment in stream.segments:
        lines += [f"#EXTINF:{segment.seconds:.5f},", f"#EXT-X-BYTERANGE:{segment.length}@{segment.start}"]
        lines.append(f"{file}?{segment.start}")
    return "\n".join([*lines, *([] if grows else ["#EXT-X-ENDLIST"]), ""])


def main_playlist(streams: Sequence[Stream]) -> str:
    """Return the playlist that names the qualities, the lowest first."""
    lines = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS"]
    for stream in sorted(streams, key=lambda one: one.width * one.height):
        lines += [
            f"#EXT-X-STREAM-INF:BANDWIDTH={stream.peak},AVERAGE-BANDWIDTH={stream.average},"
            f'RESOLUTION={stream.width}x{stream.height},CODECS="{stream.codecs}"',
            playlist_name(stream.name),
        ]
    return "\n".join([*lines, ""])


def playlist_name(quality: str) -> str:
    """Return the file that the playlist of a quality is kept in: ``l720.m3u8`` for ``v720``."""
    return f"l{quality[1:]}.m3u8"


# --- the few boxes that are looked into (ISO/IEC 14496-12 and -15) ---------------------------------------------------
def _boxes(file: BinaryIO, size: int) -> Iterator[tuple[bytes, int, int]]:
    """Yield kind, place and length of each outermost box."""
    at = 0
    while at < size:
        file.seek(at)
        head = file.read(16)
        length = int.from_bytes(head[:4], "big")
        if length == 1:
            length = int.from_bytes(head[8:16], "big")
        if len(head) < 8 or length < 8 or at + length > size:
            raise ValueError("box")
        yield head[4:8], at, length
        at += length


def _times(file: BinaryIO, start: int, length: int) -> tuple[int, int]:
    """Return when a fragment begins and how long it is, in the clock of its first track, which is the picture's."""
    file.seek(start)
    body = file.read(min(length, MOST_HEAD))
    begins = body.find(b"tfdt")
    if begins < 0:
        raise ValueError("tfdt")
    return _number(body, begins + 8, 8 if body[begins + 4] == 1 else 4), _lasts(body)


def _lasts(body: bytes) -> int:
    """Add up how long the samples of the first track run (8.8.7 and 8.8.8)."""
    head, run = body.find(b"tfhd"), body.find(b"trun")
    if head < 0 or run < 0:
        raise ValueError("trun")
    flags = _number(body, head + 5, 3)
    usual = _number(body, head + 12 + 8 * bool(flags & 1) + 4 * bool(flags & 2), 4) if flags & 8 else 0
    flags, count = _number(body, run + 5, 3), _number(body, run + 8, 4)
    first = run + 12 + 4 * bool(flags & 1) + 4 * bool(flags & 4)
    step = 4 * (flags >> 8 & 15).bit_count()
    if not flags & 0x100:
        return usual * count
    return sum(_number(body, first + step * n, 4) for n in range(min(count, MOST_HEAD)))


def _number(body: bytes, at: int, length: int) -> int:
    if len(body) < at + length:
        raise ValueError("cut off")
    return int.from_bytes(body[at : at + length], "big")


def _time_scale(head: bytes) -> int:
    at = head.find(b"mdhd")
    place = at + (24 if head[at + 4 : at + 5] == b"\x01" else 16)
    scale = int.from_bytes(head[place : place + 4], "big")
    if at < 0 or not 0 < scale <= 1_000_000:
        raise ValueError("mdhd")
    return scale


def _codecs(head: bytes) -> str:
    """Return what RFC 6381 calls the tracks: H.264 by its profile and level, AAC as it always is."""
    at = head.find(b"avcC")
    if at < 0 or len(head) < at + 8:
        raise ValueError("avcC")
    return f"avc1.{head[at + 5 : at + 8].hex()}" + (f",{AAC}" if b"mp4a" in head else "")


def _seconds(ticks: int, scale: int) -> float:
    seconds = ticks / scale
    if not -1 < seconds <= LONGEST:
        raise ValueError("duration")
    return max(seconds, 0.001)


def _bits(length: int, seconds: float) -> int:
    return round(8 * length / max(seconds, 0.04))
