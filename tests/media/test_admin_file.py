"""The page of one file in the admin: what it shows, for whoever may see the file."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from media.models import Attachment, Caption
from tests import make


def page(client: Client, file: Attachment) -> str:
    return client.get(reverse("admin:media_attachment_change", args=[file.pk])).text


@pytest.fixture
def desk(client: Client, mod: User) -> Client:
    """A moderator's browser."""
    client.force_login(mod)
    return client


def test_a_picture_is_there_in_small_with_its_words(desk: Client, alice: User) -> None:
    small = {"file": "x/w640.webp", "type": "image/webp"}
    file = make.image(alice, description='A "red" door', variants={"original": small, "w640": small})
    make.post(alice, attachments=[file])
    assert f'<img src="/media/{file.key}/w640" alt="A &quot;red&quot; door"' in page(desk, file)
    assert f'<a href="/media/{file.key}/original">' in page(desk, file)


def test_a_picture_without_words_says_so(desk: Client, alice: User) -> None:
    file = make.image(alice)
    make.post(alice, attachments=[file])
    assert 'alt="Picture without a description"' in page(desk, file)


def test_a_film_has_its_poster_and_loads_nothing_by_itself(desk: Client, alice: User) -> None:
    file = make.video(alice, captions_in=["de"])
    file.variants |= {"film": file.variants["original"], "poster": {"file": "x/poster.webp"}}
    file.save()
    make.post(alice, attachments=[file])
    shown = page(desk, file)
    assert f'<video controls preload="none" playsinline src="/media/{file.key}/film"' in shown
    assert f'poster="/media/{file.key}/poster"' in shown
    assert f'<track kind="captions" src="/media/{file.key}/captions/de.vtt" srclang="de">' in shown


def test_a_sound_can_be_heard(desk: Client, alice: User) -> None:
    file = make.audio(alice)
    make.post(alice, attachments=[file])
    assert '<audio controls preload="none"' in page(desk, file)
    assert f'src="/media/{file.key}/original"' in page(desk, file)


@pytest.mark.parametrize(
    ("state", "sentence"),
    [("failed", "This file could not be read."), ("waiting", "It appears here when it is ready.")],
)
def test_what_is_not_ready_is_named(desk: Client, alice: User, state: str, sentence: str) -> None:
    file = make.image(alice, state=state, variants={})
    make.post(alice, attachments=[file])
    assert (sentence in page(desk, file), "<img src=" in page(desk, file)) == (True, False)


def test_a_face_is_for_everybody(desk: Client, alice: User) -> None:
    file = make.image(alice, purpose="avatar")
    assert f'<img src="/media/{file.key}/original"' in page(desk, file)


def test_what_is_not_for_this_moderator_is_a_sentence(desk: Client, mod: User, alice: User) -> None:
    file = make.image(alice)
    assert "This file is not for everybody." in page(desk, file)
    mod.language = "de"
    mod.save()
    assert "Diese Datei ist nicht für alle." in page(desk, file)


def test_staff_without_the_right_to_moderate_see_what_everybody_sees(desk: Client, mod: User, alice: User) -> None:
    mod.user_permissions.exclude(content_type__app_label="media").delete()
    file = make.image(alice)
    assert f"/media/{file.key}/" not in page(desk, file)
    make.post(alice, attachments=[file])
    assert f"/media/{file.key}/" in page(desk, file)


def test_captions_are_read_by_whoever_may_see_the_film(desk: Client, alice: User) -> None:
    file = make.video(alice)
    caption = Caption.objects.create(attachment=file, language="en", text="WEBVTT: in confidence")
    address = reverse("admin:media_caption_change", args=[caption.pk])
    assert "in confidence" not in desk.get(address).text
    make.post(alice, attachments=[file])
    assert "in confidence" in desk.get(address).text
