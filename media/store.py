"""Where files are kept: one way in for the rest of the room, whichever place STORAGE_URL names (``media.storages``)."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, cast

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from core.leftovers import clear_old
from media.storages.place import Place, Stored

DISK_FULL = {errno.ENOSPC, errno.EDQUOT}
RESERVE = 128 * 1024 * 1024  # bytes that uploads leave to the database
LOCKED_WITHIN = 60.0  # seconds that a new working folder is let alone in any case
WORK = "work"


class StorageFull(ValidationError):
    """There is no room for this file; the sentence says so."""

    def __init__(self) -> None:
        super().__init__(_("There is no room for this file at the moment. Please try again later."), code="full")


class Movable(File[bytes]):
    """A file that a folder takes over by renaming it."""

    def __init__(self, path: Path) -> None:
        super().__init__(path.open("rb"), path.name)
        self.path = path

    def temporary_file_path(self) -> str:
        """Where it may be taken from."""
        return str(self.path)


def place() -> Place:
    """Return where the site keeps files."""
    return cast(Place, default_storage)


def put(content: File[bytes], name: str) -> None:
    """Store ``content`` under exactly ``name``; one that is there already is replaced at once. Raises StorageFull.

    What else was stored in the same folder stays: whoever fills a folder decides what half of it is worth.
    """
    try:
        place().put(name, content)
    except OSError as error:
        if error.errno in DISK_FULL:
            raise StorageFull from error
        raise


def is_full(error: Exception) -> bool:
    """Whether what went wrong is that there is no room."""
    return isinstance(error, StorageFull) or getattr(error, "errno", None) in DISK_FULL


@contextmanager
def fetched(name: str) -> Iterator[BinaryIO]:
    """Give a real open file with the content of ``name``; FileNotFoundError when it is gone."""
    with place().open(name) as file:
        yield cast(BinaryIO, file.file)


def handed(name: str, method: str = "GET") -> str:
    """Return how the server in front finds a stored file: the value of ``X-Accel-Redirect``."""
    return place().handed(name, method)


@contextmanager
def work_folder() -> Iterator[Path]:
    """Give an empty folder of one's own that is gone afterwards, on the disk where local files end up.

    It is locked while somebody works in it, so that what a killed worker leaves can be told from what is in use.
    """
    with tempfile.TemporaryDirectory(dir=_work(), ignore_cleanup_errors=True) as name:
        lock = os.open(name, os.O_RDONLY)
        try:
            with suppress(OSError):  # a disk on the network that knows no locks
                fcntl.flock(lock, fcntl.LOCK_EX)
            yield Path(name)
        finally:
            os.close(lock)


def clear_dead_work() -> int:
    """Delete the working folders and drafts of processes that were killed; returns how many."""
    dead = [path for path in _work().iterdir() if _is_dead(path)]
    for path in dead:
        shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
    return len(dead)


def clear_work(older_than: float) -> int:
    """Delete what killed workers and broken-off writing left behind (seconds); returns how many there were."""
    return clear_old(_work(), older_than) + place().clear_broken(older_than)


def remove(folder: str) -> int:
    """Delete a folder with all files in it, also in folders in it; returns how many there were."""
    return place().clear(folder)


def delete(name: str) -> None:
    """Delete one file; one that is not there is fine."""
    if name:
        place().delete(name)


def folders() -> Iterator[str]:
    """Yield every folder of a file, ``ab/abcdef…``."""
    return place().folders()


def files(folder: str) -> list[Stored]:
    """Return what is stored in a folder and in folders in it."""
    return list(place().files(folder))


def has_room(size: int) -> bool:
    """Whether ``size`` bytes and what is made of them fit: here, where the work is done, and where files are kept."""
    free = [shutil.disk_usage(_work()).free, place().free()]
    return all(room is None or room > 2 * size + RESERVE for room in free)


def _is_dead(path: Path) -> bool:
    """Whether nobody lives who works in a folder or writes a draft: its lock can be had."""
    try:
        lock = os.open(path, os.O_RDONLY)
    except OSError:  # it went meanwhile
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return time.time() - os.fstat(lock).st_mtime > LOCKED_WITHIN
    except OSError:
        return False
    finally:
        os.close(lock)


def _work() -> Path:
    path = Path(settings.MEDIA_ROOT) / WORK
    path.mkdir(parents=True, exist_ok=True)
    return path
