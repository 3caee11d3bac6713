"""Rows of the composer: how far the work on a file is, its picture when it is there, and what matters in it."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils.html import escape

from accounts.models import User
from events.models import Event
from live.protocol import StreamName
from live.receivers import show_progress
from live.rendering import Audience, present
from media.models import Attachment, State
from media.sandbox import REASONS
from tests import make


@pytest.fixture
def member(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


def state_of(member: Client, file: Attachment) -> str:
    return member.get(f"/uploads/{file.pk}/state").content.decode()


def test_a_film_that_is_being_prepared_says_how_far_it_is(member: Client, alice: User) -> None:
    film = make.video(alice, state=State.WAITING, percent=40)
    said = state_of(member, film)
    assert "Uploaded. It is being prepared, 40 % are done; you can publish already." in said
    assert f'hx-get="/uploads/{film.pk}/state" hx-trigger="every 2s, refresh"' in said


def test_a_file_that_is_ready_brings_its_picture_and_asks_no_more(member: Client, alice: User) -> None:
    picture = make.image(alice)
    said = state_of(member, picture)
    assert f'<div class="thumb" id="thumb-{picture.pk}" hx-swap-oob="true"><img' in said
    assert ("hx-get" in said, f'name="focus_x_{picture.pk}"' in said) == (False, True)


def test_a_file_that_failed_says_why(member: Client, alice: User) -> None:
    film = make.video(alice, state=State.FAILED, error="This file is broken or of a kind we cannot read.")
    assert "This file is broken or of a kind we cannot read." in state_of(member, film)


@pytest.mark.parametrize("kind", [make.image, make.video, make.audio])
@pytest.mark.parametrize("place", [make.post, make.comment])
def test_the_post_says_why_a_file_failed_to_its_author_alone(
    member: Client, alice: User, bob: User, kind, place
) -> None:
    broken = kind(alice, state=State.FAILED, error=REASONS["too_long"], name="<b>.bin")
    above = [make.post(bob)] if place is make.comment else []
    post = place(alice, *above, attachments=[broken, make.image(alice)])
    shown = {}
    for person in (alice, bob, None):
        member.force_login(person) if person else member.logout()
        page = member.get(f"/posts/{post.pk}").text
        shown[person] = f"&lt;b&gt;.bin: {escape(REASONS['too_long'])}" in page, REASONS["too_long"] in page
        assert "<b>.bin" not in page
    assert shown == {alice: (True, True), bob: (False, False), None: (False, False)}


def test_what_matters_is_kept_with_the_post(member: Client, alice: User) -> None:
    picture = make.image(alice)
    fields = {"attachment": str(picture.pk), f"focus_x_{picture.pk}": "-0.5", f"focus_y_{picture.pk}": "7"}
    assert member.post("/posts", {"text": "Look", "visibility": "0", **fields}).status_code == 302
    picture.refresh_from_db()
    assert (picture.focus_x, picture.focus_y) == (-0.5, 1.0)


@pytest.mark.parametrize("typed", ["nan", "1e99", "", "٣", "inf", "0x1"])
def test_s46_odd_places_are_left_out(member: Client, alice: User, typed: str) -> None:
    picture = make.image(alice)
    fields = {"attachment": str(picture.pk), f"focus_x_{picture.pk}": typed, f"focus_y_{picture.pk}": typed}
    assert member.post("/posts", {"text": "Look", "visibility": "0", **fields}).status_code == 302
    picture.refresh_from_db()
    assert (picture.focus_x, picture.focus_y) == (0.0, 0.0)


def test_only_the_owner_hears_how_far_a_file_is(alice: User, bob: User) -> None:
    first, second = make.video(alice, state=State.WAITING), make.video(alice, state=State.WAITING)
    for file in (first, second, first):
        show_progress(None, about=file)
    stream, readers = StreamName("user", alice.pk), [Audience(alice.pk, "en"), Audience(bob.pk, "en")]
    lines = present(stream, list(Event.objects.filter(stream__name=str(stream)).order_by("n")), readers)
    assert [line.text for line in lines[readers[0]]] == [
        '{"n":1,"from":1}',
        f'{{"n":2,"kind":"file","id":"{second.pk}"}}',
        f'{{"n":3,"kind":"file","id":"{first.pk}"}}',
    ]
    assert [line.text for line in lines[readers[1]]] == ['{"n":3,"from":1}']
