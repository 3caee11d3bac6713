"""Two places at once, while files move from the one to the other: everything new goes to the new place."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from heapq import merge
from itertools import groupby

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, Storage, storages

from media.storages.place import Place, Stored


class Moving(Storage):
    """The places named ``new`` and ``old`` in STORAGES, as one."""

    @cached_property
    def new(self) -> Place:
        """Where files go."""
        return storages["new"]  # type: ignore[return-value]

    @cached_property
    def old(self) -> Place:
        """Where they come from."""
        return storages["old"]  # type: ignore[return-value]

    @cached_property
    def places(self) -> list[Place]:
        """Both, first the one that is quicker to ask: a folder of this machine, else the new one."""
        return sorted([self.new, self.old], key=lambda place: not isinstance(place, FileSystemStorage))

    def put(self, name: str, content: File[bytes]) -> None:
        """Keep ``content`` in the new place; what the old one had under this name is out of date."""
        self.new.put(name, content)
        self.old.delete(name)

    def _open(self, name: str, mode: str = "rb") -> File[bytes]:
        return self._holder(name).open(name)

    def exists(self, name: str) -> bool:
        """Whether there is such a file."""
        return any(place.exists(name) for place in self.places)

    def size(self, name: str) -> int:
        """Return its bytes."""
        return self._holder(name).size(name)

    def digest(self, name: str) -> str:
        """Return its SHA-256."""
        return self._holder(name).digest(name)

    def delete(self, name: str) -> None:
        """Delete one file from both."""
        self.old.delete(name)
        self.new.delete(name)

    def clear(self, folder: str) -> int:
        """Delete a folder from both."""
        return self.old.clear(folder) + self.new.clear(folder)

    def folders(self) -> Iterator[str]:
        """Yield every folder of a file, each once."""
        return (folder for folder, _same in groupby(merge(self.new.folders(), self.old.folders())))

    def files(self, folder: str) -> Iterator[Stored]:
        """Yield what is stored in a folder of either, each file once."""
        found = {stored.name: stored for place in (self.old, self.new) for stored in place.files(folder)}
        return iter(found.values())

    def clear_broken(self, older_than: float) -> int:
        """Delete what broken-off writing left behind in either."""
        return sum(place.clear_broken(older_than) for place in self.places)

    def free(self) -> int | None:
        """Return how much the new place has room for."""
        return self.new.free()

    def handed(self, name: str, method: str) -> str:
        """Name the file where it is now."""
        return self._holder(name).handed(name, method)

    def _holder(self, name: str) -> Place:
        """Return the place that has a file. A file is in the new place before it leaves the old one."""
        first, last = self.places
        return first if first.exists(name) else last
