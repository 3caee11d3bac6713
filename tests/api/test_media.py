"""Files over the API: when they are ready, and how one hears of it."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django_tasks_db.models import DBTaskResult

from media.models import Attachment, State
from media.services import process_file, receive
from tests import make


def bring(api: Any, version: str, content: bytes, *, status: int = 200, **said: str) -> Any:
    """Hand in a file as apps do."""
    body = {"file": SimpleUploadedFile("file", content), **said}
    return api("POST", f"/api/{version}/media", body, content_type="multipart", status=status)


def test_a_picture_is_ready_at_once_and_goes_into_a_post(api_as, alice):
    api = api_as(alice)
    file = bring(api, "v2", make.image_bytes(), description="A slope", focus="0.5,-0.5")
    assert (file["url"] is None, file["description"], file["meta"]["focus"]) == (
        False,
        "A slope",
        {"x": 0.5, "y": -0.5},
    )
    status = api("POST", "/api/v1/statuses", {"status": "Look", "media_ids": [file["id"]]})
    assert [one["id"] for one in status["media_attachments"]] == [file["id"]]
    assert DBTaskResult.objects.filter(task_path="media.tasks.process_attachment").count() == 0


def test_of_two_pictures_at_one_moment_the_worker_prepares_one(api_as, alice):
    with receive._seated(True):  # what another thread holds
        file = bring(api_as(alice), "v2", make.image_bytes(), status=202)
    assert file["url"] is None
    assert DBTaskResult.objects.filter(task_path="media.tasks.process_attachment").count() == 1
    assert bring(api_as(alice), "v2", make.image_bytes())["url"] is not None


@pytest.mark.parametrize("content", [make.audio_bytes, make.video_bytes])
def test_what_may_take_long_is_asked_for_again(api_as, alice, content):
    api = api_as(alice)
    file = bring(api, "v2", content(), status=202, focus="0.5,-0.5")
    path = f"/api/v1/media/{file['id']}"
    assert file == api("GET", path, status=206)
    assert (file["url"], file["meta"]) == (None, {"focus": {"x": 0.5, "y": -0.5}})
    assert api("PUT", path, {"focus": "0.25,0.75"})["meta"]["focus"] == {"x": 0.25, "y": 0.75}
    process_file(int(file["id"]))
    assert (ready := api("GET", path))["url"] is not None
    assert ready["meta"]["focus"] == {"x": 0.25, "y": 0.75}


@pytest.mark.parametrize("content", [make.image_bytes, make.audio_bytes, make.video_bytes])
def test_the_older_address_waits_for_all_that_browsers_play(api_as, alice, content):
    assert bring(api_as(alice), "v1", content())["url"] is not None


def test_a_damaged_picture_is_refused_and_says_why(api_as, alice):
    said = bring(api_as(alice), "v2", make.image_bytes()[:40], status=422)
    assert said["error"].startswith("Validation failed: ")
    assert Attachment.objects.get().state == State.FAILED


@pytest.mark.parametrize(
    ("method", "path", "field"),
    [
        ("POST", "/api/v1/media", "file"),
        ("POST", "/api/v2/media", "file"),
        ("PATCH", "/api/v1/accounts/update_credentials", "avatar"),
        ("PATCH", "/api/v1/accounts/update_credentials", "header"),
    ],
)
def test_s42_programs_too_send_one(api_as, alice, method, path, field):
    files = {field: [SimpleUploadedFile(name, make.image_bytes()) for name in ("a", "b")]}
    said = api_as(alice)(method, path, files, content_type="multipart", status=422)["error"]
    assert said.endswith("There is room for one file here. Please add them one by one.")
    assert Attachment.objects.count() == 0


@pytest.mark.parametrize("part", ["1", SimpleUploadedFile("a", b"1")], ids=["fields", "files"])
def test_s42_ten_thousand_parts_are_too_much(api_as, alice, part):
    parts = {"file": [part] * 10_000}
    said = api_as(alice)("POST", "/api/v2/media", parts, content_type="multipart", status=413)
    assert said["error"] == "That is more than may be sent at once"
