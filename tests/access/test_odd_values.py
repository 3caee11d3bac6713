"""Values nobody means (S46): whatever stands in an address or a form, the answer is never a fault of ours."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from accounts.models import User
from posts.models import Post
from tests.access.routes import Route, all_routes

ROUTES = [route for route in all_routes() if "(?P" not in route.pattern]
WITH_HOLES = [route for route in ROUTES if route.holes]
NUMBERS = ["0", "-1", "2147483648", "9223372036854775807", "9223372036854775808", "1" + "0" * 40, "NaN", "1e3", "٣"]
WORDS = [
    "%00",
    "a%00b",
    "%ED%A0%80",
    "%F0%9F%98",
    "x" * 3000,
    "..%2F..%2Fetc",
    "%27%22%3C%3E",
    "😀",
    "\u202e",
    "%0d%0aX:1",
]
QUERIES = ["before", "after", "level", "order", "reply_to", "quote", "page", "next", "q", "tab"]


def fill(route: Route, value: str) -> str:
    return "/" + re.sub(r"<[^>]+>", lambda _hole: value, re.sub(r"\\Z|\^|\$", "", route.pattern))


@pytest.fixture
def member(client: Client, bob: User, post: Post) -> Client:
    client.raise_request_exception = False
    client.force_login(bob)
    return client


@pytest.mark.parametrize("route", WITH_HOLES, ids=lambda route: route.name)
def test_in_the_path(member: Client, route: Route) -> None:
    answers = {value: member.get(fill(route, value)).status_code for value in [*NUMBERS, *WORDS]}
    assert {value[:40]: status for value, status in answers.items() if status >= 500} == {}


@pytest.mark.parametrize("route", WITH_HOLES, ids=lambda route: route.name)
def test_in_the_path_of_a_form(member: Client, route: Route) -> None:
    answers = {value: member.post(fill(route, value)).status_code for value in [*NUMBERS, *WORDS]}
    assert {value[:40]: status for value, status in answers.items() if status >= 500} == {}


@pytest.mark.parametrize(
    "route", [route for route in ROUTES if not route.holes or "pk" in route.holes], ids=lambda r: r.name
)
def test_in_the_query(member: Client, post: Post, route: Route) -> None:
    address = fill(route, str(post.pk))
    answers = {}
    for value in [*NUMBERS, *WORDS]:
        query = "&".join(f"{name}={value}" for name in QUERIES)
        answers[value[:40]] = member.get(f"{address}?{query}").status_code
    assert {value: status for value, status in answers.items() if status >= 500} == {}


FIELDS = [
    "text", "spoiler", "language", "visibility", "reply_to", "quote_of", "key", "based_on", "attachment", "action",
    "is_sensitive", "level", "undo", "next", "username", "reason", "note", "until", "display_name", "bio", "name",
]  # fmt: skip
TYPED = [
    "\0", "a\0b", "\ud800", "9" * 41, "-1", str(2**63), "NaN", "x" * 6000, "0000-00-00",
    "9999-99-99T99:99:99Z", "[]", "{}",
    "null", "true", "up:", "remove:" + "9" * 30, "\u202e", "💥" * 300, "%00", "<script>", "10000-01-01T00:00:00",
]  # fmt: skip


@pytest.mark.parametrize("value", TYPED, ids=lambda value: ascii(value)[:24])
def test_in_the_fields_of_every_form(member: Client, bob: User, settings, post: Post, value: str) -> None:
    settings.RATE_LIMITS = dict.fromkeys(
        ("post", "comment", "upload", "react", "follow", "report", "signup", "reset"), ""
    )
    typed = value.encode(errors="surrogatepass").decode(errors="replace")
    holes = {"pk": str(post.pk), "username": "alice", "name": "alice"}
    answers = {}
    for route in ROUTES:
        address = "/" + re.sub(r"<(?:[a-z]+:)?([a-z_]+)>", lambda hole: holes.get(hole[1], "1"), route.pattern)
        answers[address] = member.post(address, dict.fromkeys(FIELDS, typed)).status_code
        member.force_login(User.objects.get(pk=bob.pk))  # some of the forms end the session
    assert {address: status for address, status in answers.items() if status >= 500} == {}


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "multipart/form-data; boundary=x", "nonsense"])
@pytest.mark.parametrize("body", [b"", b"\xff\xfe\x00", b"{" * 5000, b'{"text": "\\ud800"}', b"--x\r\n\r\n"])
def test_bodies_that_are_none(member: Client, kind: str, body: bytes) -> None:
    answers = [member.post(address, body, content_type=kind).status_code for address in ("/posts", "/uploads")]
    assert [status for status in answers if status >= 500] == []
