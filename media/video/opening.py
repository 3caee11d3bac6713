"""The beginning of a film while its first quality is still being made: a playlist that grows, and what it names so far.

The first pass writes a fragmented MP4, whose beginning stays as it is while the file grows. So a copy of what is whole
can be played at any time, and the copy after it begins with the same bytes. When the pass is over, the finished
quality takes the place of both.
"""

from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path
from typing import BinaryIO, Final

from media.models import Attachment
from media.video import hls
from media.work.task import Made

PLAYLIST, FILE = "opening", "begun"
NAMES: Final = {PLAYLIST: "opening.m3u8", FILE: "begun.mp4"}
"""Its variants, and the files they are kept in."""
FIRST = 2  # segments that have to be there: with so many a player begins
GROWTH = 1.5  # how much longer the next copy is: all together write about three times the bytes of the quality


def successor(film: Attachment, name: str) -> str:
    """Return the variant that took the place of ``name``, one of NAMES, when the first quality was finished."""
    lowest = min((int(one[1:]) for one in film.variants if hls.is_quality(one)), default=0)
    return {PLAYLIST: f"l{lowest}", FILE: f"v{lowest}"}.get(name, "")


class Opening:
    """Looks into ``folder``, where another process writes a quality, and makes its copies in ``aside``."""

    def __init__(self, film: Attachment, folder: Path, aside: Path) -> None:
        self.folder, self.aside = folder, aside
        # A worker that vanished may have come further, and players hold what it had: nothing ever gets shorter.
        self.enough = max(FIRST, GROWTH * film.variants.get(FILE, {}).get("segments", 0))

    def grown(self) -> Made | None:
        """Return the beginning of the film, with its files in ``aside``; None until there is enough of it, or more."""
        copy = self.aside / NAMES[FILE]
        try:
            with _plain(self._quality()) as film:
                count, size = hls.whole_segments(film)
                if count < self.enough:
                    return None
                _copy(film, copy, size)
            stream = hls.read_stream(copy, FILE, (0, 0))
        except (OSError, ValueError):  # what is wrong with it is said when it is finished
            return None
        self.enough = GROWTH * count
        (self.aside / NAMES[PLAYLIST]).write_text(hls.stream_playlist(stream, grows=True))
        made = Made("video")
        made.variants[FILE] = {"file": copy.name, "type": "video/mp4", "segments": count}
        made.variants[PLAYLIST] = {"file": NAMES[PLAYLIST], "type": hls.TYPE}
        return made

    def _quality(self) -> Path:
        """Return the file that is being written; FileNotFoundError before there is one."""
        for path in self.folder.glob("v*.mp4"):
            if hls.is_quality(path.stem):
                return path
        raise FileNotFoundError(self.folder)


def _plain(path: Path) -> BinaryIO:
    """Open a file, and nothing but a file, for whoever writes there may have been taken over; else OSError."""
    number = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    if stat.S_ISREG(os.fstat(number).st_mode):
        return os.fdopen(number, "rb")
    os.close(number)
    raise FileNotFoundError(path)


def _copy(film: BinaryIO, target: Path, size: int) -> None:
    film.seek(0)
    with target.open("wb") as copy:
        shutil.copyfileobj(film, copy)
        copy.truncate(size)
