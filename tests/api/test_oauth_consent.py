"""The page on which a person decides about an app."""

from __future__ import annotations

import html
import re

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client

from api.oauth.models import AccessToken, Grant
from api.oauth.words import SENTENCES, sentences_of
from api.scopes import SCOPES
from tests.api.oauth import ALL, OOB, allow, ask, register


@pytest.fixture
def hers(client: Client, alice) -> Client:
    client.force_login(alice)
    return client


def text_of(answer) -> str:
    """The words of a page."""
    main = answer.content.decode().partition("<main")[2]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())


def consent(client: Client, uri: str = "icecubesapp://", scopes: str = ALL, **more: str):
    return client.get("/oauth/authorize", ask(register(Client(), uris=uri, scopes=scopes), **more))


def test_it_says_who_wants_what_and_where_it_leads(hers):
    words = text_of(consent(hers, "https://phanpy.example/"))
    for part in ("Tusky", "@alice", "Act in your name", "Send notifications to your device", "phanpy.example"):
        assert part in words
    assert "Follow, mute and block" not in words  # the two large ones cover it


def test_it_speaks_the_language_the_app_asks_for(hers):
    answer = consent(hers, lang="de-AT")
    assert answer["Content-Language"] == "de"
    assert '<html lang="de"' in answer.content.decode()


def test_the_name_of_an_app_is_text(hers):
    app = register(Client(), client_name="<b>&bold", uris="icecubesapp://")
    assert b"<b>&amp;bold" not in hers.get("/oauth/authorize", ask(app)).content.replace(b"&lt;b&gt;", b"")
    assert "<b>&bold" in text_of(hers.get("/oauth/authorize", ask(app)))


@pytest.mark.parametrize(
    ("uri", "source"),
    [
        ("icecubesapp://", "icecubesapp:"),
        ("org.joinmastodon.android-auth://callback", "org.joinmastodon.android-auth:"),
        ("https://elk.example/x", "https:"),
        (OOB, ""),
    ],
)
def test_the_policy_lets_the_form_lead_to_the_app_and_nowhere_else(uri, source, hers):
    policy = consent(hers, uri)["Content-Security-Policy"]
    assert f"form-action 'self'{source and ' ' + source};" in policy + ";"
    assert "unsafe" not in policy


def test_no_is_told_to_the_app(hers):
    app = register(Client(), uris="icecubesapp://")
    answer = hers.post("/oauth/authorize", {**ask(app, state="s"), "decision": "deny"})
    expected = "icecubesapp://?error=access_denied&error_description=The+resource+owner+denied+the+request.&state=s"
    assert answer["Location"] == expected
    assert not Grant.objects.exists()


def test_no_out_of_band_is_said_on_the_page(hers):
    answer = hers.post("/oauth/authorize", {**ask(register(Client())), "decision": "deny"})
    assert (answer.status_code, Grant.objects.count()) == (200, 0)
    assert "You said no" in text_of(answer)


def test_who_is_not_signed_in_comes_back_after(client, alice):
    app = register(Client(), uris="https://phanpy.example/")
    answer = client.get("/oauth/authorize/", ask(app, state="a&b", force_login="true"))
    assert answer.status_code == 302
    door = client.get(answer["Location"])
    back = html.unescape(re.search(r'name="next" value="([^"]+)"', door.content.decode())[1])
    client.force_login(alice)
    page = client.get(back)
    assert 'name="state" value="a&amp;b"' in page.content.decode()


def test_somebody_else_can_sign_in_and_comes_back(hers):
    page = consent(hers, "https://phanpy.example/", state="a&b").content.decode()
    here = html.unescape(re.search(r'name="next" value="([^"]+)"', page)[1])
    answer = hers.post("/accounts/logout/", {"next": here})
    assert answer["Location"] == here
    assert hers.get(here)["Location"].startswith("/accounts/login/?next=/oauth/authorize")


def test_an_app_may_ask_for_the_password_again(hers, alice):
    alice.set_password("a long password")
    alice.save()
    hers.force_login(alice)
    answer = consent(hers, force_login="true")
    assert answer["Location"].startswith("/accounts/reauthenticate/?next=%2Foauth%2Fauthorize")
    after = hers.post(answer["Location"], {"password": "a long password"})
    assert "Tusky" in text_of(hers.get(after["Location"]))
    assert consent(hers, force_login="False").status_code == 200


def test_a_form_of_another_site_decides_nothing(alice):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(alice)
    answer = allow(strict, register(Client(), uris="icecubesapp://"))
    assert answer.status_code == 403
    assert not Grant.objects.exists()


@pytest.mark.parametrize(
    "change",
    [
        {"client_id": "nobody"},
        {"client_id": ""},
        {"client_id": "a\0b"},
        {"redirect_uri": "https://evil.example/"},
        {"redirect_uri": "icecubesapp://other"},
        {"redirect_uri": "icecubesapp:"},
        {"redirect_uri": "icecubesapp://?code=1"},
    ],
)
@pytest.mark.parametrize("decision", ["", "allow", "deny"])
def test_nobody_is_sent_to_an_address_that_was_not_registered(change, decision, hers):
    data = ask(register(Client(), uris="icecubesapp://"), state="s") | change
    url = "/oauth/authorize"
    answer = hers.post(url, data | {"decision": decision}) if decision else hers.get(url, data)
    assert answer.status_code == 400
    assert "Location" not in answer
    assert "Back to the app" not in text_of(answer)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"scope": "read admin:write"}, "invalid_scope"),
        ({"scope": "nonsense"}, "invalid_scope"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": ""}, "response_type"),
    ],
)
def test_what_cannot_be_asked_is_refused_and_the_way_back_is_a_link(change, error, hers):
    answer = hers.get("/oauth/authorize", ask(register(Client(), uris="icecubesapp://"), state="s") | change)
    assert answer.status_code == 400
    link = html.unescape(re.search(r'href="(icecubesapp://[^"]+)"', answer.content.decode())[1])
    assert error in link
    assert link.endswith("state=s")


def test_a_smaller_scope_than_registered_is_fine(hers):
    app = register(Client(), uris="icecubesapp://", scopes="read write")
    allow(hers, app, scope="read:statuses write:lists")
    assert Grant.objects.get().scope == "read:statuses write:lists"


def test_without_a_scope_it_may_read(hers):
    app = register(Client(), uris="icecubesapp://")
    allow(hers, app, scope="")
    assert Grant.objects.get().scope == "read"


def test_every_scope_has_words():
    assert set(SENTENCES) == set(SCOPES)
    assert [s.words for s in sentences_of(["write:lists", "read", "read:lists"])] == [
        SENTENCES["read"],
        SENTENCES["write:lists"],
    ]
    assert [s.words for s in sentences_of(["follow", "read:follows"])] == [SENTENCES["follow"]]
    assert sentences_of(["nonsense"]) == []


# --- name and password -----------------------------------------------------------------------------------------------
def log_in(app, **more: str):
    data = {
        "grant_type": "password",
        "client_id": app["client_id"],
        "client_secret": app["client_secret"],
        "username": "alice@example.org",
        "password": "a long password",
        "scope": "read write",
        **more,
    }
    return Client().post("/oauth/token", data)


@pytest.fixture
def with_password(alice, settings):
    settings.OAUTH_PASSWORD_GRANT = True
    alice.set_password("a long password")
    alice.save()
    return alice


@pytest.mark.parametrize("name", ["alice@example.org", "alice", "Alice"])
def test_the_password_is_taken_where_the_site_allows_it(name, with_password):
    app = register(Client())
    answer = log_in(app, username=name)
    assert answer.json()["scope"] == "read write"
    assert AccessToken.objects.get().user == with_password


@pytest.mark.parametrize("more", [{"password": "wrong"}, {"username": "nobody"}, {"username": "a@b"}, {"password": ""}])
def test_a_wrong_password_is_refused(more, with_password):
    answer = log_in(register(Client()), **more)
    assert answer.status_code == 400
    assert answer.json()["error"] in {"invalid_grant", "invalid_request"}


def test_the_password_alone_does_not_pass_a_second_factor(with_password):
    TOTP.activate(with_password, generate_totp_secret())
    assert log_in(register(Client())).json()["error"] == "invalid_grant"


def test_nor_somebody_suspended_or_without_an_address(with_password):
    app = register(Client())
    with_password.emailaddress_set.update(verified=False)
    assert log_in(app).status_code == 400
    with_password.emailaddress_set.update(verified=True)
    type(with_password).objects.update(is_active=False)
    assert log_in(app).status_code == 400


def test_guessing_passwords_is_limited(with_password, settings):
    settings.RATE_LIMITS = {"api-password": "3/10 minutes"}
    app = register(Client())
    assert [log_in(app, password="wrong").status_code for _ in range(4)] == [400, 400, 400, 429]
