"""Where the bytes of uploads wait until they are complete, and how many of them are here.

What is stored is the only truth about that: no row says it as well, so nothing has to be put right after a crash. On a
local folder (or one that several machines mount) each upload is one file that grows. Other storages cannot let a file
grow: there an upload is a row of chunks whose names say where each begins and how long it is. The next part may then be
taken in by any machine.
"""

from __future__ import annotations

import fcntl
import io
import os
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any, NamedTuple, Protocol

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage

from media import store
from media.storages.place import Stored

FOLDER = "parts"
CHUNK = 8 * 1024 * 1024  # bytes of one object in a storage where files cannot grow; what a killed server may lose
COPY = 1024 * 1024
PATIENCE = 1.0  # seconds


class Busy(Exception):
    """Somebody else writes to this upload at this moment."""


class Broken(Exception):
    """What should be here is not."""


class Piece(NamedTuple):
    """An upload that is a piece of a whole, and how many bytes it has."""

    key: str
    length: int


class Target(Protocol):
    """What bytes are written to: everything up to the last ``keep`` stays, whatever happens then."""

    def write(self, data: bytes) -> None:
        """Append."""

    def keep(self) -> None:
        """Make sure that what was written outlives this machine's power."""

    def discard(self) -> None:
        """Take back all that was written through this target."""

    def close(self) -> None:
        """Let go."""


def received(key: str) -> int:
    """Return how many bytes of an upload are here, from its beginning and without a gap."""
    if is_local():
        path = _path(key)
        return path.stat().st_size if path.exists() else 0
    chain = _chain(key)
    return chain[-1].end if chain else 0


def let_end(key: str) -> None:
    """Wait a moment for whoever still writes: the rest of a line that has just broken may be on its way to the disk."""
    end = time.monotonic() + PATIENCE
    while is_local() and _is_locked(key) and time.monotonic() < end:
        time.sleep(PATIENCE / 20)


def open_part(key: str, offset: int, writer: str) -> Target:
    """Return where the bytes from ``offset`` on are written to; raises Busy while somebody else writes."""
    return _LocalTarget(key, offset) if is_local() else _RemoteTarget(key, offset, writer)


def head_of(key: str, size: int) -> bytes:
    """Return the first bytes of an upload that has at least one."""
    if is_local():
        with _path(key).open("rb") as file:
            return file.read(size)
    with closing(_Chunks(_chain(key))) as chunks:
        return bytes(chunks.read(size))


@contextmanager
def whole(key: str, name: str, pieces: Sequence[Piece]) -> Iterator[Whole]:
    """Give a complete upload as one file, put together of its pieces (of itself, where it came in one).

    Raises Broken when bytes are missing, Busy when somebody else is putting it together.
    """
    size = sum(piece.length for piece in pieces)
    if not is_local():
        with closing(_Chunks(_chain_of(pieces))) as chunks:
            yield Whole(chunks, name, size)
        return
    path = _path(key)
    with _locked(key):
        _join(path, pieces)
        if not path.exists() or path.stat().st_size != size:
            raise Broken
        with path.open("rb") as file:
            yield LocalWhole(file, name, size, path)


def folder_of(key: str) -> str:
    """Return where an upload waits, as ``store.remove`` knows it."""
    return f"{FOLDER}/{key}"


def is_local() -> bool:
    """Whether files lie in a folder of this machine, or one that it mounts."""
    return isinstance(store.place(), FileSystemStorage)


class Whole(File[bytes]):
    """A complete upload, as ``receive_file`` takes it."""

    def __init__(self, file: Any, name: str, size: int) -> None:
        super().__init__(file, name)
        self.size = size


class LocalWhole(Whole):
    """One that a local storage takes over by renaming it."""

    def __init__(self, file: Any, name: str, size: int, path: Path) -> None:
        super().__init__(file, name, size)
        self.path = path

    def temporary_file_path(self) -> str:
        """Where it may be taken from."""
        return str(self.path)


# --- a folder --------------------------------------------------------------------------------------------------------
class _LocalTarget:
    """The end of a growing file, locked against other writers of any process; a killed one loses its lock."""

    def __init__(self, key: str, offset: int) -> None:
        self.offset = offset
        _path(key).parent.mkdir(parents=True, exist_ok=True)
        self.file: IO[bytes] = _path(key).open("ab", buffering=0)
        try:
            _lock(self.file)
            if self.file.seek(0, os.SEEK_END) != offset:
                raise Busy  # somebody wrote between the question how much is here and now
        except Busy:
            self.file.close()
            raise

    def write(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[self.file.write(view) :]

    def keep(self) -> None:
        os.fdatasync(self.file.fileno())

    def discard(self) -> None:
        self.file.truncate(self.offset)

    def close(self) -> None:
        self.file.close()


@contextmanager
def _locked(key: str) -> Iterator[None]:
    """Keep others from putting the same upload together; the upload itself may be renamed meanwhile."""
    path = _path(key).with_name("lock")
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        _lock(file)
        yield


def _is_locked(key: str) -> bool:
    try:
        with _path(key).open("rb") as file:
            _lock(file)
    except FileNotFoundError:
        return False
    except Busy:
        return True
    return False


def _lock(file: IO[bytes]) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise Busy from None


def _join(path: Path, pieces: Sequence[Piece]) -> None:
    """Append all pieces to the first, deleting each when it is in; how long the file is says where to go on."""
    if not path.exists():
        with suppress(FileNotFoundError):
            _path(pieces[0].key).rename(path)
    start = pieces[0].length
    for piece in pieces[1:]:
        if (rest := _path(piece.key)).exists() and path.exists():
            _append(path, rest, start)
            rest.unlink()
        start += piece.length


def _append(path: Path, rest: Path, start: int) -> None:
    """Append what belongs behind the first ``start`` bytes of ``path``, as far as it is not there yet."""
    with path.open("ab") as joined, rest.open("rb") as source:
        source.seek(max(0, joined.tell() - start))
        shutil.copyfileobj(source, joined, COPY)
        joined.flush()
        os.fdatasync(joined.fileno())


def _path(key: str) -> Path:
    return Path(settings.MEDIA_ROOT) / folder_of(key) / "data"


# --- any other storage -----------------------------------------------------------------------------------------------
class _Chunk(NamedTuple):
    """One object: ``<begin>-<length>-<writer>``, so that no writer ever replaces what another one stored."""

    begin: int
    end: int
    name: str


class _RemoteTarget:
    """Gathers bytes on the local disk and stores a chunk as soon as there is enough for one."""

    def __init__(self, key: str, offset: int, writer: str) -> None:
        self.key, self.at, self.writer = key, offset, writer
        self.stored: list[str] = []
        self.waiting: IO[bytes] = TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR)  # noqa: SIM115  (closed by close)

    def write(self, data: bytes) -> None:
        self.waiting.write(data)
        if self.waiting.tell() >= CHUNK:
            self.keep()

    def keep(self) -> None:
        length = self.waiting.tell()
        if not length:
            return
        self.waiting.seek(0)
        name = f"{folder_of(self.key)}/{self.at:016d}-{length}-{self.writer}"
        store.put(File(self.waiting), name)
        self.stored.append(name)
        self.at += length
        self.waiting.seek(0)
        self.waiting.truncate()

    def discard(self) -> None:
        self.waiting.seek(0)
        self.waiting.truncate()
        for name in self.stored:
            store.delete(name)

    def close(self) -> None:
        self.waiting.close()


class _Chunks(io.RawIOBase):
    """A row of chunks read as one file, one chunk open at a time."""

    def __init__(self, chain: Sequence[_Chunk]) -> None:
        self.chain, self.at = chain, 0
        self.open: _Chunk | None = None
        self.file: Any = None

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        self._let_go()
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self.at, os.SEEK_END: self._size()}[whence]
        self.at = start + offset
        return self.at

    def readinto(self, buffer: Any) -> int:
        """Fill ``buffer`` from the chunk at this place, not beyond its end."""
        chunk = next((one for one in self.chain if one.begin <= self.at < one.end), None)
        if chunk is None:
            return 0
        if self.open is not chunk:
            self._let_go()
            self.file, self.open = store.place().open(chunk.name), chunk
            self.file.seek(self.at - chunk.begin)
        data = self.file.read(min(len(buffer), chunk.end - self.at))
        if not data:
            raise Broken
        buffer[: len(data)] = data
        self.at += len(data)
        return len(data)

    def close(self) -> None:
        self._let_go()
        super().close()

    def _size(self) -> int:
        return self.chain[-1].end if self.chain else 0

    def _let_go(self) -> None:
        if self.file is not None:
            self.file.close()
        self.file = self.open = None


def _chain(key: str) -> list[_Chunk]:
    """Return chunks that follow each other without a gap from the beginning, the longest way there is."""
    found = sorted(map(_read_name, store.files(folder_of(key))), key=lambda chunk: (chunk.begin, -chunk.end))
    chain: list[_Chunk] = []
    end = 0
    for chunk in found:
        if chunk.begin > end:
            break
        if chunk.end > end:
            chain.append(chunk)
            end = chunk.end
    return [chunk._replace(end=after.begin) for chunk, after in pairwise(chain)] + chain[-1:]


def _chain_of(pieces: Sequence[Piece]) -> list[_Chunk]:
    """Return the chunks of all pieces with their places in the whole."""
    chain: list[_Chunk] = []
    start = 0
    for piece in pieces:
        own = _chain(piece.key)
        if not own or own[-1].end != piece.length:
            raise Broken
        chain += [chunk._replace(begin=start + chunk.begin, end=start + chunk.end) for chunk in own]
        start += piece.length
    return chain


def _read_name(stored: Stored) -> _Chunk:
    begin, length, _writer = stored.name.rpartition("/")[2].split("-")
    return _Chunk(int(begin), int(begin) + int(length), stored.name)
