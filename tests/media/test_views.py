"""Who gets a file, and under which headers."""

import re

import pytest

from media import access, store, views
from media.access import Access, access_to, register_checker
from media.models import Attachment, State
from tests import make


@pytest.fixture
def picture(alice):
    return make.image(alice)


@pytest.fixture
def granted(monkeypatch):
    """What the rooms above say; by default nothing to anybody."""
    rule = {"public": Access.NONE, "people": {}}

    def checker(attachment, viewer):
        return rule["public"] if viewer is None else rule["people"].get(viewer.pk, rule["public"])

    monkeypatch.setattr(access, "_checkers", [checker])
    return rule


def test_everybody_gets_a_public_file_for_good(client, picture, granted):
    granted["public"] = Access.EVERYBODY
    response = client.get(picture.url())
    assert (response.status_code, response.content) == (200, b"")
    assert response.headers["X-Accel-Redirect"].startswith(("/_files/", "/_bucket/http/127.0.0.1:"))
    assert picture.variants["original"]["file"] in response.headers["X-Accel-Redirect"]
    assert response.headers["Content-Type"] == "image/png"
    assert response.headers["Cache-Control"] == "public, max-age=31536000, s-maxage=60, immutable"
    assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_s05_a_file_is_never_a_page(client, picture, granted):
    granted["public"] = Access.EVERYBODY
    response = client.get(picture.url())
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    policy = response.headers["Content-Security-Policy"]
    assert policy == "sandbox allow-same-origin; default-src 'none'; img-src 'self'; media-src 'self'"
    assert response.headers["Content-Disposition"] == 'inline; filename="picture.png"'


@pytest.mark.parametrize("lie", ["text/html", "image/svg+xml", "application/xhtml+xml"])
def test_s05_no_active_type_is_ever_sent(client, picture, granted, lie):
    granted["public"] = Access.EVERYBODY
    picture.variants["original"]["type"] = lie
    picture.save()
    assert client.get(picture.url()).headers["Content-Type"] == "application/octet-stream"


def test_a_private_file_is_for_those_who_may_see_it(client, picture, granted, bob, carol):
    granted["people"] = {bob.pk: Access.SOME}
    client.force_login(bob)
    response = client.get(picture.url())
    assert response.headers["Cache-Control"] == "private, max-age=60"
    assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    client.force_login(carol)
    assert client.get(picture.url()).status_code == 404
    client.logout()
    assert client.get(picture.url()).status_code == 404


def test_one_s_own_file_is_one_s_own(client, picture, granted, alice):
    client.force_login(alice)
    assert client.get(picture.url()).headers["Cache-Control"] == "private, max-age=60"


def test_s10_hidden_is_as_absent(client, picture, granted):
    hidden = client.get(picture.url())
    absent = client.get(f"/media/{'0' * 32}/original")
    granted["public"] = Access.EVERYBODY
    no_variant = client.get(f"/media/{picture.key}/w320")
    answers = {(answer.status_code, scrubbed(answer, picture)) for answer in (hidden, absent, no_variant)}
    assert len(answers) == 1
    assert hidden.status_code == 404


def scrubbed(answer, picture):
    """The page without the address that was asked for and the token of its forms."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())
    for word in (picture.key, "0" * 32, "w320", "original"):
        text = text.replace(word, "")
    return text


@pytest.mark.parametrize("purpose", ["avatar", "header"])
def test_faces_and_headers_are_for_everybody(client, picture, granted, purpose):
    Attachment.objects.update(purpose=purpose)
    assert client.get(picture.url()).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/media/x/original",
        "/media/../original",
        f"/media/{'0' * 32}/../../manage.py",
        f"/media/{'0' * 32}/ORIGINAL",
        f"/media/{'0' * 33}/original",
        f"/media/{'0' * 32}/original%00",
        f"/media/{'0' * 32}/original%0a",
        f"/media/{'g' * 32}/original",
        f"/media/{'0' * 32}",
    ],
)
def test_nonsense_addresses(client, alice, path):
    assert client.get(path).status_code in {400, 404}


def test_nothing_is_sent_before_it_is_ready(client, alice, granted):
    attachment = Attachment.objects.create(owner=alice, kind="image", content_type="image/png", state=State.WAITING)
    attachment.raw = f"{attachment.folder}/raw.png"
    attachment.save()
    client.force_login(alice)
    for name in ("original", "raw", "rawpng"):
        assert client.get(f"/media/{attachment.key}/{name}").status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_files_are_only_read(client, picture, method):
    assert getattr(client, method)(picture.url()).status_code == 405


def test_without_a_server_in_front_the_view_sends_it(client, picture, granted, settings):
    settings.SENDFILE = False
    granted["public"] = Access.EVERYBODY
    response = client.get(picture.url())
    assert response.headers["Content-Type"] == "image/png"
    assert b"".join(response.streaming_content) == make.image_bytes()
    store.delete(picture.variants["original"]["file"])
    assert client.get(picture.url()).status_code == 404


def test_a_name_cannot_break_the_header(client, picture, granted):
    granted["public"] = Access.EVERYBODY
    Attachment.objects.update(name='a"; x\r\nSet-Cookie: y=1;ö.exe')
    disposition = client.get(picture.url()).headers["Content-Disposition"]
    assert "\n" not in disposition
    assert disposition.endswith(".png")


@pytest.mark.parametrize("who", [None, "bob"])
def test_the_price_of_a_file(client, picture, granted, bob, who, django_assert_max_num_queries):
    granted["public"] = Access.EVERYBODY
    if who:
        client.force_login(bob)
    with django_assert_max_num_queries(5 if who else 3):
        client.get(picture.url())


def test_the_widest_word_counts(picture, monkeypatch):
    monkeypatch.setattr(access, "_checkers", [])
    assert access_to(picture, None) == Access.NONE
    register_checker(lambda attachment, viewer: Access.SOME)
    register_checker(lambda attachment, viewer: Access.EVERYBODY)
    register_checker(lambda attachment, viewer: Access.NONE)
    assert access_to(picture, None) == Access.EVERYBODY


@pytest.mark.parametrize(
    ("made", "asked", "given"),
    [
        (["original"], "w640", "original"),
        (["original", "w320", "w640"], "w640", "w640"),
        (["original", "w320", "w600"], "w640", "w600"),
        (["original", "w320", "w700", "w1280"], "w640", "w700"),
        (["original", "w320"], "poster", "original"),
        ([], "original", "original"),
        (["draft"], "film", "draft"),
        (["draft"], "original", "draft"),
        (["original", "film"], "film", "film"),
        (["original"], "film", "original"),
    ],
)
def test_the_nearest_variant_is_named(made, asked, given):
    attachment = Attachment(key="k", variants={name: {} for name in made})
    assert attachment.url(asked) == f"/media/k/{given}"


def test_a_poster_goes_under_the_name_of_its_frame():
    frames = {f"frame{n}": {"file": f"ab/k/frame{n}.webp"} for n in (1, 2)}
    assert Attachment(key="k", variants={**frames, "poster": frames["frame2"]}).url("poster") == "/media/k/frame2"
    assert Attachment(key="k", variants={"poster": {"file": "ab/k/poster.webp"}}).url("poster") == "/media/k/poster"


@pytest.mark.parametrize(("suffix", "status"), [("", 200), (".png", 200), (".jpg", 404), (".html", 404)])
def test_a_file_may_be_asked_for_with_its_suffix(client, picture, granted, suffix, status):
    granted["public"] = Access.EVERYBODY
    assert client.get(f"{picture.url()}{suffix}").status_code == status


def test_playlists_are_asked_for_again_soon(client, picture, granted):
    granted["public"] = Access.EVERYBODY
    picture.variants["hls"] = {
        "file": f"{picture.folder}/hls.m3u8",
        "type": "application/vnd.apple.mpegurl",
        "bytes": 1,
    }
    picture.save()
    response = client.get(f"{picture.url('hls')}.m3u8")
    assert response.headers["Content-Type"] == "application/vnd.apple.mpegurl"
    assert response.headers["Cache-Control"] == "public, max-age=60"


def test_the_types_we_send_are_those_we_make():
    passive = {"application/json", "application/vnd.apple.mpegurl", "text/vtt"}
    assert all(kind.partition("/")[0] in {"image", "video", "audio"} for kind in views.SENT - passive)
