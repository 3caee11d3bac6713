"""Captions: read from what people have, cleaned, kept, and shown to whoever may see the film."""

import re

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from media import access
from media.access import Access
from media.models import Caption
from media.video.captions import delete_captions, save_captions
from media.video.vtt import MOST_BYTES, MOST_CUES, Cue, clean_text, parse_captions, read_captions, write_captions
from posts.services.publish import publish_post
from tests import make

SAID = "WEBVTT\n\n0:01.500 --> 0:04.000\nGood morning."
KEPT = "WEBVTT\n\n00:00:01.500 --> 00:00:04.000\nGood morning.\n"


@pytest.fixture
def film(alice):
    return make.video(alice)


@pytest.fixture
def public(monkeypatch):
    """Files of posts are for everybody."""
    monkeypatch.setattr(access, "_checkers", [lambda attachment, viewer: Access.EVERYBODY])


def address(film, language=""):
    return f"/media/{film.key}/captions" + (f"/{language}.vtt" if language else "")


def test_subrip_becomes_webvtt():
    read = read_captions(
        b"\xef\xbb\xbf1\r\n00:00:01,500 --> 00:00:04,000\r\nOne\r\nTwo\r\n\r\n"
        b"2\r\n00:00:05,000 --> 00:00:06,250\r\nThree\r\n"
    )
    assert write_captions(read) == (
        "WEBVTT\n\n00:00:01.500 --> 00:00:04.000\nOne\nTwo\n\n00:00:05.000 --> 00:00:06.250\nThree\n"
    )


def test_only_times_and_words_are_kept_of_webvtt():
    read = parse_captions(
        "WEBVTT - by somebody\n\nSTYLE\n::cue { background: url(//elsewhere.example) }\n\nNOTE secret\n\n"
        "REGION\nid:a\n\nname\n00:01.000 --> 00:02.000 line:0 position:20% align:start\n"
        "<v Ada>Hello</v> <c.red>you</c>\n"
    )
    assert read == [Cue(1.0, 2.0, "Hello you")]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("plain", "plain"),
        ("<i>leaning</i> and <B>bold</B>", "<i>leaning</i> and <b>bold</b>"),
        ("<i>never closed", "<i>never closed</i>"),
        ("<i><b>crossed</i></b>", "<i><b>crossed</b></i>"),
        ("</i>closed before", "closed before"),
        ("<i><i>twice</i></i>", "<i>twice</i>"),
        ("<script>alert(1)</script>", "alert(1)"),
        ('<i onclick="x">a</i>', "<i>a</i>"),
        ("<font color='red'>a</font>", "a"),
        ("{\\an8}on top", "on top"),
        ("1 < 2 & 3 > 2", "1 &lt; 2 &amp; 3 &gt; 2"),
        ("&lt;b&gt; &amp;amp;", "&lt;b&gt; &amp;amp;"),
        ("a --> b", "a --&gt; b"),
        ("<00:00:01.000>one <00:00:02.000>two", "one two"),
        ("  many   spaces \n\n and\tlines ", "many spaces\nand lines"),
    ],
)
def test_text_is_cleaned(typed, kept):
    assert clean_text(typed) == kept


@pytest.mark.parametrize("typed", ["plain", "<i>a</i> & <b>b", "1 < 2", "a --> b", "<i><b>x</i></b>"])
def test_what_is_clean_stays_as_it_is(typed):
    once = write_captions([Cue(0, 1, clean_text(typed))])
    assert write_captions(parse_captions(once)) == once


def test_cues_are_put_in_order_and_empty_ones_left_out():
    read = parse_captions("0:05 --> 0:06\nlater\n\n0:01 --> 0:02\nfirst\n\n0:03 --> 0:04\n<x></x>")
    assert [cue.text for cue in read] == ["first", "later"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "There are no captions in it."),
        ("WEBVTT", "There are no captions in it."),
        ("Hello", "Line 1: there is no time before this text."),
        ("WEBVTT\n\nsoon --> later\nHello", "Line 3: a time looks like"),
        ("WEBVTT\n\n0:04 --> 0:01\nHello", "Line 3: it ends before it begins."),
        ("WEBVTT\n\n0:01 --> 0:02\n" + "x" * 1001, "Line 3: one caption takes up to 1000 characters."),
        ("WEBVTT\n\n" + "0:01 --> 0:02\nx\n\n" * (MOST_CUES + 1), "These are too many captions"),
        ("x" * (MOST_BYTES + 1), "This file is too large for captions."),
    ],
)
def test_what_is_wrong_is_said_with_its_place(text, sentence):
    with pytest.raises(ValidationError) as refused:
        parse_captions(text)
    assert refused.value.messages[0].startswith(sentence)


@pytest.mark.parametrize(
    "content", [b"\x00" * 50, b"\x89PNG\r\n\x1a\n" + bytes(90), "caf\u00e9".encode("utf-16"), b"\xff\xfe\x00"]
)
def test_files_that_are_no_captions_are_refused(content):
    with pytest.raises(ValidationError):
        read_captions(content)


def test_older_programs_write_another_alphabet():
    assert read_captions("0:01 --> 0:02\nGrüße".encode("cp1252"))[0].text == "Grüße"


def test_a_language_is_kept_once(alice, film):
    save_captions(alice, film, "en", [Cue(0, 1, "first")])
    save_captions(alice, film, "en", parse_captions(SAID))
    save_captions(alice, film, "de", [Cue(0, 1, "Hallo")])
    film.refresh_from_db()
    assert film.captions_in == ["de", "en"]
    assert Caption.objects.get(language="en").text == KEPT
    delete_captions(alice, film, "de")
    delete_captions(alice, film, "fr")
    film.refresh_from_db()
    assert film.captions_in == ["en"]


def test_others_write_none(bob, film):
    with pytest.raises(PermissionDenied):
        save_captions(bob, film, "en", [])
    with pytest.raises(PermissionDenied):
        delete_captions(bob, film, "en")


@pytest.mark.parametrize("language", ["", "x", "EN", "../en", "en_GB", "e" * 13, "en\x00"])
def test_a_language_is_a_code(alice, film, language):
    with pytest.raises(ValidationError, match="Choose a language"):
        save_captions(alice, film, language, [])


def test_pictures_and_loops_have_none(alice):
    for file in (make.image(alice), make.video(alice, is_loop=True)):
        with pytest.raises(ValidationError, match="belong to films and sounds"):
            save_captions(alice, file, "en", [])


def test_captions_go_where_their_film_goes(client, film, alice, bob, public):
    save_captions(alice, film, "en", parse_captions(SAID))
    response = client.get(address(film, "en"))
    assert (response.status_code, response.content.decode()) == (200, KEPT)
    assert response.headers["Content-Type"] == "text/vtt; charset=utf-8"
    assert response.headers["Cache-Control"] == "public, max-age=60"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert client.get(address(film, "de")).status_code == 404


def test_captions_of_private_films_are_private(client, film, alice, bob, monkeypatch):
    save_captions(alice, film, "en", parse_captions(SAID))
    monkeypatch.setattr(access, "_checkers", [])
    client.force_login(bob)
    assert client.get(address(film, "en")).status_code == 404
    client.force_login(alice)
    assert client.get(address(film, "en")).headers["Cache-Control"] == "private, max-age=60"


def test_they_are_written_on_a_page_of_their_own(client, film, alice):
    client.force_login(alice)
    assert b"WEBVTT" in client.get(address(film)).content
    response = client.post(address(film), {"language": "en", "text": SAID, "action": "save"})
    assert (response.status_code, response.url) == (302, f"{address(film)}?language=en&saved=1")
    page = client.get(response.url).content.decode()
    assert "Good morning." in page
    assert f"{address(film)}/en.vtt" in page


def test_a_file_can_be_brought(client, film, alice):
    client.force_login(alice)
    srt = SimpleUploadedFile("said.srt", b"1\n00:00:01,500 --> 00:00:04,000\nGood morning.\n")
    client.post(address(film), {"language": "fr", "file": srt, "text": "WEBVTT\n"})
    assert Caption.objects.get().text == KEPT


def test_what_was_typed_is_not_lost_by_a_mistake(client, film, alice):
    client.force_login(alice)
    response = client.post(address(film), {"language": "en", "text": "Hello <you>"})
    assert response.status_code == 422
    page = response.content.decode()
    assert "Line 1: there is no time before this text." in page
    assert "Hello &lt;you&gt;" in page


def test_they_can_be_deleted(client, film, alice):
    save_captions(alice, film, "en", parse_captions(SAID))
    client.force_login(alice)
    client.post(address(film), {"language": "en", "action": "delete"})
    assert Caption.objects.count() == 0


@pytest.mark.parametrize("person", [None, "bob"])
def test_the_page_is_for_whoever_brought_the_film(client, film, bob, person):
    if person:
        client.force_login(bob)
    absent = client.get(f"/media/{'0' * 32}/captions")
    response = client.get(address(film))
    assert response.status_code == absent.status_code == (404 if person else 302)


@pytest.mark.parametrize(
    "fields", [{}, {"text": SAID}, {"language": "xx\x00", "text": SAID}, {"language": "en", "text": "\x00"},
               {"language": "en", "text": "\ud800"}, {"language": "<script>", "text": SAID}]
)  # fmt: skip
def test_nonsense_is_refused_with_a_sentence(client, film, alice, fields):
    client.force_login(alice)
    response = client.post(
        address(film), {name: value.encode("utf-8", "surrogatepass") for name, value in fields.items()}
    )
    assert response.status_code in {400, 422}
    assert Caption.objects.count() == 0


@pytest.mark.parametrize(("reader", "shown"), [("en", "en"), ("de", "de"), ("fr", "en")])
def test_a_card_names_them_and_shows_those_in_the_reader_s_language(client, alice, film, reader, shown):
    for language in ("de", "en", "fr"):
        save_captions(alice, film, language, parse_captions(SAID))
    post = publish_post(alice, text="A film", attachments=[film])
    page = client.get(post.get_absolute_url(), headers={"accept-language": reader}).content.decode()
    tracks = re.findall(r'<track kind="captions" src="(.*?)" srclang="(..)" label="(.*?)"( default)?>', page)
    assert tracks == [
        (f"{address(film)}/{code}.vtt", code, name, " default" if code == shown else "")
        for code, name in (("de", "Deutsch"), ("en", "English"), ("fr", "français"))
    ]
