"""The account over the API: how the site looks, the name, sessions, apps, invitations, leaving."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client
from django.utils import timezone

from accounts.models import Invitation, Site, User
from accounts.site import forget_site
from api.oauth.models import AccessToken
from api.oauth.services import issue_token, register_app
from tests import make

OWN = "/api/polylog/v1"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def sign_in() -> Client:
    client = Client(headers={"user-agent": FIREFOX})
    client.post("/accounts/login/", {"login": "alice", "password": make.PASSWORD})
    return client


def is_in(client: Client) -> bool:
    return client.get("/settings/privacy").status_code == 200


# --- settings -------------------------------------------------------------------------------------------------------
def test_settings_are_read_and_changed_one_by_one(api_as, alice):
    api = api_as(alice)
    before = api("GET", f"{OWN}/settings")
    assert (before["theme"], before["language"], before["shortcuts"]) == ("auto", "", True)
    after = api("PATCH", f"{OWN}/settings", {"theme": "dark", "language": "de", "shortcuts": False})
    assert after == {**before, "theme": "dark", "language": "de", "shortcuts": False}
    assert api("PATCH", f"{OWN}/settings", {"language": ""}) == {**after, "language": ""}
    assert User.objects.get(pk=alice.pk).theme == "dark"
    assert api("PATCH", f"{OWN}/settings", {"is_indexable": False})["is_indexable"] is False


@pytest.mark.parametrize("said", [{"language": "xx"}, {"post_language": "nonsense"}, {"theme": "pink"}])
def test_settings_there_are_not_are_refused(api_as, alice, said):
    assert api_as(alice)("PATCH", f"{OWN}/settings", said, status=422)["error"].startswith("Validation failed")


# --- the name -------------------------------------------------------------------------------------------------------
def test_a_name_is_changed_once_in_thirty_days(api_as, alice):
    api = api_as(alice)
    assert api("GET", f"{OWN}/name") == {"username": "alice", "may_change_at": None}
    changed = api("PUT", f"{OWN}/name", {"username": "@Alicia"})
    assert (changed["username"], changed["may_change_at"][:4]) == ("alicia", str((timezone.now() + timedelta(30)).year))
    assert "less than thirty days" in api("PUT", f"{OWN}/name", {"username": "alba"}, status=422)["error"]


@pytest.mark.parametrize(("name", "why"), [("admin", "The house keeps"), ("b0b", "looks just like"), ("a b", "small")])
def test_names_that_cannot_be_had(api_as, alice, bob, name, why):
    assert why in api_as(alice)("PUT", f"{OWN}/name", {"username": name}, status=422)["error"]
    assert User.objects.get(pk=alice.pk).username == "alice"


# --- sessions -------------------------------------------------------------------------------------------------------
def test_sessions_are_listed_and_one_is_ended(api_as, alice):
    here, there = sign_in(), sign_in()
    api = api_as(alice)
    listed = api("GET", f"{OWN}/sessions")
    assert [(one["browser"], one["system"]) for one in listed] == [("Firefox", "Linux")] * 2
    ended = UserSession.objects.get(session_key=there.session.session_key)
    api("DELETE", f"{OWN}/sessions/{ended.pk}")
    assert (is_in(here), is_in(there), len(api("GET", f"{OWN}/sessions"))) == (True, False, 1)


def test_all_sessions_and_all_other_apps_end_but_the_one_that_asks_stays(
    api_as, alice, django_capture_on_commit_callbacks
):
    browser, other = sign_in(), register_app("Other", ["urn:ietf:wg:oauth:2.0:oob"], ["read"])[0]
    issue_token(other, alice, ["read"])
    api = api_as(alice)
    with django_capture_on_commit_callbacks(execute=True):
        api("DELETE", f"{OWN}/sessions")
    assert is_in(browser) is False
    assert [access["name"] for access in api("GET", f"{OWN}/apps")] == ["Tests"]


# --- apps -----------------------------------------------------------------------------------------------------------
def test_apps_are_listed_and_taken_back(api_as, alice, bob):
    other = register_app("Other", ["urn:ietf:wg:oauth:2.0:oob"], ["read"], "https://other.example")[0]
    issue_token(other, alice, ["read"])
    issue_token(other, bob, ["read"])
    api = api_as(alice)
    found = {one["name"]: one for one in api("GET", f"{OWN}/apps")}
    assert {name: one["asks_now"] for name, one in found.items()} == {"Tests": True, "Other": False}
    assert (found["Other"]["website"], found["Other"]["scopes"]) == ("https://other.example", ["read"])
    api("DELETE", f"{OWN}/apps/{found['Other']['id']}")
    assert list(AccessToken.objects.filter(application=other).values_list("user", flat=True)) == [bob.pk]


def test_taking_all_back_ends_the_one_that_asks(api_as, alice):
    api = api_as(alice)
    api("DELETE", f"{OWN}/apps")
    api("GET", f"{OWN}/apps", status=401)


# --- invitations ----------------------------------------------------------------------------------------------------
def test_an_invitation_is_made_listed_and_taken_back(api_as, alice):
    api = api_as(alice)
    made = api("POST", f"{OWN}/invitations", {"note": "For Bea", "uses": 2, "days": 0})
    code = Invitation.objects.get().code
    assert (made["url"], made["uses_left"]) == (f"http://localhost:8000/join/{code}", 2)
    assert (made["note"], made["expires_at"]) == ("For Bea", None)
    assert api("GET", f"{OWN}/invitations") == [made]
    api("DELETE", f"{OWN}/invitations/{made['id']}")
    api("DELETE", f"{OWN}/invitations/{made['id']}", status=404)
    assert api("GET", f"{OWN}/invitations") == []


def test_where_members_may_not_invite_they_do_not(api_as, alice):
    Site.objects.update_or_create(pk=1, defaults={"members_may_invite": False})
    forget_site()
    api = api_as(alice)
    api("GET", f"{OWN}/invitations", status=403)
    api("POST", f"{OWN}/invitations", {"uses": 1}, status=403)


# --- leaving --------------------------------------------------------------------------------------------------------
def test_leaving_takes_the_password_and_every_token(api_as, alice, django_capture_on_commit_callbacks):
    api = api_as(alice)
    assert api("GET", f"{OWN}/account") == {"may_leave": True, "days": 14}
    assert "not your password" in api("DELETE", f"{OWN}/account", {"password": "wrong"}, status=422)["error"]
    with django_capture_on_commit_callbacks(execute=True):
        left = api("DELETE", f"{OWN}/account", {"password": make.PASSWORD})
    alice.refresh_from_db()
    assert (alice.is_active, left["erased_at"][:10]) == (False, alice.leaving_at.date().isoformat())
    api("GET", f"{OWN}/account", status=401)


def test_who_alone_runs_the_site_cannot_leave(api_as):
    owner = make.owner()
    api = api_as(owner)
    assert api("GET", f"{OWN}/account")["may_leave"] is False
    said = api("DELETE", f"{OWN}/account", {"password": make.PASSWORD}, status=422)
    assert "only one who can run this place" in said["error"]
    assert User.objects.get(pk=owner.pk).is_active


def test_a_token_is_no_password(api_as, alice):
    alice.set_unusable_password()
    alice.save()
    api = api_as(alice)
    assert api("GET", f"{OWN}/account")["may_leave"] is False
    api("DELETE", f"{OWN}/account", {"password": ""}, status=422)
    assert User.objects.get(pk=alice.pk).is_active
