"""What comes in: what is taken, what is refused with which sentence, where it is stored."""

import errno
import os

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from django_tasks_db.models import DBTaskResult

from media import store
from media.models import Attachment, State
from media.services import StorageFull, receive_file, set_description, set_focus
from tests import kept
from tests.media import files


def upload(content=None, name="photo.jpg"):
    return SimpleUploadedFile(name, files.photo() if content is None else content)


def test_it_is_stored_under_our_name_and_waits(alice):
    attachment = receive_file(alice, upload(name="me.png"), description=" A square ")
    assert kept.names() == [f"{attachment.key[:2]}/{attachment.key}/raw.jpg"]
    attachment.refresh_from_db()
    assert (attachment.state, attachment.kind, attachment.content_type) == (State.WAITING, "image", "image/jpeg")
    assert (attachment.name, attachment.description, attachment.variants) == ("me.png", "A square", {})
    task = DBTaskResult.objects.get()
    assert (task.task_path, task.queue_name, task.args_kwargs["args"]) == (
        "media.tasks.process_attachment", "media", [attachment.pk]
    )  # fmt: skip


@kept.needs_folder
def test_a_file_on_the_disk_is_moved_not_copied(alice, tmp_path, settings):
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    large = TemporaryUploadedFile("photo.jpg", "image/jpeg", len(files.photo()), None)
    large.write(files.photo())
    large.seek(0)
    attachment = receive_file(alice, large)
    large.close()
    assert list(tmp_path.glob("*.upload*")) == []
    assert kept.content(attachment.raw) == files.photo()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "This file is empty."),
        (b"<svg onload='alert(1)'/>", "We do not take this kind of file. Pictures: JPEG, PNG"),
        (b"<!DOCTYPE html><script>", "We do not take this kind of file."),
        (b"PK\x03\x04" + bytes(50), "We do not take this kind of file."),
        (b"#EXTM3U\nhttp://127.0.0.1/", "We do not take this kind of file."),
    ],
)
def test_s05_what_we_do_not_take(alice, content, sentence):
    with pytest.raises(ValidationError) as refused:
        receive_file(alice, upload(content, "cat.jpg"))
    assert refused.value.messages[0].startswith(sentence)
    assert (Attachment.objects.count(), kept.names()) == (0, [])


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (files.photo, "This picture has 1.8\xa0KB; at most 1.0\xa0KB fit."),
        (lambda: files.film(), "This video has"),
        (lambda: files.sound("flac", "flac"), "This recording has"),
    ],
)
def test_too_large(alice, settings, content, sentence):
    settings.MEDIA_SIZES = {"image": 1024, "video": 1024, "audio": 1024}
    with pytest.raises(ValidationError) as refused:
        receive_file(alice, upload(content()))
    assert refused.value.messages[0].startswith(sentence[:15])
    assert refused.value.messages[0].endswith("at most 1.0\xa0KB fit.")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd.jpg", "passwd.jpg"),
        ("C:\\temp\\cat.jpg", "cat.jpg"),
        ("a\u202egpj.exe", "agpj.exe"),
        ("a\nb\x00c.jpg", "ab\ufffdc.jpg"),
        ("x" * 300 + ".jpeg", "x" * 243 + ".jpeg"),
        ("größe.jpg", "größe.jpg"),
        ("\ud800.jpg", "\ufffd.jpg"),
    ],
)
def test_s36_a_name_is_only_shown(alice, name, shown):
    given = upload()
    given._name = name
    attachment = receive_file(alice, given)
    assert attachment.name == shown
    assert kept.names() == [f"{attachment.key[:2]}/{attachment.key}/raw.jpg"]


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
@kept.needs_folder
def test_a_full_disk_leaves_nothing_behind(alice, monkeypatch, number):
    def full(file):
        raise OSError(number, "full")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageFull, match="There is no room"):
        receive_file(alice, upload())
    assert (Attachment.objects.count(), kept.names()) == (0, [])


def test_a_disk_that_is_nearly_full_keeps_its_last_room(alice, monkeypatch):
    monkeypatch.setattr(store, "RESERVE", 10**18)
    with pytest.raises(StorageFull):
        receive_file(alice, upload())


def test_a_database_that_fails_leaves_no_file(alice, monkeypatch):
    monkeypatch.setattr(Attachment, "save", lambda self: (_ for _ in ()).throw(RuntimeError))
    with pytest.raises(RuntimeError):
        receive_file(alice, upload())
    assert kept.names() == []


def test_a_face_is_prepared_at_once(alice, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        attachment = receive_file(alice, upload(), purpose="avatar")
    assert attachment.state == State.READY
    assert attachment.url("avatar") == f"/media/{attachment.key}/avatar"
    assert [name.rpartition("/")[2] for name in kept.names()] == ["avatar.webp", "original.jpg"]
    assert DBTaskResult.objects.count() == 0


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (lambda: files.photo()[:300], "This file is damaged"),
        (lambda: files.film(), "This has to be a picture."),
    ],
)
def test_a_face_that_cannot_be_used_is_refused_at_once(alice, content, sentence):
    with pytest.raises(ValidationError, match=sentence):
        receive_file(alice, upload(content()), purpose="avatar")
    assert Attachment.objects.count() == 0


def test_description(alice, bob):
    attachment = receive_file(alice, upload())
    set_description(alice, attachment, " Two\r\nlines ")
    assert Attachment.objects.get().description == "Two\nlines"
    for bad in ("x" * 1501, "a\x00b"):
        with pytest.raises(ValidationError):
            set_description(alice, attachment, bad)
    with pytest.raises(PermissionDenied):
        set_description(bob, attachment, "Mine")


def test_focus(alice, bob):
    attachment = receive_file(alice, upload())
    set_focus(alice, attachment, -0.5, 1)
    assert Attachment.objects.values_list("focus_x", "focus_y").get() == (-0.5, 1)
    for bad in ((1.1, 0), (0, float("nan"))):
        with pytest.raises(ValidationError):
            set_focus(alice, attachment, *bad)
    with pytest.raises(PermissionDenied):
        set_focus(bob, attachment, 0, 0)
