"""Signs of life of the workers: each touches a file of its own in the data folder while it lives.

Files, because they also work while the database is away or the disk is full, and cost nothing.
"""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path

from django.conf import settings

SECONDS = 5.0  # between two beats
FRESH = 30.0  # seconds after which a worker that is not heard of counts as dead
REMEMBERED = 86_400.0  # seconds for which a dead one is remembered: what it left behind is known to be ours


def beat(worker: str) -> None:
    """Say that ``worker`` lives."""
    path = _folder() / worker
    try:
        os.utime(path)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def stop_beating(worker: str) -> None:
    """Say that ``worker`` ended as it should: from now on it counts as dead."""
    past = time.time() - FRESH
    with suppress(FileNotFoundError):
        os.utime(_folder() / worker, (past, past))


def living() -> set[str]:
    """Return the workers heard of lately, and forget those that died long ago."""
    for path in _folder().glob("*"):
        if not _is_fresh(path, REMEMBERED):
            path.unlink(missing_ok=True)
    return {path.name for path in _folder().glob("*") if _is_fresh(path)}


def remembered() -> set[str]:
    """Return all workers whose signs of life came here, living or dead. Those of other machines may go elsewhere."""
    return {path.name for path in _folder().glob("*")}


def is_beating() -> bool:
    """Whether any worker lives."""
    return any(_is_fresh(path) for path in _folder().glob("*"))


def _is_fresh(path: Path, within: float | None = None) -> bool:
    try:
        return time.time() - path.stat().st_mtime < (within or FRESH)
    except FileNotFoundError:  # ended at this moment
        return False


def _folder() -> Path:
    return Path(settings.DATA_DIR) / "workers"
