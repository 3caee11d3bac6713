"""Whatever is given for any parameter of any endpoint: a documented answer, never a fault of ours."""

from __future__ import annotations

from typing import Any

import pytest

from api.endpoint import ENDPOINTS
from api.schema import document
from feeds.models import PeopleList
from tests import make
from tests.api.test_access import address_of

JSON = "application/json"
ODD: list[Any] = [
    None, "", "\0", "\ud800".encode("utf-8", "surrogatepass").decode("latin1"), 2**63, -1, 1.5, True, [], ["", None],
    {}, {"0": "x"}, "x" * 6000, "٣", "true", [[["x"]]], {"a": {"b": {"c": {"d": 1}}}},
]  # fmt: skip
PATHS = {"str": ["x", "%00", "💥", "a" * 300], "id": ["1", "0", str(2**63), "9" * 30]}
TAKING = sorted({(one.method, one.path) for one in ENDPOINTS if one.takes})
WITH_HOLES = sorted({(one.method, one.path) for one in ENDPOINTS if "<" in one.path})
BY_ADDRESS = {(one.method, one.path): one for one in ENDPOINTS}


def documented(method: str, path: str) -> set[int]:
    """The statuses that the description names for an endpoint."""
    braced = "/".join(
        "{" + one.strip("<>").rpartition(":")[2] + "}" if one[:1] == "<" else one for one in path.split("/")
    )
    return {int(status) for status in document()["paths"][f"/{braced}"][method.lower()]["responses"]}


@pytest.mark.parametrize(("method", "path"), TAKING)
def test_odd_parameters(api_as, mod, method, path, settings):
    settings.RATE_LIMITS = dict.fromkeys(("post", "comment", "upload", "react", "follow", "report"), "")
    post = make.post(mod, text="x")
    ask, known = api_as(mod), documented(method, path)
    wrong = []
    for field in BY_ADDRESS[method, path].takes().fields:
        for value in ODD:
            status = _status(ask, method, address_of(path, post.pk), field, value)
            wrong += [(field, value, status)] if status not in known else []
    assert wrong == []


@pytest.mark.parametrize(("method", "path"), WITH_HOLES)
def test_odd_addresses(api_as, mod, method, path):
    ask, known = api_as(mod), documented(method, path) | {404}
    answers = {}
    for odd in range(4):
        address = "/" + "/".join(
            PATHS[one[1:].partition(":")[0]][odd] if one[:1] == "<" else one for one in path.split("/")
        )
        answers[address] = ask.ask(method, address).status_code
    assert {address: status for address, status in answers.items() if status not in known} == {}


BROKEN = {
    "no JSON": ("{", JSON), "a list": ("[1]", JSON), "a word": ('"x"', JSON), "no UTF-8": (b'{"title": "\xff"}', JSON),
    "deep": ('{"title":' + "[" * 100_000, JSON), "deep and whole": ('{"title":' + "[" * 9000 + "]" * 9000 + "}", JSON),
    "a number without end": ('{"title": 1' + "0" * 5000 + "}", JSON), "not a number": ('{"title": NaN}', JSON),
    "a parted form": ("title=x", "multipart/form-data"), "no boundary": ("--x", "multipart/form-data; boundary="),
    "many": ("&".join(f"a{n}=1" for n in range(3000)), "application/x-www-form-urlencoded"),
    "half a pair": ('{"title": "\\ud800"}', JSON), "NUL": ("title=%00", "application/x-www-form-urlencoded"),
    "two ways": ("title[]=a&title[b]=c", "application/x-www-form-urlencoded"), "no type": ("title=x", "text/xml"),
    "only just": ('{"title":' + "[" * 7 + "]" * 7 + "}", JSON), "deeper": ('{"title":' + "[" * 9 + "]" * 9 + "}", JSON),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_bodies_that_cannot_be_read_are_refused(api_as, alice, name):
    body, kind = BROKEN[name]
    api = api_as(alice)
    response = api.client.generic("POST", "/api/v1/lists", body, content_type=kind, headers=api.headers)
    assert response.status_code == {"no type": 415, "NUL": 422, "only just": 422}.get(name, 400), response.content
    assert PeopleList.objects.count() == 0


def test_json_is_utf_8_whatever_it_says(api_as, alice):
    said = '{"title": "Café"}'.encode()
    api = api_as(alice)
    how = {"content_type": "application/json; charset=latin1", "headers": api.headers}
    assert api.client.generic("POST", "/api/v1/lists", said, **how).json()["title"] == "Café"


def _status(ask: Any, method: str, address: str, field: str, value: Any) -> int:
    if method == "GET":
        flat = value if isinstance(value, (str, int, float)) else "x"
        return int(ask.ask(method, address, {field: flat}).status_code)
    return int(ask.ask(method, address, {field: value}).status_code)


def test_a_number_with_letters_behind_it_is_no_limit(api_as, alice):
    people = PeopleList.objects.create(owner=alice, title="Crew")
    assert api_as(alice)("GET", f"/api/v1/lists/{people.pk}/accounts", {"limit": "123456789abc"}) == []
