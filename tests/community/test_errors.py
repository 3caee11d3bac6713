"""What people read when something goes wrong, and that they lose nothing."""

from __future__ import annotations

import html
import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from tests import make

LONG = "Dear all,\n\n<b>this</b> took me an hour & a half"


@pytest.fixture(autouse=True)
def _failing(settings: Settings, alice: User) -> None:
    settings.ROOT_URLCONF = "tests.community.failing_urls"


@pytest.fixture
def calm() -> Client:
    """A browser to which errors are shown and not raised."""
    return Client(raise_request_exception=False)


@pytest.fixture
def strict() -> Client:
    """A browser whose forms need a token."""
    return Client(enforce_csrf_checks=True)


def fields_of(response: HttpResponse) -> dict[str, str]:
    """The form offered once more, as a browser would send it."""
    page = response.content.decode().partition('<form class="kept"')[2].partition("</form>")[0]
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page)
    texts = re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    return {name: html.unescape(value) for name, value in [*hidden, *texts]}


@pytest.mark.parametrize(
    ("name", "status", "words"),
    [
        ("bug", 500, "It is written down as #"),
        ("table", 500, "It is written down as #"),
        ("gone", 404, "This page is not here, or not for you."),
        ("forbidden", 403, "This is not open to you."),
        ("odd", 400, "is not text we can read"),
        ("locked", 503, "The database is busy or away for a moment."),
        ("away", 503, "The database is busy or away for a moment."),
        ("full", 507, "The disk of this site is full."),
        ("sqlite-full", 507, "The disk of this site is full."),
        ("nul", 400, "is not text we can read"),
        ("nul-data", 400, "is not text we can read"),
        ("surrogate", 400, "is not text we can read"),
        ("fast", 429, "Try again in 90 seconds."),
    ],
)
def test_each_failure_has_words(calm: Client, name: str, status: int, words: str) -> None:
    response = calm.get(f"/fail/{name}")
    assert response.status_code == status
    assert words in response.content.decode()
    assert response.headers["Content-Security-Policy"].count("default-src 'none'") == 1


@pytest.mark.parametrize("made", ["fe44f4f1-e652-484c-aed4-c58727fe9133", "2026-11-22T06:36:29.123456+00:00"])
def test_what_a_form_carries_unseen_stays_unseen(calm: Client, made: str) -> None:
    page = calm.post("/fail/full", {"key": made, "text": LONG}).content.decode()
    assert page.count("<textarea") == 1
    assert f'<input type="hidden" name="key" value="{made}">' in page


@pytest.mark.parametrize("name", ["bug", "locked", "full", "fast"])
def test_what_was_typed_is_offered_again(calm: Client, name: str) -> None:
    sent = {"text": LONG, "language": "de", "idempotency_key": "k1", "password": "horse", "csrfmiddlewaretoken": "t"}
    response = calm.post(f"/fail/{name}?next=/a", sent, headers={"sec-fetch-site": "same-origin"})
    offered = fields_of(response)
    assert len(offered.pop("csrfmiddlewaretoken")) == 64
    assert offered == {"text": LONG, "language": "de", "idempotency_key": "k1"}
    assert f'action="/fail/{name}?next=/a"' in response.content.decode()
    assert b"horse" not in response.content


def test_a_page_that_cannot_be_made_still_says_it(calm: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("community.errors.render_to_string", lambda *args: 1 / 0)
    response = calm.get("/fail/locked")
    assert (response.status_code, response.content.decode()) == (
        503,
        "One moment. The database is busy or away for a moment. Try again in a few seconds.",
    )


def test_scripts_get_the_sentence(calm: Client) -> None:
    said = calm.get("/fail/locked", headers={"accept": "application/json"})
    assert (said.status_code, json.loads(said.content)) == (
        503,
        {"error": "One moment. The database is busy or away for a moment. Try again in a few seconds."},
    )
    fragment = calm.get("/fail/forbidden", headers={"hx-request": "true"})
    assert (fragment.content, fragment.headers["Content-Type"]) == (
        b"This is not open to you.",
        "text/plain; charset=utf-8",
    )


def test_the_number_on_the_page_is_the_one_in_the_log(calm: Client, caplog: pytest.LogCaptureFixture) -> None:
    response = calm.get("/fail/bug")
    number = re.search(r"#([0-9A-F]{4})", response.content.decode())
    assert number is not None
    assert response.headers["X-Request-Id"].upper().startswith(number[1])


def test_a_stale_page_asks_once_more_and_loses_nothing(strict: Client) -> None:
    here = {"sec-fetch-site": "same-origin"}
    refused = strict.post("/echo", {"text": LONG}, headers=here)
    again = strict.post("/echo", fields_of(refused), headers=here)
    assert (refused.status_code, again.status_code, again.content.decode()) == (403, 200, LONG)


@pytest.mark.parametrize(
    "headers",
    [{"sec-fetch-site": "cross-site"}, {"origin": "http://evil.example"}, {"origin": "null"}, {}],
    ids=["cross-site", "foreign", "null", "nothing"],
)
def test_what_another_site_filled_in_cannot_be_sent_with_one_click(strict: Client, headers: dict[str, str]) -> None:
    refused = strict.post("/echo", {"text": LONG, "sum": "100"}, headers=headers)
    assert refused.status_code == 403
    assert "csrfmiddlewaretoken" not in fields_of(refused)
    assert fields_of(refused)["text"] == LONG
    assert "Send again" not in refused.content.decode()


def test_the_form_may_come_from_an_old_browser(strict: Client) -> None:
    refused = strict.post("/echo", {"text": "short"}, headers={"origin": "http://testserver"})
    assert fields_of(refused)["text"] == "short"
    assert "Send again" in refused.content.decode()


def test_files_are_asked_for_again(strict: Client) -> None:
    file = SimpleUploadedFile("cat.png", make.image_bytes())
    refused = strict.post("/echo", {"text": "x", "files": file}, headers={"sec-fetch-site": "same-origin"})
    page = refused.content.decode()
    assert 'enctype="multipart/form-data"' in page
    assert re.search(r'<input [^>]*type="file" name="files" multiple>', page)


@pytest.mark.parametrize("path", ["/@al%00ice", "/local?before=%00", "/local?q=a%00b"])
def test_nul_bytes_are_refused_at_the_door(calm: Client, path: str) -> None:
    assert calm.get(path).status_code == 400


def test_an_address_for_buttons_says_so(calm: Client) -> None:
    response = calm.get("/echo")
    assert (response.status_code, response.headers["Allow"]) == (405, "POST")
    assert "it cannot be opened by itself" in response.content.decode()


@pytest.mark.parametrize(("refused", "words"), [(413, "At most 2 MB fit at once."), (507, "The disk of this site is")])
def test_bodies_the_front_refused(calm: Client, refused: int, words: str) -> None:
    response = calm.post("/echo", {"text": "x"}, **{"polylog.refused": refused})
    assert response.status_code == refused
    assert words in response.content.decode()


def test_too_long_a_form_is_too_much(calm: Client, settings: Settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    assert calm.post("/echo", {"text": "x" * 200}, content_type="application/x-www-form-urlencoded").status_code == 413


@pytest.mark.parametrize("part", ["1", SimpleUploadedFile("a.txt", b"1")], ids=["fields", "files"])
def test_s42_ten_thousand_parts_are_too_much(calm: Client, part: object) -> None:
    refused = calm.post("/echo", {"part": [part] * 10_000})
    assert (refused.status_code, "Go back, leave something out" in refused.text) == (413, True)


def test_the_house_frame_stands_around_refusals(calm: Client, alice: User) -> None:
    calm.force_login(alice)
    assert "@alice" in calm.get("/fail/gone").content.decode()
