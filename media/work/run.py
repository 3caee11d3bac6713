"""The way in: one job from the command line, the file on standard input, the answer as JSON on standard output."""

import errno
import json
import os
import sys
from collections.abc import Callable
from dataclasses import asdict
from typing import Any, BinaryIO

from media.work import guard
from media.work.task import Job, Made, Refused

LONG = {"draft", "finish", "replace"}  # what takes minutes gets only what nobody else wants
DISK_FULL = {errno.ENOSPC, errno.EDQUOT}
MOVING = {"GIF", "WEBP", "PNG", "AVIF"}  # formats of pictures that may move


def main() -> None:
    """Do the job in the present folder and end."""
    job: Job = json.loads(sys.argv[1])
    guard.limit(**job["limits"])
    if job["step"] in LONG:
        guard.step_back()
    step = _load(job)
    doors = guard.lock(os.getcwd())  # noqa: PTH109  (pathlib would be one more import)
    with open(0, "rb", closefd=False) as source:
        answer = _answer(step, source, job)
    sys.stdout.write(json.dumps(answer | {"doors": doors}))
    sys.stdout.flush()
    os._exit(0)  # decoders need not tidy up after themselves


def _load(job: Job) -> Callable[[BinaryIO, Job], Made]:
    """Import what the job needs, and only that: it starts faster, and less code meets the file."""
    if job["step"] == "image":
        if job["reader"] in MOVING:
            from media.work.loops import make_picture_or_loop  # Pillow and FFmpeg

            return make_picture_or_loop
        from media.work.images import make_picture  # Pillow alone

        return make_picture
    if job["step"] in LONG:
        from media.work.video import draft_film, finish_film  # both

        return draft_film if job["step"] == "draft" else finish_film
    from media.work.recordings import convert, keep  # both

    return convert if job["step"] == "convert" else keep


def _answer(step: Callable[[BinaryIO, Job], Made], source: BinaryIO, job: Job) -> dict[str, Any]:
    try:
        return asdict(step(source, job))
    except Refused as refused:
        return {"refused": refused.code, "detail": repr(refused.__cause__)[:300]}
    except MemoryError:
        return {"refused": "too_large", "detail": "out of memory"}
    except Exception as error:  # whatever a decoder stumbles over, the file is at fault
        if getattr(error, "errno", None) in DISK_FULL:  # but for this
            return {"refused": "full"}
        return {"refused": "broken", "detail": f"{type(error).__name__}: {error}"[:300]}
