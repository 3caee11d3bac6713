"""The page where an author edits the chapters of a sound."""

import pytest

from tests import make

CHAPTERS = [{"start": 0, "title": "Hello"}, {"start": 62.5, "title": "Tea <b>"}]


@pytest.fixture
def sound(alice):
    return make.audio(alice, duration=100, chapters=CHAPTERS)


def test_it_shows_what_there_is(client, alice, sound):
    client.force_login(alice)
    page = client.get(f"/sounds/{sound.pk}/chapters").content.decode()
    assert "0:00 Hello\n1:02.5 Tea &lt;b&gt;</textarea>" in page


def test_it_keeps_what_is_handed_in(client, alice, sound):
    post = make.post(alice, "listen", attachments=[sound])
    client.force_login(alice)
    answer = client.post(f"/sounds/{sound.pk}/chapters", {"chapters": "0:05 One\r\n0:50 Two"})
    assert (answer.status_code, answer.headers["location"]) == (302, f"/posts/{post.pk}")
    sound.refresh_from_db()
    assert sound.chapters == [{"start": 5, "title": "One"}, {"start": 50, "title": "Two"}]


def test_a_mistake_keeps_what_was_typed(client, alice, sound):
    client.force_login(alice)
    answer = client.post(f"/sounds/{sound.pk}/chapters", {"chapters": "0:05 One\nnonsense"})
    page = answer.content.decode()
    assert (answer.status_code, "“nonsense” is no chapter." in page, "0:05 One\nnonsense" in page) == (422, True, True)
    sound.refresh_from_db()
    assert sound.chapters == CHAPTERS


def test_signs_that_no_text_has_do_no_harm(client, alice, sound):
    client.force_login(alice)
    assert client.post(f"/sounds/{sound.pk}/chapters", {"chapters": "0:05 One\x00\ufffe"}).status_code in {302, 422}


def test_others_find_nothing(client, alice, bob, sound):
    for person, file in ((bob, sound), (alice, make.image(alice)), (alice, make.audio(alice, state="waiting"))):
        client.force_login(person)
        assert client.get(f"/sounds/{file.pk}/chapters").status_code == 404
        assert client.post(f"/sounds/{file.pk}/chapters", {"chapters": ""}).status_code == 404


def test_whoever_is_not_signed_in_is_asked_to(client, sound):
    assert client.get(f"/sounds/{sound.pk}/chapters").status_code == 302


def test_only_the_author_finds_the_way_there(client, alice, bob, sound):
    post = make.post(alice, "listen", attachments=[sound])
    shown = []
    for person in (alice, bob):
        client.force_login(person)
        shown.append(f'href="/sounds/{sound.pk}/chapters"' in client.get(f"/posts/{post.pk}").content.decode())
    assert shown == [True, False]


def test_a_post_names_its_chapters(client, alice, sound):
    post = make.post(alice, "listen", attachments=[sound])
    page = client.get(f"/posts/{post.pk}").content.decode()
    assert (
        f'<a href="/media/{sound.key}/original#t=62.5" data-at="62.5"><span class="num">1:02</span> Tea &lt;b&gt;</a>'
        in page
    )
