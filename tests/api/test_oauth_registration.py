"""What an app may say of itself when it registers."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from api.oauth.models import Application, digest
from api.oauth.services import issue_token, own_app
from tests.api.oauth import OOB, register

KEYS = {
    "id", "name", "website", "scopes", "redirect_uri", "redirect_uris", "vapid_key",
    "client_id", "client_secret", "client_secret_expires_at",
}  # fmt: skip


def post(client: Client, **data: object):
    whole = {"client_name": "Ice Cubes", "redirect_uris": "icecubesapp://", **data}
    return client.post("/api/v1/apps", json.dumps(whole), content_type="application/json")


def test_a_form_and_json_say_the_same(client, db):
    by_form = register(client, uris="icecubesapp://", scopes="read write")
    by_json = post(client, scopes="read write", website=None).json()
    own = {"id", "name", "client_id", "client_secret"}
    assert {key: by_form[key] for key in KEYS - own} == {key: by_json[key] for key in KEYS - own}
    assert set(by_json) == KEYS


def test_the_answer_is_what_strict_decoders_want(client, db):
    answer = post(client, website="").json()
    assert isinstance(answer["id"], str)
    assert (answer["website"], answer["client_secret_expires_at"], answer["scopes"]) == (None, 0, ["read"])
    assert (answer["redirect_uri"], answer["redirect_uris"]) == ("icecubesapp://", ["icecubesapp://"])


@pytest.mark.parametrize("uris", [["a://b", OOB], "a://b\nurn:ietf:wg:oauth:2.0:oob", "a://b  " + OOB + " a://b"])
def test_several_addresses(uris, client, db):
    answer = post(client, redirect_uris=uris).json()
    assert (answer["redirect_uris"], answer["redirect_uri"]) == (["a://b", OOB], f"a://b\n{OOB}")


def test_arrays_in_forms(client, db):
    answer = client.post("/api/v1/apps/?client_name=X", {"redirect_uris[]": ["a://b", "c://d"]})
    assert answer.json()["redirect_uris"] == ["a://b", "c://d"]


def test_the_secret_is_not_kept(client, db):
    answer = post(client).json()
    assert Application.objects.get().client_secret == digest(answer["client_secret"])


@pytest.mark.parametrize(
    "uri",
    [
        "javascript:alert(1)", "JavaScript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd",
        "intent:x", "nothing", "/relative", "https://", "https:///x", "http://user@host/", "https://host/#part",
        "https://host:x/", "x:", "1a://b", "a://b<c", 'a://b"c', "https://ho\\st/", "a://ä",
        "https://[::1/", "a://" + "b" * 2000,
    ],
)  # fmt: skip
def test_addresses_that_lead_to_no_app(uri, client, db):
    answer = post(client, redirect_uris=uri)
    assert (answer.status_code, answer.json()) == (
        422,
        {"error": "Validation failed: Redirect URI must be an absolute URI"},
    )
    assert not Application.objects.exists()


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({"client_name": None}, 400),
        ({"client_name": ""}, 422),
        ({"client_name": "\u202e \u200b"}, 422),
        ({"client_name": "x" * 61}, 422),
        ({"client_name": "a\0b"}, 422),
        ({"client_name": ["x"]}, 422),
        ({"redirect_uris": None}, 400),
        ({"redirect_uris": []}, 422),
        ({"redirect_uris": [f"a://{n}" for n in range(21)]}, 422),
        ({"redirect_uris": {"a": {"b": "c"}}}, 422),
        ({"scopes": "read nonsense"}, 422),
        ({"website": "nonsense"}, 422),
        ({"website": "javascript:alert(1)"}, 422),
        ({"website": "myapp://home"}, 422),
    ],
)
def test_nonsense_is_refused_in_words(data, status, client, db):
    answer = post(client, **data)
    assert (answer.status_code, list(answer.json())) == (status, ["error"])
    assert not Application.objects.exists()


def test_a_name_is_one_line_that_hides_nothing(client, db):
    assert post(client, client_name=" Polylog\u202e\n  Team\u200b ").json()["name"] == "Polylog Team"


def test_registering_is_limited(client, db):
    statuses = [post(client).status_code for _ in range(31)]
    assert statuses == [200] * 30 + [429]


def test_an_app_looks_at_itself(client, alice):
    _token, raw = issue_token(own_app("Bot"), alice, ["read"])
    answer = client.get("/api/v1/apps/verify_credentials", headers={"Authorization": f"Bearer {raw}"})
    assert answer.json()["name"] == "Bot"
    assert set(answer.json()) == KEYS - {"client_id", "client_secret", "client_secret_expires_at"}
    assert client.get("/api/v1/apps/verify_credentials").status_code == 401


def test_who_the_app_acts_for(client, alice, settings):
    _token, raw = issue_token(own_app("Bot"), alice, ["profile"])
    for method in (client.get, client.post):
        answer = method("/oauth/userinfo", headers={"Authorization": f"Bearer {raw}"}).json()
        assert (answer["sub"], answer["preferred_username"]) == (f"{settings.SITE_URL}/@alice", "alice")
        assert answer["picture"].startswith(settings.SITE_URL)
    _token, raw = issue_token(own_app("Bot"), alice, ["read"])
    assert client.get("/oauth/userinfo", headers={"Authorization": f"Bearer {raw}"}).status_code == 403


def test_where_everything_is(client, alice, settings):
    answer = client.get("/.well-known/oauth-authorization-server").json()
    assert answer["issuer"] == f"{settings.SITE_URL}/"
    assert answer["token_endpoint"] == f"{settings.SITE_URL}/oauth/token"
    assert answer["code_challenge_methods_supported"] == ["S256"]
    assert answer["grant_types_supported"] == ["authorization_code", "client_credentials"]
    assert {"read", "write", "follow", "push", "profile", "admin:write:reports"} <= set(answer["scopes_supported"])
