"""Folders in which others write."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import pytest

from core import leftovers


@pytest.fixture
def gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that somebody deletes at the moment it is looked into, and a file that goes when it is looked at."""
    look_into, look_at = os.scandir, Path.lstat

    def scandir(path):
        shutil.rmtree(path) if str(path).endswith("gone") else None
        return look_into(path)

    def lstat(path):
        path.unlink() if path.name == "gone.txt" else None
        return look_at(path)

    monkeypatch.setattr(os, "scandir", scandir)
    monkeypatch.setattr(Path, "lstat", lstat)
    for name in ("a/one", "gone/two", "b/c/three", "gone.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x" * len(name))
    return tmp_path


def test_what_goes_meanwhile_is_passed_over(gone: Path) -> None:
    found = [(path.relative_to(gone).as_posix(), stat.st_size) for path, stat in leftovers.walk(gone)]
    assert found == [("a/one", 5), ("b/c/three", 9)]


def test_a_folder_that_is_not_there_has_nothing(tmp_path: Path) -> None:
    assert (list(leftovers.walk(tmp_path / "no")), leftovers.clear_old(tmp_path / "no", 0)) == ([], 0)


def test_what_is_old_goes_be_it_file_or_folder_and_what_went_is_not_counted(gone: Path) -> None:
    long_ago = time.time() - 100
    for name in ("a", "gone.txt"):
        os.utime(gone / name, (long_ago, long_ago))
    assert leftovers.clear_old(gone, 50) == 1
    assert sorted(path.name for path in gone.iterdir()) == ["b", "gone"]
