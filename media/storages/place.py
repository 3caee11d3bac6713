"""What the site asks of a place for files, whichever it is, beyond Django's own Storage.

Names are ``ab/<key>/<file>``, for films also ``ab/<key>/hls/<file>``. A missing file is FileNotFoundError; deleting
what is not there is no error; every other trouble with the place is OSError.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, Protocol

from django.core.files.base import File

PIECE = 1024 * 1024  # bytes read and written at a time


class Stored(NamedTuple):
    """One stored file."""

    name: str
    size: int
    """Bytes."""
    changed: float
    """Unix time."""


class Place(Protocol):
    """Where files are kept."""

    def put(self, name: str, content: File[bytes]) -> None:
        """Keep ``content`` under exactly ``name``, replacing what is there at once: nobody ever sees half of it."""

    def open(self, name: str) -> File[bytes]:
        """Return the content of ``name`` as a real open file, one with a descriptor."""

    def exists(self, name: str) -> bool:
        """Whether there is such a file."""

    def size(self, name: str) -> int:
        """Return its bytes."""

    def digest(self, name: str) -> str:
        """Return its SHA-256, read back from where it is kept."""

    def delete(self, name: str) -> None:
        """Delete one file."""

    def clear(self, folder: str) -> int:
        """Delete a folder with all that is in it; returns how many files there were."""

    def folders(self) -> Iterator[str]:
        """Yield every folder of a file, ``ab/abcdef…``, in order."""

    def files(self, folder: str) -> Iterator[Stored]:
        """Yield what is stored in a folder and in the folders in it."""

    def clear_broken(self, older_than: float) -> int:
        """Delete what broken-off writing left behind, when it is older (seconds); returns how many there were."""

    def free(self) -> int | None:
        """Return how many bytes there is room for; None where nobody can tell."""

    def handed(self, name: str, method: str) -> str:
        """Return how the server in front finds a file for a GET or HEAD: what a view says in ``X-Accel-Redirect``."""
