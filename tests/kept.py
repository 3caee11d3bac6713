"""What the site has stored, in whichever place: tests of files run on a folder and on a bucket."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.files.storage import FileSystemStorage

from core import ids
from media import store
from media.services import sweep

needs_folder = pytest.mark.skipif("OPTIONS" in settings.STORAGES["default"], reason="about files in a folder")


def names(folder: str = "") -> list[str]:
    """Return the names of all that is stored (below ``folder``), drafts included."""
    folders = [folder] if folder else list(store.folders())
    found = [kept.name for one in folders for kept in store.files(one)]
    place = store.place()
    drafts = place.work().rglob("*") if isinstance(place, FileSystemStorage) else ()
    return sorted([*found, *(f"work/{path.name}" for path in drafts if path.is_file())])


def content(name: str) -> bytes:
    """Return what is stored under a name."""
    with store.fetched(name) as file:
        return file.read()


def grow_old(monkeypatch: pytest.MonkeyPatch, **span: float) -> None:
    """Let all that is stored be as old as ``span`` says: the sweep reads the clock so much later."""
    now = time.time
    monkeypatch.setattr(ids, "_last", ids._last)  # later ids shall not go on from that time
    monkeypatch.setattr(sweep.time, "time", lambda: now() + timedelta(**span).total_seconds())
    monkeypatch.setattr(store.time, "time", lambda: now() + timedelta(**span).total_seconds())
