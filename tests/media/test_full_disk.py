"""A disk that is really full: a small file system of its own, where this machine lets us mount one."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from media import store
from media.models import Attachment, State
from media.services import StorageFull, process_file, receive_file
from tests import kept, make
from tests.media import files

pytestmark = [pytest.mark.django_db, kept.needs_folder]
MB = 1024 * 1024


@pytest.fixture
def small_disk(settings, tmp_path, monkeypatch):
    """Two megabytes for uploads, and no last room that is kept back."""
    place = tmp_path / "small"
    place.mkdir()
    mount = [shutil.which("mount") or "mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(place)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("nobody may mount here")
    settings.MEDIA_ROOT = place / "uploads"
    monkeypatch.setattr(store, "RESERVE", -10 * MB)
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def fill(place: Path, left: int) -> Path:
    """Leave no more than ``left`` bytes."""
    ballast = place / "ballast"
    ballast.write_bytes(b"x" * max(0, shutil.disk_usage(place).free - left))
    return ballast


def test_an_upload_is_refused_with_a_sentence_and_leaves_nothing(alice, small_disk):
    fill(small_disk, 8192)
    with pytest.raises(StorageFull, match="There is no room for this file at the moment"):
        receive_file(alice, make.upload("photo.png", files.photo((900, 700)), "image/png"))
    assert (Attachment.objects.count(), kept.names()) == (0, [])


def test_what_was_being_prepared_goes_on_when_there_is_room_again(
    alice, small_disk, django_capture_on_commit_callbacks
):
    waiting = receive_file(alice, make.upload("photo.png", files.photo((900, 700)), "image/png"))
    ballast = fill(small_disk, 4096)
    for _minute in range(7):  # more often than any other trouble is tried
        assert process_file(waiting.pk) is False
    waiting.refresh_from_db()
    assert (waiting.state, waiting.tries, waiting.variants) == (State.WAITING, 0, {})
    assert kept.names() == [waiting.raw]
    ballast.unlink()
    with django_capture_on_commit_callbacks(execute=True):
        assert process_file(waiting.pk) is True
    waiting.refresh_from_db()
    assert kept.names() == sorted(variant["file"] for variant in waiting.variants.values())
