"""Folders in which others write: what lies there may go at any moment."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path


def walk(folder: Path) -> Iterator[tuple[Path, os.stat_result]]:
    """Yield every file in a folder and in the folders in it, with its state, in order of their names."""
    for root, folders, files in os.walk(folder):  # passes over folders that went; Path.rglob fails on them
        folders.sort()
        for name in sorted(files):
            with suppress(FileNotFoundError):
                yield (path := Path(root, name)), path.lstat()


def clear_old(folder: Path, seconds: float) -> int:
    """Delete the files and folders in ``folder`` that nobody changed for so long; returns how many there were."""
    past, count = time.time() - seconds, 0
    for entry in folder.glob("*"):
        with suppress(FileNotFoundError):
            if entry.lstat().st_mtime < past:
                shutil.rmtree(entry, ignore_errors=True) if entry.is_dir() else entry.unlink()
                count += 1
    return count
