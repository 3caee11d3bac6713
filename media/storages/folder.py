"""Files in a folder of this machine (or of a disk that several machines share)."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage
from django.utils.encoding import iri_to_uri

from core.leftovers import clear_old, walk
from media.storages.place import PIECE, Stored

WORK = "work"
MODE = 0o644  # a web server in front, which is another user, may read


class Folder(FileSystemStorage):
    """Django's own storage, with what the site needs beyond it."""

    def put(self, name: str, content: File[bytes]) -> None:
        """Keep ``content``: written beside, brought to the disk, and put in its place in one step."""
        target = Path(self.path(name))
        if not _moved(content, target):
            self._write(content, target)

    def exists(self, name: str) -> bool:
        """Whether there is such a file."""
        return Path(self.path(name)).is_file()

    def digest(self, name: str) -> str:
        """Return the SHA-256 of a file, read back."""
        with Path(self.path(name)).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def delete(self, name: str) -> None:
        """Delete one file."""
        Path(self.path(name)).unlink(missing_ok=True)

    def clear(self, folder: str) -> int:
        """Delete a folder with all that is in it; again if somebody put something into it meanwhile."""
        count = 0
        for _again in range(3):
            count += sum(1 for _file in self.files(folder))
            shutil.rmtree(self.path(folder), ignore_errors=True)
            if not Path(self.path(folder)).exists():
                break
        return count

    def folders(self) -> Iterator[str]:
        """Yield every folder of a file."""
        for prefix in _inner(Path(self.location)):
            if len(prefix.name) == 2:
                yield from (f"{prefix.name}/{inner.name}" for inner in _inner(prefix))

    def files(self, folder: str) -> Iterator[Stored]:
        """Yield what is stored in a folder and in the folders in it."""
        for path, stat in walk(Path(self.path(folder))):
            yield Stored(path.relative_to(self.location).as_posix(), stat.st_size, stat.st_mtime)

    def clear_broken(self, older_than: float) -> int:
        """Delete working folders and drafts that a killed process left behind."""
        return clear_old(self.work(), older_than)

    def free(self) -> int | None:
        """Return the free bytes of the disk."""
        return shutil.disk_usage(self.work()).free

    def handed(self, name: str, method: str) -> str:
        """Name the file below the folder."""
        return iri_to_uri(f"/_files/{name}")

    def work(self) -> Path:
        """Return the folder for drafts, on the same disk."""
        path = Path(self.location) / WORK
        path.mkdir(parents=True, exist_ok=True)
        return path

    def _write(self, content: File[bytes], target: Path) -> None:
        """Write by way of a draft, which is locked as long as somebody writes it."""
        number, name = tempfile.mkstemp(dir=self.work())
        draft = Path(name)
        with os.fdopen(number, "wb") as file:
            try:
                with suppress(OSError):  # a disk on the network that knows no locks
                    fcntl.flock(file, fcntl.LOCK_EX)
                content.seek(0)
                shutil.copyfileobj(content, file, PIECE)
                file.flush()
                _settle(file, draft, target)
            except BaseException:
                draft.unlink(missing_ok=True)
                raise


def _moved(content: File[bytes], target: Path) -> bool:
    """Take over a file that may be had (``temporary_file_path``) by renaming; false where it is on another disk."""
    if not hasattr(content, "temporary_file_path"):
        return False
    source = Path(content.temporary_file_path())
    if source.stat().st_dev != _nearest(target).stat().st_dev:
        return False
    with source.open("rb") as file:
        _settle(file, source, target)
    return True


def _settle(file: IO[bytes], draft: Path, target: Path) -> None:
    os.fsync(file.fileno())  # what was acknowledged survives a power cut
    draft.chmod(MODE)
    target.parent.mkdir(parents=True, exist_ok=True)
    draft.replace(target)


def _nearest(path: Path) -> Path:
    """Return the path itself, or the nearest folder above it that is there."""
    return next(one for one in (path, *path.parents) if one.exists())


def _inner(path: Path) -> list[Path]:
    try:
        return sorted(inner for inner in path.iterdir() if inner.is_dir())
    except FileNotFoundError:
        return []
