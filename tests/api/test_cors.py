"""Pages of other sites may call what is for programs, and nothing else."""

from __future__ import annotations

import pytest
from django.test import Client

from posts.models import Visibility
from tests import make

ASKED = "authorization,content-type,idempotency-key,x-whatever"
OPEN = [
    "/api/v1/instance",
    "/api/v1/nothing-here",
    "/oauth/token",
    "/oauth/revoke/",
    "/oauth/userinfo",
    "/.well-known/oauth-authorization-server",
    "/nodeinfo/2.0",
]
CLOSED = ["/", "/about", "/oauth/authorize", "/settings/apps", "/accounts/login/", "/apiary", "/oauth/tokens"]


def preflight(client: Client, path: str, headers: str = ASKED):
    return client.options(
        path,
        headers={
            "Origin": "https://phanpy.example",
            "Access-Control-Request-Method": "DELETE",
            "Access-Control-Request-Headers": headers,
        },
    )


@pytest.mark.parametrize("path", OPEN)
def test_browsers_may_ask_before_they_call(path, client, alice):
    answer = preflight(client, path)
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert "DELETE" in answer["Access-Control-Allow-Methods"]
    assert answer["Access-Control-Allow-Headers"] == ASKED
    assert "Access-Control-Allow-Credentials" not in answer


@pytest.mark.parametrize("path", OPEN)
def test_answers_and_errors_can_be_read(path, client, alice):
    for answer in (client.get(path), client.post(path, "{", content_type="application/json")):
        assert answer["Access-Control-Allow-Origin"] == "*"
        assert "X-RateLimit-Reset" in answer["Access-Control-Expose-Headers"]


@pytest.mark.parametrize("path", CLOSED)
def test_pages_stay_closed(path, client, alice):
    assert "Access-Control-Allow-Origin" not in client.get(path)
    assert "Access-Control-Allow-Origin" not in preflight(client, path)


@pytest.mark.parametrize("headers", ["a b", "x\r\ny: z", "a,,b", "<script>", ""])
def test_what_is_no_header_is_not_said_back(headers, client, alice):
    assert "Access-Control-Allow-Headers" not in preflight(client, "/api/v1/apps", headers)


@pytest.mark.parametrize(("visibility", "is_open"), [(Visibility.PUBLIC, True), (Visibility.FOLLOWERS, False)])
def test_pictures_for_everybody_can_be_read_from_anywhere(visibility, is_open, client, alice):
    picture = make.image(alice)
    make.post(alice, visibility=visibility, attachments=[picture])
    client.force_login(alice)
    answer = client.get(picture.url("feed"))
    assert answer.status_code == 200
    assert ("Access-Control-Allow-Origin" in answer) == is_open
