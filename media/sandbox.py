"""Opening people's files only in a throw-away process (S36 to S40).

What holds everywhere: a process of its own with an empty environment, an empty folder as its place, the file as an open
descriptor and no path to it, one decoder chosen by us, limits on time, memory and size, and a deadline after which it
is killed. On Linux also no sockets, no programs, no other files (see ``media.work.guard``). Its answer is believed only
after a check of every value.
"""

from __future__ import annotations

import errno
import json
import logging
import math
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

from django.conf import settings
from django.utils.translation import gettext_noop

from media.work.task import Chapter, Job, Made, Refused, Variant

START: Final = "import sys; sys.path[:0] = [sys.argv.pop()]; from media.work.run import main; main()"
BEAT_SECONDS = 2.0
ANSWER_BYTES = 256 * 1024
MAX_SIDE = 100_000
PARTS: Final = {"draft", "finish"}  # steps that add to what was made before
MAX_CHAPTERS, TITLE_LENGTH = 100, 120
FILE_NAME = re.compile(r"[a-z0-9]{1,20}\.[a-z0-9]{2,4}\Z")
VARIANT_NAME = re.compile(r"[a-z0-9]{1,20}\Z")
TYPES = frozenset({
    "image/jpeg", "image/png", "image/webp", "image/avif", "video/mp4", "video/webm",
    "audio/mpeg", "audio/mp4", "audio/ogg", "audio/flac", "audio/wav",
    "application/json",
})  # fmt: skip

REASONS: Final = {
    "broken": gettext_noop("This file is damaged, or not what it claims to be. Try to save it again and upload that."),
    "empty": gettext_noop("There is nothing to see or to hear in this file."),
    "too_large": gettext_noop("This picture has too many pixels. Make it smaller and try again."),
    "too_long": gettext_noop("This recording is too long. Cut it and try again."),
    "too_many_frames": gettext_noop("This animation has too many frames. Upload it as a video instead."),
    "too_slow": gettext_noop("Preparing this file took too long. Make it smaller or shorter and try again."),
    "no_picture": gettext_noop("This has to be a picture that does not move: JPEG, PNG, WebP, AVIF or HEIC."),
}
GIVEN_UP: Final = gettext_noop("We could not prepare this file, and have stopped trying. Please upload it again.")
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Limits:
    """What one job may use up."""

    cpu: int
    """Seconds of processor time."""
    wall: int
    """Seconds altogether."""
    file_size: int
    """MiB of each file it writes."""
    memory: int = 1024
    """MiB of address space."""


def run(job: Job, limits: Limits, source: BinaryIO, folder: Path, beat: Callable[[], None]) -> Made:
    """Do ``job`` on the open file ``source``, writing into ``folder``; ``beat`` is called every few seconds.

    Raises Refused when the file cannot be taken. Whatever ``beat`` raises ends the work.
    """
    job = {**job, "limits": {"cpu": limits.cpu, "memory": limits.memory, "file_size": limits.file_size}}
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as complaints:
        source.seek(0)
        child = subprocess.Popen(  # noqa: S603  (our own program, arguments made here)
            [sys.executable, "-I", "-c", START, json.dumps(job), str(settings.BASE_DIR)],
            stdin=source, stdout=said, stderr=complaints, cwd=folder, start_new_session=True,
            env={"LANG": "C.UTF-8", "MALLOC_ARENA_MAX": "2", "HOME": str(folder), "TMPDIR": str(folder)},
        )  # fmt: skip
        try:
            _wait(child, limits.wall, beat)
        finally:
            _end(child)
        said.seek(0)
        answer = said.read(ANSWER_BYTES)
        if child.returncode:
            complaints.seek(0)
            logger.info("A decoder died", extra={"status": child.returncode, "said": repr(complaints.read(500))})
            raise Refused("too_slow" if child.returncode == -signal.SIGXCPU else "broken")
    return _believed(answer, folder, is_part=job["step"] in PARTS)


def _wait(child: subprocess.Popen[bytes], wall: int, beat: Callable[[], None]) -> None:
    deadline = time.monotonic() + wall
    while True:
        left = deadline - time.monotonic()
        try:
            child.wait(timeout=max(0.0, min(BEAT_SECONDS, left)))
        except subprocess.TimeoutExpired:
            if left <= 0:
                raise Refused("too_slow") from None
            beat()
        else:
            return


def _end(child: subprocess.Popen[bytes]) -> None:
    """Leave nothing running."""
    if child.poll() is None:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()


# --- the answer comes from a process that may have been taken over ---------------------------------------------------
def _believed(answer: bytes, folder: Path, *, is_part: bool = False) -> Made:
    try:
        said = json.loads(answer)
        if said.get("refused") == "full":
            raise OSError(errno.ENOSPC, "there is no room to work in", str(folder))
        if "refused" in said:
            logger.info("A file was refused", extra={"code": said["refused"], "detail": str(said.get("detail"))})
            raise Refused(said["refused"] if said["refused"] in REASONS else "broken")
        return _made(said, folder, is_part)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        logger.warning("A decoder gave no sensible answer: %r", error)
        raise Refused("broken") from error


def _made(said: dict[str, Any], folder: Path, is_part: bool) -> Made:
    if said["kind"] not in {"image", "video", "audio"}:
        raise ValueError("kind")
    variants = {_matched(VARIANT_NAME, name): _variant(said, folder) for name, said in said["variants"].items()}
    if len(variants) > 20 or not (is_part or said["needs_converting"] is True or "original" in variants):
        raise ValueError("variants")
    return Made(
        kind=said["kind"],
        width=_side(said["width"]),
        height=_side(said["height"]),
        duration=None if said["duration"] is None else _between(float(said["duration"]), 0, 1e6),
        blurhash=_matched(re.compile(r"[!-~]{0,64}\Z"), said["blurhash"]),
        color=_matched(re.compile(r"(#[0-9a-f]{6})?\Z"), said["color"]),
        wave=[int(_between(int(bar), 0, 100)) for bar in said["wave"][:64]],
        chapters=[_chapter(chapter) for chapter in said["chapters"][:MAX_CHAPTERS]],
        is_loop=said["is_loop"] is True,
        needs_converting=said["needs_converting"] is True,
        variants=variants,
    )


def _variant(said: dict[str, Any], folder: Path) -> Variant:
    path = folder / _matched(FILE_NAME, said["file"])
    if path.is_symlink() or not path.is_file() or said["type"] not in TYPES:
        raise ValueError("file")
    found: Variant = {"file": path.name, "type": said["type"]}
    for side in ("width", "height"):
        if (pixels := _side(said.get(side))) is not None:
            found[side] = pixels
    return found


def _chapter(said: dict[str, Any]) -> Chapter:
    title = str(said["title"])
    if not title.isprintable() or len(title) > TITLE_LENGTH:
        raise ValueError("chapter")
    return {"start": _between(float(said["start"]), 0, 1e6), "title": title}


def _matched(pattern: re.Pattern[str], value: str) -> str:
    if not pattern.match(value):
        raise ValueError(value)
    return value


def _side(value: object) -> int | None:
    return None if value is None else int(_between(int(value), 1, MAX_SIDE))  # type: ignore[call-overload]


def _between(value: float, low: float, high: float) -> float:
    if not (math.isfinite(value) and low <= value <= high):
        raise ValueError(value)
    return value
