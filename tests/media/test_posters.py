"""The frame that stands for a film, and its author's choice of it."""

import io

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from PIL import Image

from media.video.poster import choose_poster, frames_of
from media.work.posters import look_at_film
from tests import make
from tests.media import files


@pytest.fixture
def film(alice):
    film = make.video(alice)
    for n in (1, 2, 3):
        film.variants[f"frame{n}"] = {"file": f"{film.folder}/frame{n}.webp", "type": "image/webp", "bytes": 1}
    film.variants["poster"] = film.variants["frame1"]
    film.save()
    return film


def test_frames_along_the_way_are_offered(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    job = {"step": "keep", "reader": "mov", "purpose": "post", "limits": {}}
    made = look_at_film(io.BytesIO(files.film(seconds=4)), job)
    assert sorted(made.variants) == ["frame1", "frame2", "frame3", "frame4", "frame5", "poster"]
    assert made.variants["poster"] == made.variants["frame1"]
    light = [Image.open(made.variants[f"frame{n}"]["file"]).convert("RGB").getpixel((4, 4))[0] for n in range(1, 6)]
    assert len(set(light)) > 1  # it gets brighter and begins anew every three seconds


def test_the_author_chooses_one(alice, film):
    choose_poster(alice, film, "frame3")
    film.refresh_from_db()
    assert film.url("poster") == f"/media/{film.key}/frame3"
    assert frames_of(film) == [("frame1", False), ("frame2", False), ("frame3", True)]


def test_nobody_else_does(bob, film):
    with pytest.raises(PermissionDenied):
        choose_poster(bob, film, "frame2")


@pytest.mark.parametrize("frame", ["", "frame9", "original", "frame1.webp", "../frame1", "frame\u0661"])
def test_only_what_was_offered_can_be_chosen(alice, film, frame):
    with pytest.raises(ValidationError):
        choose_poster(alice, film, frame)


def test_it_is_chosen_in_the_composer(client, alice, film):
    client.force_login(alice)
    form = {"text": "See this", "visibility": "0", "attachment": film.pk, f"poster_{film.pk}": "frame2"}
    client.post("/posts", form)
    film.refresh_from_db()
    assert film.url("poster") == f"/media/{film.key}/frame2"


def test_the_composer_shows_them(client, alice, film):
    client.force_login(alice)
    page = client.post("/posts", {"text": "See this", "attachment": film.pk, "action": "up:1"}).content.decode()
    assert page.count(f'name="poster_{film.pk}"') == 3
    assert f'href="/media/{film.key}/captions"' in page
