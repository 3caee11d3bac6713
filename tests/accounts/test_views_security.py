"""Second factors, passwords and sessions."""

from __future__ import annotations

import base64
import hmac
import struct
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from allauth.usersessions.models import UserSession
from django.test import Client

from accounts.models import User
from tests import make

ANDROID = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36"


def sign_in(agent: str = "") -> Client:
    client = Client(headers={"user-agent": agent})
    client.post("/accounts/login/", {"login": "alice", "password": make.PASSWORD})
    return client


def code_of(secret: str) -> str:
    """The code an app would show now (RFC 6238)."""
    digest = hmac.digest(base64.b32decode(secret), struct.pack(">Q", int(time.time()) // 30), "sha1")
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at : at + 4])[0] & 0x7FFFFFFF) % 10**6:06d}"


@pytest.fixture
def two(alice: User) -> tuple[Client, Client]:
    """Two devices on which alice is signed in."""
    return sign_in(), sign_in(ANDROID)


def alive(*clients: Client) -> list[bool]:
    return [client.get("/settings/privacy").status_code == 200 for client in clients]


def test_a_new_password_ends_the_others(two) -> None:
    here, there = two
    new = "a fresh long password"
    form = {"oldpassword": make.PASSWORD, "password1": new, "password2": new}
    assert here.post("/accounts/password/change/", form).status_code == 302
    assert alive(here, there) == [True, False]
    assert UserSession.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_turning_the_app_on_ends_the_others_and_gives_codes(two) -> None:
    here, there = two
    here.post("/accounts/reauthenticate/", {"password": make.PASSWORD})
    page = here.get("/accounts/2fa/totp/activate/")
    answer = here.post("/accounts/2fa/totp/activate/", {"code": code_of(page.context["form"].secret)})
    assert answer["Location"] == "/accounts/2fa/recovery-codes/"
    assert alive(here, there) == [True, False]
    assert here.get(answer["Location"]).text.count("<code>") == 10
    assert "<svg" in page.text
    assert "data:image" not in page.text


def test_the_second_factor_is_asked_for(alice: User) -> None:
    secret = "JBSWY3DPEHPK3PXP"
    TOTP.activate(alice, secret)
    codes = RecoveryCodes.activate(alice).generate_codes()
    for code in (code_of(secret), codes[0]):
        client = Client()
        answer = client.post("/accounts/login/", {"login": "alice", "password": make.PASSWORD})
        assert answer["Location"] == "/accounts/2fa/authenticate/"
        assert alive(client) == [False]
        assert "That code does not fit" in client.post(answer["Location"], {"code": "000000"}).text
        client.post(answer["Location"], {"code": code})
        assert alive(client) == [True]


@pytest.mark.parametrize("path", ["/accounts/2fa/totp/activate/", "/accounts/2fa/webauthn/add/"])
def test_delicate_pages_ask_who_it_is(alice: User, client: Client, path: str) -> None:
    client.force_login(alice)
    assert client.get(path)["Location"].startswith("/accounts/reauthenticate/")


def test_the_list_of_sessions_knows_devices_and_this_one(two) -> None:
    rows = two[1].get("/settings/sessions").context["rows"]
    assert [(row["device"], row["is_current"]) for row in rows] == [(("Chrome", "Android"), True), (("", ""), False)]


def test_one_other_session_can_be_ended(two, bob: User) -> None:
    here, there = two
    other = UserSession.objects.exclude(session_key=here.session.session_key).get()
    bobs = Client()
    bobs.force_login(bob)
    bobs.post("/settings/sessions/end", {"session": other.pk})
    assert alive(here, there) == [True, True]
    here.post("/settings/sessions/end", {"session": other.pk})
    assert alive(here, there) == [True, False]


def test_all_others_can_be_ended(two) -> None:
    here, there = two
    here.post("/settings/sessions/end")
    assert alive(here, there) == [True, False]


@pytest.mark.parametrize("number", ["9" * 30, "-1", "²", "x", "9223372036854775807"])
def test_odd_numbers_end_nothing(two, number: str) -> None:
    assert two[0].post("/settings/sessions/end", {"session": number}).status_code == 302
    assert alive(*two) == [True, True]


def test_the_overview_says_what_protects(alice: User) -> None:
    TOTP.activate(alice, "JBSWY3DPEHPK3PXP")
    Authenticator.objects.create(user=alice, type="webauthn", data={"name": "Phone", "credential": {}})
    client = Client()
    client.force_login(alice)
    page = client.get("/settings/security")
    assert (len(page.context["keys"]), len(page.context["app"]), page.context["codes"]) == (1, 1, None)


@pytest.mark.parametrize("path", ["/accounts/2fa/", "/accounts/sessions/"])
def test_pages_of_allauth_lead_to_ours(alice: User, client: Client, path: str) -> None:
    client.force_login(alice)
    assert client.get(path)["Location"].startswith("/settings/")
