"""Files over the API, beyond the dialect."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from media.models import Attachment, Conversion, Quota, Upload
from media.sandbox import GIVEN_UP
from posts.models import Visibility
from posts.services.schedule import schedule_post
from tests import make

OWN = "/api/polylog/v1"
SAID = "WEBVTT\n\n0:01.500 --> 0:04.000\nGood morning."
KEPT = "WEBVTT\n\n00:00:01.500 --> 00:00:04.000\nGood morning.\n"


@pytest.fixture
def sound(alice) -> Attachment:
    return make.audio(alice, duration=300.0)


@pytest.fixture
def film(alice) -> Attachment:
    film = make.video(alice)
    for name in ("frame1", "frame2"):
        film.variants[name] = {"file": f"{film.folder}/{name}.webp", "type": "image/webp", "bytes": 1}
    film.variants["poster"] = film.variants["frame1"]
    film.save()
    return film


def test_chapters_are_written_and_read_by_whoever_sees_the_post(api_as, api, alice, sound):
    chapters = [{"start": 0, "title": "The way there"}, {"start": 62.5, "title": "Back\nhome"}]
    facts = api_as(alice)("PUT", f"{OWN}/media/{sound.pk}/chapters", {"chapters": chapters})
    kept = [{"start": 0.0, "title": "The way there"}, {"start": 62.5, "title": "Back home"}]
    assert facts["chapters"] == kept
    api("GET", f"{OWN}/media/{sound.pk}", status=404)
    make.post(alice, attachments=[sound])
    assert api("GET", f"{OWN}/media/{sound.pk}")["chapters"] == kept
    assert api_as(alice)("PUT", f"{OWN}/media/{sound.pk}/chapters", {})["chapters"] == []


def test_a_chapter_after_the_end_is_refused(api_as, alice, sound):
    said = {"chapters": [{"start": 301, "title": "Too late"}]}
    error = api_as(alice)("PUT", f"{OWN}/media/{sound.pk}/chapters", said, status=422)["error"]
    assert "begins after the end" in error


def test_captions_are_written_read_and_taken_away(api_as, alice, film):
    api, address = api_as(alice), f"{OWN}/media/{film.pk}/captions/en"
    assert api("PUT", address, {"text": SAID}) == {"language": "en", "text": KEPT}
    assert api("GET", address)["text"] == KEPT
    [link] = api("GET", f"{OWN}/media/{film.pk}")["captions"]
    assert link["url"].startswith(f"http://localhost:8000/media/{film.key}/captions/en.vtt?ticket=")
    api("DELETE", address)
    api("GET", address, status=404)


def test_captions_come_as_a_file_too(api_as, alice, film):
    file = SimpleUploadedFile("said.vtt", SAID.encode(), "text/vtt")
    response = api_as(alice).ask("PUT", f"{OWN}/media/{film.pk}/captions/de", {"text": SAID})
    assert response.status_code == 200
    kept = api_as(alice).client.generic(
        "PUT", f"{OWN}/media/{film.pk}/captions/fr", *_multipart(file), headers=api_as(alice).headers
    )
    assert (kept.status_code, kept.json()["text"]) == (200, KEPT)


def _multipart(file: SimpleUploadedFile) -> tuple[bytes, str]:
    from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

    return encode_multipart(BOUNDARY, {"file": file}), MULTIPART_CONTENT


@pytest.mark.parametrize(("language", "said"), [("nonsense!", SAID), ("en", "no captions at all")])
def test_what_are_no_captions_is_refused(api_as, alice, film, language, said):
    answer = api_as(alice)("PUT", f"{OWN}/media/{film.pk}/captions/{language}", {"text": said}, status=422)
    assert answer["error"].startswith("Validation failed")


def test_a_frame_is_chosen_by_whoever_brought_the_film(api_as, api, alice, film):
    make.post(alice, attachments=[film])
    facts = api_as(alice)("PUT", f"{OWN}/media/{film.pk}/poster", {"frame": "frame2"})
    assert {one["name"]: one["is_chosen"] for one in facts["frames"]} == {"frame1": False, "frame2": True}
    api_as(alice)("PUT", f"{OWN}/media/{film.pk}/poster", {"frame": "original"}, status=422)
    assert api("GET", f"{OWN}/media/{film.pk}")["frames"] == []


def test_a_file_for_some_has_an_address_for_one(api_as, alice, bob, sound):
    sound.variants["cover"] = {"file": f"{sound.folder}/cover.webp", "type": "image/webp", "bytes": 1}
    sound.save()
    make.post(alice, attachments=[sound], visibility=Visibility.FOLLOWERS)
    assert "?ticket=" in api_as(bob)("GET", f"{OWN}/media/{sound.pk}")["cover_url"]


# --- storage --------------------------------------------------------------------------------------------------------
def test_storage_says_what_is_used_and_what_is_left(api_as, alice):
    picture, sound = make.image(alice, size=600), make.audio(alice, size=400)
    post = make.post(alice, attachments=[picture])
    Quota.objects.create(owner=alice, megabytes=1)
    use = api_as(alice)("GET", f"{OWN}/storage")
    assert (use["used"], use["limit"], use["left"]) == (1000, 1024**2, 1024**2 - 1000)
    assert use["kinds"] == [{"kind": "image", "bytes": 600, "count": 1}, {"kind": "audio", "bytes": 400, "count": 1}]
    assert [(one["id"], one["bytes"], one["status_id"]) for one in use["largest"]] == [
        (str(picture.pk), 600, str(post.pk)),
        (str(sound.pk), 400, None),
    ]


def test_storage_says_what_the_whole_site_has_left_where_that_is_less(api_as, alice, settings):
    Quota.objects.create(owner=alice, megabytes=5)
    for limit, left in ((0, None), (9, None), (3, 3 * 1024**2)):
        settings.QUOTA_SITE_MB = limit
        assert api_as(alice)("GET", f"{OWN}/storage")["site_left"] == left


def test_an_upload_on_its_way_is_listed_and_stopped_by_its_owner(api_as, alice, bob):
    later = timezone.now() + timedelta(days=1)
    Upload.objects.create(owner=alice, key="a" * 32, length=50, name="film.mp4", expires=later)
    api = api_as(alice)
    assert api("GET", f"{OWN}/storage")["coming"] == [
        {"name": "film.mp4", "keys": ["a" * 32], "bytes_here": 0, "bytes": 50}
    ]
    api_as(bob)("DELETE", f"{OWN}/storage/uploads/{'a' * 32}", status=404)
    api("DELETE", f"{OWN}/storage/uploads/{'a' * 32}")
    assert Upload.objects.count() == 0


def test_a_film_whose_qualities_were_given_up_says_why_and_is_tried_again_by_its_owner(api_as, alice, bob, film):
    post = make.post(alice, attachments=[film])
    Conversion.objects.create(attachment=film, error=GIVEN_UP, failures=5)
    api, address = api_as(alice), f"{OWN}/media/{film.pk}/qualities"
    given_up = {"id": str(film.pk), "name": film.name, "problem": GIVEN_UP, "status_id": str(post.pk)}
    assert api("GET", f"{OWN}/storage")["given_up"] == [given_up]
    api_as(bob)("POST", address, status=404)
    api("POST", address)
    assert (Conversion.objects.get().error, api("GET", f"{OWN}/storage")["given_up"]) == ("", [])
    api("POST", address, status=404)


def test_a_file_of_a_post_to_come_is_not_thrown_away(api_as, alice):
    file = make.image(alice)
    schedule_post(alice, due=timezone.now() + timedelta(hours=1), attachments=[file])
    api_as(alice)("DELETE", f"/api/v1/media/{file.pk}", status=422)
    assert Attachment.objects.filter(pk=file.pk).exists()


@pytest.mark.parametrize("count", [1, 3])
def test_storage_costs_the_same_for_one_file_and_for_three(api_as, alice, django_assert_num_queries, count):
    for _n in range(count):
        make.post(alice, attachments=[make.image(alice), film := make.video(alice)])
        Conversion.objects.create(attachment=film, error=GIVEN_UP)
    api = api_as(alice)
    api("GET", f"{OWN}/storage")
    with django_assert_num_queries(10):
        api("GET", f"{OWN}/storage")
