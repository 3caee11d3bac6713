"""Every place for files keeps the same promises; moving from one to another loses nothing."""

from __future__ import annotations

import errno
import hashlib
import io
import subprocess
import sys
import threading
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage, storages
from django.core.management import CommandError, call_command

from media import store
from media.models import Attachment
from media.services.move import count_left, move_files
from media.storages.folder import Folder
from tests import kept

ROOT = Path(__file__).parents[2]
FOLDER = {"BACKEND": "media.storages.folder.Folder"}
pytestmark = pytest.mark.django_db
WAYS = [("folder", "bucket"), ("bucket", "folder"), ("bucket", "bucket")]


@pytest.fixture
def specs(bucket_url):
    """Two buckets (corners of one) and a folder, as STORAGES names them."""
    from tests.bucket import storage

    corners = [storage(bucket_url.replace("?", f"/{uuid4().hex}?")) for _n in range(2)]
    return {"folder": [FOLDER, FOLDER], "bucket": corners}


@pytest.fixture(params=["folder", "bucket", "moving"])
def place(request, settings, specs):
    if request.param == "moving":
        moving(settings, specs, "folder", "bucket")
    else:
        settings.STORAGES = settings.STORAGES | {"default": specs[request.param][0]}
    return store.place()


def moving(settings, specs, old, new):
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "media.storages.moving.Moving"}, "old": specs[old][0], "new": specs[new][1],
    }  # fmt: skip
    return storages["old"], storages["new"]


def test_what_is_put_is_what_is_got(place):
    place.put("ab/key/a.png", ContentFile(b"one"))
    place.put("ab/key/a.png", ContentFile(b"other"))
    with place.open("ab/key/a.png") as file:
        assert (file.read(), file.fileno() > 2) == (b"other", True)
    assert (place.size("ab/key/a.png"), place.exists("ab/key/a.png"), place.exists("ab/key")) == (5, True, False)
    assert place.digest("ab/key/a.png") == hashlib.sha256(b"other").hexdigest()


def test_folders_and_files_are_listed(place):
    for name in ("ab/k1/a", "ab/k1/hls/b", "ab/k12/c", "cd/k2/d", "parts/k3/e"):
        place.put(name, ContentFile(b"12"))
    assert list(place.folders()) == ["ab/k1", "ab/k12", "cd/k2"]
    assert sorted((stored.name, stored.size) for stored in place.files("ab/k1")) == [("ab/k1/a", 2), ("ab/k1/hls/b", 2)]
    assert (place.clear("ab/k1"), place.clear("ab/k1"), place.clear("xx/none")) == (2, 0, 0)
    assert list(place.folders()) == ["ab/k12", "cd/k2"]


def test_a_missing_file_is_told_and_deleting_it_is_fine(place):
    for ask in (place.open, place.size, place.digest):
        with pytest.raises(FileNotFoundError):
            ask("ab/none/x")
    place.delete("ab/none/x")
    assert place.exists("ab/none/x") is False


def test_many_files_are_cleared_at_once(place, monkeypatch):
    monkeypatch.setattr("media.storages.bucket.AT_ONCE", 3)
    for number in range(8):
        place.put(f"ab/key/{number}", ContentFile(b"x"))
    assert (place.clear("ab/key"), list(place.files("ab/key"))) == (8, [])


def test_a_large_file_goes_in_parts(specs, settings, monkeypatch):
    monkeypatch.setattr("media.storages.bucket.PART", 5 * 1024 * 1024)
    settings.STORAGES = settings.STORAGES | {"default": specs["bucket"][0]}
    content = io.BytesIO(bytes(range(256)) * 45_000)
    store.put(File(content, "x"), "ab/key/large")
    assert store.place().digest("ab/key/large") == hashlib.sha256(content.getvalue()).hexdigest()
    assert content.closed is False


def test_parts_of_a_broken_upload_are_given_up(specs, settings):
    settings.STORAGES = settings.STORAGES | {"default": specs["bucket"][0]}
    place = store.place()
    place.client.create_multipart_upload(Bucket=place.bucket_name, Key=f"{place.location}ab/key/x")
    long = 2e9  # seconds; this server says of all uploads that they began in 2010
    assert [store.clear_work(long), store.clear_work(60), store.clear_work(60)] == [0, 1, 0]


def test_a_folder_shows_nothing_half_written(settings, monkeypatch, tmp_path):
    folder = Folder(tmp_path)
    folder.put("ab/key/a", ContentFile(b"whole"))
    monkeypatch.setattr("os.fsync", lambda file: (_ for _ in ()).throw(OSError(errno.ENOSPC, "full")))
    with pytest.raises(OSError, match="full"):
        folder.put("ab/key/a", ContentFile(b"half"))
    assert [(stored.name, stored.size) for stored in folder.files("")] == [("ab/key/a", 5)]


@pytest.mark.parametrize("problem", ["secret", "bucket", "port"])
def test_what_is_wrong_with_a_bucket_is_one_line(bucket_url, tmp_path, problem):
    url = {
        "secret": bucket_url.replace("a%2Fsecret", "another"),
        "bucket": bucket_url.replace("/uploads", "/absent"),
        "port": "s3+http://a:b@127.0.0.1:1/uploads",
    }[problem]
    words = {"secret": "SignatureDoesNotMatch", "bucket": "NoSuchBucket", "port": "does not answer"}[problem]
    surroundings = {"POLYLOG_DATA": str(tmp_path), "STORAGE_URL": url}
    command = [sys.executable, "manage.py", "prepare"]
    ended = subprocess.run(command, cwd=ROOT, env=surroundings, capture_output=True, text=True, check=False)
    assert (ended.returncode, len(ended.stderr.splitlines())) == (2, 1), ended.stderr
    assert "STORAGE_URL: files cannot be kept in the bucket" in ended.stderr
    assert words in ended.stderr


def test_a_full_bucket_is_no_room(specs, settings, monkeypatch):
    settings.STORAGES = settings.STORAGES | {"default": specs["bucket"][0]}
    from botocore.exceptions import ClientError

    def full(**_place):
        raise ClientError({"ResponseMetadata": {"HTTPStatusCode": 507}, "Error": {"Code": "StorageFull"}}, "PutObject")

    monkeypatch.setattr(store.place().client, "put_object", full)
    with pytest.raises(store.StorageFull, match="There is no room"):
        store.put(ContentFile(b"x"), "ab/key/x")


def test_a_site_without_a_bucket_loads_nothing_of_it(tmp_path):
    code = (
        "import sys, django; django.setup(); from community import asgi; from media import store; "
        "store.place().exists('x'); print({'boto3', 'botocore', 'storages', 's3transfer'} & set(sys.modules))"
    )
    surroundings = {"DJANGO_SETTINGS_MODULE": "community.settings", "POLYLOG_DATA": str(tmp_path)}
    said = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=surroundings, capture_output=True, text=True, check=True
    )
    assert said.stdout == "set()\n"


# --- moving ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("old", "new"), WAYS)
def test_all_files_move_and_the_second_time_there_are_none(alice, settings, specs, old, new, capsys):
    source, target = moving(settings, specs, old, new)
    for number in range(3):
        source.put(f"ab/key{number}/original.png", ContentFile(f"{number}".encode() * 100))
    source.put("cd/key/hls/a.m3u8", ContentFile(b"list"))
    call_command("move_files")
    assert capsys.readouterr().out == "4 files to move, 304\xa0bytes.\n4 files moved and checked.\n"
    assert (list(source.folders()), list(target.folders())) == ([], ["ab/key0", "ab/key1", "ab/key2", "cd/key"])
    assert kept.content("ab/key2/original.png") == b"2" * 100
    call_command("move_files")
    assert capsys.readouterr().out.endswith("0 files moved and checked.\n")


def test_while_files_move_the_site_finds_all_and_writes_to_the_new_place(client, alice, settings, specs):
    source, _target = moving(settings, specs, "folder", "bucket")
    source.put("ab/key/x", ContentFile(b"old"))
    assert (kept.content("ab/key/x"), store.handed("ab/key/x")) == (b"old", "/_files/ab/key/x")
    store.put(ContentFile(b"new"), "ab/key/x")
    assert (source.exists("ab/key/x"), kept.content("ab/key/x")) == (False, b"new")
    assert store.handed("ab/key/x").startswith("/_bucket/http/127.0.0.1:")
    source.put("ab/key/y", ContentFile(b"y"))
    assert (store.remove("ab/key"), kept.names("ab/key")) == (2, [])


def test_a_move_that_was_broken_off_goes_on_where_it_was(settings, specs, monkeypatch):
    source, target = moving(settings, specs, "folder", "bucket")
    for number in range(5):
        source.put(f"ab/key{number}/x", ContentFile(b"x" * 10))
    steps = move_files()
    assert [next(steps).is_moved for _n in range(2)] == [True, True]
    steps.close()
    assert count_left() == (3, 30)
    monkeypatch.setattr(target, "put", lambda *args: (_ for _ in ()).throw(OSError(errno.EIO, "away")))
    with pytest.raises(CommandError, match="It stops here"):
        call_command("move_files")
    monkeypatch.undo()
    assert [step.is_moved for step in move_files()] == [True] * 3


def test_what_arrives_damaged_stays_in_the_old_place(settings, specs, monkeypatch, capsys):
    source, target = moving(settings, specs, "folder", "bucket")
    source.put("ab/key/x", ContentFile(b"whole"))
    put = target.put
    monkeypatch.setattr(target, "put", lambda name, content: put(name, ContentFile(b"wh0le")))
    with pytest.raises(CommandError, match="1 files are being worked on or arrived damaged"):
        call_command("move_files")
    assert (source.exists("ab/key/x"), target.exists("ab/key/x")) == (True, False)


def test_what_is_worked_on_waits_and_what_is_newer_wins(alice, settings, specs):
    source, target = moving(settings, specs, "folder", "bucket")
    busy = Attachment.objects.create(owner=alice, kind="image", state="working")
    source.put(f"{busy.folder}/x", ContentFile(b"busy"))
    source.put("ab/key/x", ContentFile(b"old"))
    target.put("ab/key/x", ContentFile(b"new"))
    assert {step.stored.name[-5:]: step.is_moved for step in move_files()} == {
        f"{busy.key[-3:]}/x": False,
        "key/x": True,
    }
    assert (kept.content("ab/key/x"), count_left()) == (b"new", (1, 4))


def test_a_copy_leaves_the_old_place_as_it_was(settings, specs):
    source, target = moving(settings, specs, "bucket", "folder")
    source.put("ab/key/x", ContentFile(b"x"))
    call_command("move_files", "--keep")
    assert (source.exists("ab/key/x"), target.exists("ab/key/x")) == (True, True)


def test_there_is_nothing_to_move_in_one_place(db):
    default_storage.exists("x")
    with pytest.raises(CommandError, match="STORAGE_OLD_URL is not set"):
        call_command("move_files")


def test_readers_read_on_while_files_move(alice, settings, specs):
    """Read everything again and again during a move: nothing is missing, nothing is half."""
    source, _target = moving(settings, specs, "folder", "bucket")
    names = [f"ab/key{number}/x" for number in range(20)]
    for name in names:
        source.put(name, ContentFile(name.encode() * 1000))
    moved, seen, over = [], [], threading.Event()

    def read():
        while not over.is_set() or len(seen) < 2 * len(names):
            seen.extend(kept.content(name) == name.encode() * 1000 for name in names)

    reader = threading.Thread(target=read)
    reader.start()
    moved = [step.is_moved for step in move_files()]
    over.set()
    reader.join(60)
    assert (moved, all(seen)) == ([True] * 20, True)


def test_a_draft_of_a_killed_process_goes_and_one_that_is_written_stays(settings, monkeypatch):
    settings.STORAGES = settings.STORAGES | {"default": FOLDER}
    work = store.place().work()
    (work / "tmpdead").write_bytes(b"half")
    kept.grow_old(monkeypatch, minutes=2)

    class Slow(ContentFile):
        def read(self, size=-1):
            assert (store.clear_dead_work(), len(list(work.iterdir()))) in {(1, 1), (0, 1)}
            return super().read(size)

    store.put(Slow(b"x" * 10), "ab/key/x")
    assert (list(work.iterdir()), kept.content("ab/key/x")) == ([], b"x" * 10)
