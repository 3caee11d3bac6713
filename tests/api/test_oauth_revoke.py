"""What was allowed is taken back."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.services.standing import begin_leaving, restore_person, suspend_person
from api.oauth.models import AccessToken, Application, Grant
from api.oauth.services import forget_unused_apps, issue_token, own_app
from api.oauth.tokens import token_of
from api.signals import tokens_revoked
from events.log import read_since
from notifications.models import PushSubscription
from tests.api.oauth import allow, code_of, exchange, register


@pytest.fixture
def hers(client: Client, alice) -> Client:
    client.force_login(alice)
    return client


def token_through(hers: Client):
    """An app with a token of alice's."""
    app = register(Client(), uris="icecubesapp://")
    return app, exchange(Client(), app, code_of(allow(hers, app))).json()["access_token"]


def give_back(app, token: str, *, as_json: bool = False):
    data = {"client_id": app["client_id"], "client_secret": app["client_secret"], "token": token}
    if as_json:
        return Client().post("/oauth/revoke", json.dumps(data), content_type="application/json")
    return Client().post("/oauth/revoke", data)


@pytest.mark.parametrize("as_json", [False, True])
def test_an_app_signs_out(as_json, hers):
    app, token = token_through(hers)
    for _ in range(2):
        answer = give_back(app, token, as_json=as_json)
        assert (answer.status_code, answer.json()) == (200, {})
    assert token_of(token) is None


def test_an_app_cannot_sign_another_out(hers):
    _app, token = token_through(hers)
    answer = give_back(register(Client()), token)
    assert (answer.status_code, answer.json()["error"]) == (403, "unauthorized_client")
    assert token_of(token) is not None


def test_nobody_signs_out_without_a_secret(hers):
    app, token = token_through(hers)
    answer = give_back({**app, "client_secret": "wrong"}, token)
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
    assert Client().post("/oauth/revoke", {"token": token}).status_code == 401
    assert give_back(app, "").json()["error"] == "invalid_request"
    assert token_of(token) is not None


def test_streams_learn_of_it(hers, alice, django_capture_on_commit_callbacks):
    _app, token = token_through(hers)
    heard = []
    tokens_revoked.connect(listener := lambda **said: heard.append((said["about"], said["tokens"])))
    key = token_of(token).pk
    with django_capture_on_commit_callbacks(execute=True):
        hers.post("/settings/apps/revoke", {"app": "all"})
    tokens_revoked.disconnect(listener)
    assert heard == [(alice, [key])]
    assert read_since(f"user:{alice.pk}", 0)[-1].kind == "revoked"


def test_the_device_of_an_app_rings_no_more(hers, alice):
    _app, token = token_through(hers)
    kept = issue_token(own_app("Other"), alice, ["push"])[0]
    for key in (token_of(token).pk, kept.pk):
        PushSubscription.objects.create(user=alice, token=str(key), auth_epoch=0, endpoint="https://push.example.org/")
    hers.post("/settings/apps/revoke", {"app": token_of(token).application.client_id})
    assert [device.token for device in PushSubscription.objects.all()] == [str(kept.pk)]


def test_the_page_lists_an_app_once_for_all_devices(hers, alice, bob):
    app = own_app("Elk <3")
    for scopes in (["read"], ["write:lists"]):
        issue_token(app, alice, scopes)
    issue_token(own_app("Of Bob"), bob, ["read"])
    page = hers.get("/settings/apps").content.decode()
    assert page.count("Elk &lt;3</b>") == 1
    assert "Read everything" in page
    assert "Change your lists" in page
    assert "Of Bob" not in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_as_often_for_many_as_for_one(count, hers, alice, django_assert_num_queries):
    for number in range(count):
        issue_token(own_app(f"App {number}"), alice, ["read"])
    hers.get("/settings/apps")
    with django_assert_num_queries(4):
        hers.get("/settings/apps")


def test_one_app_goes_the_other_stays(hers, alice, bob):
    elk, bot = own_app("Elk"), own_app("Bot")
    tokens = [issue_token(app, person, ["read"])[1] for app in (elk, bot) for person in (alice, bob)]
    hers.post("/settings/apps/revoke", {"app": elk.client_id})
    assert [token_of(raw) is not None for raw in tokens] == [False, True, True, True]


@pytest.mark.parametrize("app", ["", "nobody", "a\0b", "site:Of Bob", "9" * 400])
def test_what_is_not_mine_is_not_there(app, hers, alice, bob):
    issue_token(own_app("Of Bob"), bob, ["read"])
    assert hers.post("/settings/apps/revoke", {"app": app}).status_code == 404
    assert AccessToken.objects.count() == 1


def test_a_code_on_its_way_goes_too(hers):
    app = register(Client(), uris="icecubesapp://")
    exchange(Client(), app, code_of(allow(hers, app)))
    code = code_of(allow(hers, app))
    hers.post("/settings/apps/revoke", {"app": app["client_id"]})
    assert exchange(Client(), app, code).json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    "end", [lambda mod, person: suspend_person(mod, person), lambda mod, person: begin_leaving(person)]
)
def test_who_loses_their_place_loses_their_apps(end, hers, alice, mod, django_capture_on_commit_callbacks):
    _app, token = token_through(hers)
    with django_capture_on_commit_callbacks(execute=True):
        end(mod, alice)
    assert token_of(token) is None
    restore_person(mod, alice)
    assert token_of(token) is None


def test_a_new_password_leaves_apps_as_they_are(hers, alice, django_capture_on_commit_callbacks):
    _app, token = token_through(hers)
    with django_capture_on_commit_callbacks(execute=True):
        alice.set_password("another long one")
        alice.save()
    assert token_of(token).user == alice


def test_signing_out_everywhere_ends_apps(hers, alice, bob, django_capture_on_commit_callbacks):
    _app, token = token_through(hers)
    his = issue_token(own_app("Bot"), bob, ["read"])[1]
    with django_capture_on_commit_callbacks(execute=True):
        hers.post("/settings/sessions/end", {})
    assert (token_of(token), token_of(his).user) == (None, bob)


# --- apps nobody uses ------------------------------------------------------------------------------------------------
def test_apps_nobody_let_in_are_forgotten(client, alice):
    used, unused, fresh = (register(client)["client_id"] for _ in range(3))
    busy = register(client)["client_id"]
    issue_token(Application.objects.get(client_id=used), alice, ["read"])
    raw = issue_token(Application.objects.get(client_id=busy), None, ["read"])[1]
    Application.objects.exclude(client_id=fresh).update(created=timezone.now() - timedelta(days=8))
    token_of(raw)
    forget_unused_apps()
    assert set(Application.objects.values_list("client_id", flat=True)) == {used, fresh, busy}
    assert unused


def test_an_app_stays_when_its_people_have_signed_out(client, alice):
    app = Application.objects.get(client_id=register(client)["client_id"])
    token, _raw = issue_token(app, alice, ["read"])
    token.delete()
    Application.objects.update(created=timezone.now() - timedelta(days=800))
    forget_unused_apps()
    assert Application.objects.exists()


def test_codes_nobody_fetched_are_forgotten(hers):
    allow(hers, register(Client(), uris="icecubesapp://"))
    assert forget_unused_apps() == 0
    Grant.objects.update(expires=timezone.now() - timedelta(seconds=1))
    assert forget_unused_apps() == 1


def test_apps_go_with_their_person(alice):
    issue_token(own_app("Bot"), alice, ["read"])
    alice.delete()
    assert not AccessToken.objects.exists()
