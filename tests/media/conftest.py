"""The steps of the throw-away process, called in this one where that is what is tested."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import Settings

from media.models import Attachment, State
from media.services import process_file, receive_file
from media.sniff import HEAD, sniff
from media.video.convert import make_qualities
from media.work import audio, films, images, loops, recordings, video
from media.work.run import _load
from media.work.task import Job, Made

# The child loads a step when it needs it. Here all are loaded before a test lowers a limit: none may keep the low one.
STEPS = (audio, films, images, loops, recordings, video)


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Made]:
    """Make of a file what the child would, in the present folder."""
    monkeypatch.chdir(tmp_path)

    def make(content: bytes, step: str = "", purpose: str = "post") -> Made:
        found = sniff(content[:HEAD])
        assert found is not None
        step = step or ("image" if found.kind == "image" else "keep")
        job: Job = {"step": step, "reader": found.reader, "purpose": purpose, "limits": {}}
        done = _load(job)(io.BytesIO(content), job)
        if not done.needs_converting or step != "keep":
            return done
        if done.kind == "audio":
            return make(content, "convert", purpose)
        passes = [make(content, "draft", purpose), make(content, "replace", purpose)]
        done.variants |= passes[0].variants | passes[1].variants
        return done

    return make


@pytest.fixture
def bring(alice, django_capture_on_commit_callbacks) -> Callable[..., Attachment]:
    """Upload a file of alice's and prepare it, as the worker does."""

    def receive(content: bytes, name: str = "a.bin", *, is_whole: bool = False, **options: str) -> Attachment:
        with django_capture_on_commit_callbacks(execute=True):
            attachment = receive_file(alice, SimpleUploadedFile(name, content), **options)
            process_file(attachment.pk, converts=True)
            attachment.refresh_from_db()
            if is_whole or attachment.state == State.WAITING:  # a film with all its qualities, or one not played yet
                make_qualities(attachment.pk)
        attachment.refresh_from_db()
        return attachment

    return receive


@pytest.fixture(scope="session")
def bucket_url() -> Iterator[str]:
    """An S3 server of our own, the same for all tests."""
    from tests.bucket import bucket_server  # moto takes a second

    with bucket_server() as (url, _door):
        yield url


@pytest.fixture(params=["folder", "bucket"])
def each_place(request: pytest.FixtureRequest, settings: Settings) -> str:
    """Keep files in a folder, and then in a bucket."""
    if request.param == "folder":
        settings.STORAGES = settings.STORAGES | {"default": {"BACKEND": "media.storages.folder.Folder"}}
        return "folder"
    from tests.bucket import storage

    settings.STORAGES = settings.STORAGES | {"default": storage(request.getfixturevalue("bucket_url"))}
    default_storage.location = f"{uuid4().hex}/"
    return "bucket"


@pytest.fixture
def work_on(django_capture_on_commit_callbacks) -> Callable[[Attachment], bool]:
    """Do what a worker does with a film, to the end; returns whether it was done."""

    def run(film: Attachment) -> bool:
        with django_capture_on_commit_callbacks(execute=True):
            done = make_qualities(film.pk)
        film.refresh_from_db()
        return done

    return run
