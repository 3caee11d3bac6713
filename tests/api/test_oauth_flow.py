"""An app comes in: registration, consent, code, token."""

from __future__ import annotations

import base64
import hashlib
import json

import pytest
from django.test import Client

from api.oauth.models import AccessToken, Application, Grant
from api.oauth.tokens import token_of
from tests.api.oauth import ALL, OOB, allow, ask, code_of, exchange, register, shown_code

URIS = [
    "org.joinmastodon.android-auth://callback",
    "oauth2redirect://com.keylesspalace.tusky/",
    "icecubesapp://",
    "https://phanpy.example/",
    "https://elk.example/api/polylog.example/oauth/https%3A%2F%2Felk.example",
    "http://127.0.0.1:8123/callback?keep=1",
    "ivory.app:/auth",
]


@pytest.fixture
def hers(client: Client, alice) -> Client:
    client.force_login(alice)
    return client


@pytest.mark.parametrize("uri", URIS)
def test_the_address_comes_back_byte_for_byte(uri, hers):
    app = register(Client(), uris=uri)
    assert app["redirect_uri"] == uri
    answer = allow(hers, app, state="a b&c")
    joint = "&" if "?" in uri else "?"
    assert answer.status_code == 302
    assert answer["Location"] == f"{uri}{joint}code={code_of(answer)}&state=a+b%26c"
    assert exchange(Client(), app, code_of(answer)).status_code == 200


def test_out_of_band_shows_the_code(hers, alice):
    app = register(Client())
    answer = allow(hers, app)
    assert answer.status_code == 200
    token = exchange(Client(), app, shown_code(answer)).json()
    assert token_of(token["access_token"]).user == alice


@pytest.mark.parametrize("as_json", [False, True])
def test_the_answer_has_these_keys_and_no_others(as_json, hers):
    app = register(Client(), uris="icecubesapp://")
    answer = exchange(Client(), app, code_of(allow(hers, app)), as_json=as_json)
    made = AccessToken.objects.get()
    assert answer.json() == {
        "access_token": answer.json()["access_token"],
        "token_type": "Bearer",
        "scope": ALL,
        "created_at": int(made.created.timestamp()),
    }
    assert answer.json()["access_token"].isalnum()
    assert answer["Cache-Control"] == "no-store"


def test_a_code_is_good_once(hers):
    app = register(Client(), uris="icecubesapp://")
    code = code_of(allow(hers, app))
    assert exchange(Client(), app, code).status_code == 200
    again = exchange(Client(), app, code)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    assert AccessToken.objects.count() == 1


def test_a_code_is_for_one_app_and_one_address(hers):
    app, other = register(Client(), uris="icecubesapp://"), register(Client(), uris="icecubesapp://")
    code = code_of(allow(hers, app))
    assert exchange(Client(), other, code).json()["error"] == "invalid_grant"
    assert exchange(Client(), app, code, redirect_uri="ivory://").status_code == 400
    assert not AccessToken.objects.exists()


def test_a_wrong_secret_gets_nothing(hers):
    app = register(Client(), uris="icecubesapp://")
    answer = exchange(Client(), app, code_of(allow(hers, app)), client_secret="wrong")
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
    assert answer.json()["error_description"]


def test_the_secret_may_come_in_the_header(hers):
    app = register(Client(), uris="icecubesapp://")
    basic = base64.b64encode(f"{app['client_id']}:{app['client_secret']}".encode()).decode()
    data = {"grant_type": "authorization_code", "code": code_of(allow(hers, app)), "redirect_uri": "icecubesapp://"}
    answer = Client().post("/oauth/token", data, headers={"Authorization": f"Basic {basic}"})
    assert answer.status_code == 200


@pytest.mark.parametrize(("verifier", "status"), [("v" * 50, 200), ("w" * 50, 400), ("", 400)])
def test_pkce(verifier, status, hers):
    app = register(Client(), uris="icecubesapp://")
    challenge = base64.urlsafe_b64encode(hashlib.sha256(b"v" * 50).digest()).rstrip(b"=").decode()
    code = code_of(allow(hers, app, code_challenge=challenge, code_challenge_method="S256"))
    more = {"code_verifier": verifier} if verifier else {}
    assert exchange(Client(), app, code, **more).status_code == status


@pytest.mark.parametrize("method", ["plain", None])
def test_pkce_without_a_digest_is_refused(method, hers):
    more = {"code_challenge": "v" * 50} | ({"code_challenge_method": method} if method else {})
    answer = hers.get("/oauth/authorize", ask(register(Client()), **more))
    assert answer.status_code == 400
    assert not Grant.objects.exists()


def test_an_app_for_itself_alone(db):
    app = register(Client())
    data = {"grant_type": "client_credentials", "client_id": app["client_id"], "client_secret": app["client_secret"]}
    answer = Client().post("/oauth/token", json.dumps(data | {"scope": None}), content_type="application/json")
    token = token_of(answer.json()["access_token"])
    assert (token.user, token.scope, token.application.name) == (None, "read", "Tusky")


@pytest.mark.parametrize(
    ("data", "status", "error"),
    [
        ({}, 400, "unsupported_grant_type"),
        ({"grant_type": "implicit"}, 400, "unsupported_grant_type"),
        ({"grant_type": "refresh_token", "refresh_token": "x"}, 400, "unsupported_grant_type"),
        ({"grant_type": "password", "username": "alice", "password": "x"}, 400, "unsupported_grant_type"),
        ({"grant_type": "client_credentials", "scope": "write:lists"}, 400, "invalid_scope"),
        ({"grant_type": "client_credentials", "scope": "nonsense"}, 400, "invalid_scope"),
        ({"grant_type": "client_credentials", "client_id": "nobody"}, 401, "invalid_client"),
        ({"grant_type": "authorization_code"}, 400, "invalid_request"),
        ({"grant_type": "authorization_code", "code": "wrong"}, 400, "invalid_grant"),
        ({"grant_type": "authorization_code", "code": "a\0b"}, 400, "invalid_request"),
        ({"grant_type": "authorization_code", "code": ["a", 1]}, 400, "invalid_request"),
        ({"grant_type": "authorization_code", "code": "x" * 9000}, 400, "invalid_request"),
    ],
)
def test_every_refusal_says_why(data, status, error, db):
    app = register(Client(), scopes="read")
    body = json.dumps({"client_id": app["client_id"], "client_secret": app["client_secret"], **data})
    answer = Client().post("/oauth/token", body, content_type="application/json")
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert answer.json()["error_description"]
    assert not AccessToken.objects.exists()


@pytest.mark.parametrize("body", [b"{", b"[]", b'"x"', b'{"a":"\\ud800"}', b"\xff", b"null", b""])
def test_a_body_that_is_no_object_is_refused(body, db):
    answer = Client().post("/oauth/token", body, content_type="application/json")
    assert answer.status_code == 400
    assert isinstance(answer.json()["error"], str)


@pytest.mark.parametrize("header", ["Basic", "Basic ä", "Basic !!!", "Basic " + base64.b64encode(b"x").decode()])
def test_a_broken_header_is_nobody(header, db):
    answer = Client().post("/oauth/token", {"grant_type": "client_credentials"}, headers={"Authorization": header})
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


def test_only_post(db):
    answer = Client().get("/oauth/token")
    assert (answer.status_code, answer.json()["error"]) == (405, "invalid_request")


def test_everything_may_stand_in_the_address(hers):
    app = register(Client(), uris="icecubesapp://")
    code = code_of(allow(hers, app))
    query = f"grant_type=authorization_code&code={code}&client_id={app['client_id']}"
    answer = Client().post(f"/oauth/token/?{query}&client_secret={app['client_secret']}&redirect_uri=icecubesapp://")
    assert answer.status_code == 200


def test_too_many_tries_have_to_wait(db, settings):
    settings.RATE_LIMITS = {"api-token": "2/5 minutes"}
    statuses = [Client().post("/oauth/token").status_code for _ in range(3)]
    assert statuses == [400, 400, 429]
    answer = Client().post("/oauth/token")
    assert answer.json()["error"] == "Too many requests"
    assert answer["X-RateLimit-Remaining"] == "0"
    assert int(answer["Retry-After"]) > 0


def test_the_first_person_proves_an_app(hers):
    app = register(Client(), uris="icecubesapp://")
    assert Application.objects.get().approved_at is None
    exchange(Client(), app, code_of(allow(hers, app)))
    assert Application.objects.get().approved_at is not None
    assert app["redirect_uris"] != [OOB]
