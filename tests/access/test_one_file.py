"""S42: two files in a field for one are refused in a sentence; none is dropped without a word."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from media.models import Attachment, Caption
from tests import make

WORDS = "There is room for one file here."


def two(content: bytes) -> list[SimpleUploadedFile]:
    return [SimpleUploadedFile(f"{n}.bin", content) for n in (1, 2)]


def test_s42_files_for_a_post_come_one_by_one(client, alice):
    client.force_login(alice)
    answer = client.post("/uploads", {"file": two(make.image_bytes())})
    assert (answer.status_code, answer.json()["error"].startswith(WORDS)) == (422, True)
    assert client.post("/uploads", {"file": two(make.image_bytes())[:1]}).status_code == 201
    assert Attachment.objects.count() == 1


def test_s42_the_form_of_a_post_takes_all_of_them(client, alice):
    client.force_login(alice)
    client.post("/posts", {"text": "Look", "visibility": "0", "files": two(make.image_bytes())})
    assert Attachment.objects.exclude(post_place=None).count() == 2


@pytest.mark.parametrize("place", ["avatar", "header"])
def test_s42_a_face_is_one_picture(client, alice, place):
    client.force_login(alice)
    fields = {"display_name": "Alice", "bio": "", place: two(make.image_bytes())}
    assert WORDS in client.post("/settings", fields, follow=True).text
    alice.refresh_from_db()
    assert (getattr(alice, place), Attachment.objects.count()) == (None, 0)


def test_s42_captions_are_one_file(client, alice):
    film = make.video(alice)
    client.force_login(alice)
    fields = {"language": "en", "text": "", "file": two(b"WEBVTT\n\n0:01.000 --> 0:02.000\nHello\n")}
    answer = client.post(f"/media/{film.key}/captions", fields)
    assert (answer.status_code, WORDS in answer.text, Caption.objects.count()) == (422, True, 0)
