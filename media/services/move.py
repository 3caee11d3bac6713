"""Moving files from one place to another while the site runs (STORAGE_OLD_URL to STORAGE_URL).

What is still in the old place is what is left to do: so the work can be stopped and begun again at any time, and by
several at once. A file leaves the old place only when the new one has been read back and has the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from media import store
from media.models import Attachment, State
from media.storages.moving import Moving
from media.storages.place import Place, Stored


class NothingToMove(Exception):
    """Files are kept in one place only."""


@dataclass
class Step:
    """What became of one file."""

    stored: Stored
    is_moved: bool
    """False for one that has to wait: it is being worked on, or arrived damaged and is tried again later."""


def move_files(*, keeps_old: bool = False) -> Iterator[Step]:
    """Move every file, one after the other, and yield each; ``keeps_old`` copies only.

    Raises NothingToMove where STORAGE_OLD_URL is not set; OSError when a place does not answer.
    """
    places = store.place()
    if not isinstance(places, Moving):
        raise NothingToMove
    for folder in list(places.old.folders()):
        move = partial(_move, places.old, places.new, keeps_old=keeps_old)
        is_busy = _is_busy(folder)
        for stored in list(places.old.files(folder)):
            yield Step(stored, not is_busy and move(stored))
        if not keeps_old and not any(True for _left in places.old.files(folder)):
            places.old.clear(folder)  # the empty folder itself


def count_left() -> tuple[int, int]:
    """Return how many files the old place still has, and their bytes."""
    places = store.place()
    if not isinstance(places, Moving):
        raise NothingToMove
    sizes = [stored.size for folder in places.old.folders() for stored in places.old.files(folder)]
    return len(sizes), sum(sizes)


def _is_busy(folder: str) -> bool:
    """Whether somebody may write to a folder at this moment."""
    key = folder.rpartition("/")[2]
    return Attachment.objects.filter(key=key, state=State.WORKING).exists()


def _move(old: Place, new: Place, stored: Stored, *, keeps_old: bool) -> bool:
    """Bring one file to the new place. One that is there already is newer: the site has written it since."""
    try:
        if not new.exists(stored.name):
            digest = old.digest(stored.name)
            with old.open(stored.name) as content:
                new.put(stored.name, content)
            if (new.size(stored.name), new.digest(stored.name)) != (stored.size, digest):
                new.delete(stored.name)
                return False
        if not keeps_old:
            old.delete(stored.name)
    except FileNotFoundError:  # deleted meanwhile
        new.delete(stored.name)
    return True
