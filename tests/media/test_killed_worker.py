"""``kill -9`` of the real worker in the middle of a film, again and again: each film ends ready, once.

``KILLS=20 bin/test tests/media/test_killed_worker.py`` is the long form, with the usual patience.
"""

from __future__ import annotations

import json
import os
import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from django.conf import settings

from core.leftovers import walk
from tests import make

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="a decoder dies with its worker on Linux only"),
    pytest.mark.skipif(bool(settings.ENV.redis_url), reason="has a database of its own, so once is enough"),
]
ROOT = Path(__file__).resolve().parents[2]
KILLS = int(os.environ.get("KILLS", "2"))
MODE = "brisk" if KILLS < 20 else "usual"
PATIENCE = 240  # seconds for any one step; far more than any takes
FILMS, LONGEST = (2, 0.5) if MODE == "brisk" else (8, 3.0)  # seconds that a worker gets before it is killed
BRING = """
import sys
from django.core.files.uploadedfile import SimpleUploadedFile
from accounts.models import User
from media.services import receive_file
alice, _new = User.objects.get_or_create(username="alice")
for number in range(%d):
    receive_file(alice, SimpleUploadedFile(f"film{number}.mp4", open(%r, "rb").read()))
"""


class House:
    """A data folder with a database, and a worker that comes and goes."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "data"
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_", "STORAGE_"))}
        self.surroundings = kept | {
            "POLYLOG_DATA": str(self.data), "DJANGO_SETTINGS_MODULE": "community.settings", "PYTHONPATH": str(ROOT),
        }  # fmt: skip
        self.worker: subprocess.Popen[bytes] | None = None
        self.manage("migrate", "-v0")

    def manage(self, *command: str) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT, env=self.surroundings, capture_output=True, text=True, check=True,
        )  # fmt: skip
        return done.stdout

    def start(self) -> None:
        with (self.data / "worker.log").open("ab") as log:
            command = [sys.executable, str(ROOT / "tests/media/killed_worker.py"), MODE]
            self.worker = subprocess.Popen(command, env=self.surroundings, stderr=log, stdout=log)

    def kill(self) -> None:
        assert self.worker is not None
        self.worker.kill()
        self.worker.wait()

    def rows(self, query: str) -> list[tuple[object, ...]]:
        with sqlite3.connect(self.data / "polylog.sqlite3", timeout=30) as database:
            return database.execute(query).fetchall()

    def until(self, is_so: Callable[[], object], what: str) -> float:
        """Wait until something is so; returns the seconds it took."""
        begin = time.monotonic()
        while not is_so():
            assert time.monotonic() - begin < PATIENCE, f"{what}: {self.state()}\n{self.log()}"
            assert self.worker is None or self.worker.poll() is None, self.log()
            time.sleep(0.05)
        return time.monotonic() - begin

    def state(self) -> list[tuple[object, ...]]:
        return self.rows("SELECT state, tries, due, error FROM media_attachment") + self.rows(
            "SELECT is_leased, begun, failures, percent, error FROM media_conversion"
        )

    def log(self) -> str:
        return (self.data / "worker.log").read_text()[-3000:]

    def is_at_work(self) -> bool:
        """Whether a worker has begun on a film, and a decoder runs."""
        leased = self.rows("SELECT 1 FROM media_conversion WHERE is_leased AND due > datetime('now')")
        return bool(leased) and self.worker is not None and bool(_children(self.worker.pid))

    def held(self) -> dict[int, int]:
        """The films that somebody holds, and how often each was begun."""
        rows = self.rows("SELECT attachment_id, begun FROM media_conversion WHERE is_leased AND due > datetime('now')")
        return {int(str(pk)): int(str(begun)) for pk, begun in rows}

    def is_taken_up(self, held: dict[int, int]) -> bool:
        """Whether each of those films was begun anew, or is done."""
        rows = self.rows("SELECT attachment_id, begun FROM media_conversion")
        begun = {int(str(pk)): int(str(often)) for pk, often in rows}
        return all(begun.get(pk, often + 1) > often for pk, often in held.items())

    def is_over(self) -> bool:
        """Whether every film is ready and nothing is left to do."""
        waits = self.rows("SELECT 1 FROM media_attachment WHERE state != 'ready' OR raw != ''")
        return not waits and not self.rows("SELECT 1 FROM media_conversion")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path)
    yield made
    if made.worker is not None:
        made.kill()


def test_each_film_ends_ready_once(house: House, tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    film.write_bytes(make.video_bytes(30, (640, 360)))
    house.manage("shell", "-c", BRING % (FILMS, str(film)))
    waits = []
    house.start()
    for _kill in range(KILLS):
        house.until(lambda: house.is_at_work() or house.is_over(), "nobody began")
        if house.is_over():  # the films are done before they have seen all the kills: one more
            house.manage("shell", "-c", BRING % (1, str(film)))
            house.until(house.is_at_work, "nobody began")
        time.sleep(random.uniform(0, LONGEST))
        held = house.held()
        house.kill()
        house.start()
        wait = house.until(lambda held=held: house.is_taken_up(held), "nobody took up what was held")  # type: ignore[misc]
        waits += [wait] if held else []
    house.until(house.is_over, "it did not come to an end")
    house.until(lambda: not list((house.data / "uploads/work").iterdir()), "half work was left lying")
    files = {path.relative_to(house.data / "uploads").as_posix() for path, _stat in walk(house.data / "uploads")}
    variants = [json.loads(str(row[0])) for row in house.rows("SELECT variants FROM media_attachment")]
    assert files == {variant["file"] for row in variants for variant in row.values()}
    assert [sorted(row) for row in variants] == [sorted(variants[0])] * len(variants)
    assert len(variants) >= FILMS
    assert {"original", "hls", "poster"} <= set(variants[0])
    assert 0 < max(waits) < 60  # the very film that was held is begun anew, or done, within that
    print(f"\n{KILLS} kills, the film that was held begun again after {', '.join(f'{wait:.0f} s' for wait in waits)}")


def _children(pid: int) -> list[str]:
    found: list[str] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):  # a thread that ended meanwhile
            found += task.read_text().split()
    return found
