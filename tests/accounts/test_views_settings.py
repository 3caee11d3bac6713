"""Arranging oneself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import FormerName, Invitation, User
from accounts.services import profile, ties
from media.models import Attachment
from tests import make

PAGES = [
    "/settings",
    "/settings/account",
    "/settings/name",
    "/settings/privacy",
    "/settings/apart",
    "/settings/security",
    "/settings/sessions",
    "/settings/invitations",
    "/settings/delete",
    "/follow-requests",
    "/accounts/email/",
    "/accounts/password/change/",
]


@pytest.fixture
def page(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


@pytest.mark.parametrize("path", PAGES)
def test_every_page_opens_for_its_owner_and_nobody_else(page: Client, path: str) -> None:
    assert page.get(path).status_code == 200
    assert Client().get(path)["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("path", [path for path in PAGES if path not in {"/settings/sessions", "/accounts/email/"}])
def test_opening_a_page_changes_nothing(page: Client, alice: User, path: str) -> None:
    before = User.objects.values().get(pk=alice.pk)
    page.get(path)
    assert User.objects.values().get(pk=alice.pk) == before


def test_saying_who_one_is(page: Client, alice: User, bob: User) -> None:
    form = {
        "display_name": "Alice Demir",
        "bio": "Binds *books* with @bob, not @nobody.",
        "name_0": "Place",
        "value_0": "Nordhof",
        "name_2": "Page",
        "value_2": "https://example.org",
        "is_bot": "on",
    }
    assert page.post("/settings", form)["Location"] == "/settings"
    alice.refresh_from_db()
    assert (alice.name, alice.is_bot, [row["name"] for row in alice.fields]) == ("Alice Demir", True, ["Place", "Page"])
    assert "<em>books</em>" in alice.bio_html
    assert ('href="/@bob"' in alice.bio_html, 'href="/@nobody"' in alice.bio_html) == (True, False)
    assert 'rel="' in alice.fields[1]["html"]


@pytest.mark.parametrize(
    "evil", ["<script>alert(1)</script>", "[x](javascript:alert(1))", '"><img src=x onerror=alert(1)>']
)
def test_nothing_dangerous_comes_out(page: Client, alice: User, evil: str) -> None:
    page.post("/settings", {"display_name": evil[:60], "bio": evil, "name_0": evil, "value_0": evil})
    text = page.get("/settings").text + page.get("/@alice").text
    for bad in ("<script>alert", 'href="javascript', "<img src=x"):
        assert bad not in text


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("bio", "x" * 501),
        ("display_name", "x" * 61),
        ("value_1", "x" * 256),
        ("name_3", "a\x00b"),
        ("bio", "x" * 10**6),
    ],
)
def test_what_is_wrong_is_said_and_the_rest_kept(page: Client, alice: User, field: str, value: str) -> None:
    answer = page.post("/settings", {"display_name": "Kept", "bio": "Kept words"} | {field: value})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    alice.refresh_from_db()
    assert (alice.display_name, alice.bio) == ("", "")


def test_a_picture_takes_the_place_of_the_one_before(page: Client, alice: User) -> None:
    for _ in range(2):
        assert page.post("/settings", {"avatar": make.upload(), "display_name": "Alice"}).status_code == 302
    alice.refresh_from_db()
    assert list(Attachment.objects.values_list("pk", "owner")) == [(alice.avatar_id, alice.pk)]
    page.post("/settings/pictures/avatar")
    assert not Attachment.objects.exists()


def test_a_picture_is_described_for_those_who_do_not_see_it(page: Client, alice: User) -> None:
    assert "avatar_description" not in page.get("/settings").text
    page.post("/settings", {"avatar": make.upload(), "display_name": "Alice"})
    page.post("/settings", {"display_name": "Alice", "avatar_description": "A woman with flour on her hands"})
    assert Attachment.objects.get().description == "A woman with flour on her hands"
    assert 'value="A woman with flour on her hands"' in page.get("/settings").text


def test_a_refused_picture_costs_no_word(page: Client, alice: User) -> None:
    broken = make.upload("film.png", b"no picture at all")
    answer = page.post("/settings", {"header": broken, "display_name": "Alice Demir", "bio": "Words"})
    assert (answer.status_code, list(answer.context["refused"])) == (422, ["header"])
    assert 'value="Alice Demir"' in answer.text
    assert 'id="id_header_error"' in answer.text
    assert not Attachment.objects.exists()


def test_there_are_two_places_for_pictures(page: Client) -> None:
    assert page.post("/settings/pictures/password").status_code == 404


def test_privacy_and_preferences(page: Client, alice: User) -> None:
    page.post("/settings/privacy", {"is_locked": "on", "post_visibility": "2", "hides_ties": "on"})
    reading = {"media_display": "hide_all", "opens_warnings": "on", "post_language": "fr", "post_sensitive": "on"}
    page.post("/settings/account", {"language": "de", "theme": "dark"} | reading)
    alice.refresh_from_db()
    assert (alice.is_indexable, alice.hides_ties) == (False, True)
    assert (alice.media_display, alice.opens_warnings) == ("hide_all", True)
    assert (alice.post_language, alice.post_sensitive) == ("fr", True)
    assert (alice.is_locked, alice.is_discoverable, alice.post_visibility) == (True, False, 2)
    assert (alice.language, alice.theme, alice.shortcuts) == ("de", "dark", False)
    assert '<html lang="de" data-theme="dark"' in page.get("/settings").text


@pytest.mark.parametrize(("path", "form"), [("privacy", {"post_visibility": "7"}), ("account", {"theme": "pink"})])
def test_choices_are_what_they_are(page: Client, path: str, form: dict[str, str]) -> None:
    assert page.post(f"/settings/{path}", form).status_code == 422


def test_no_form_sets_what_it_does_not_show(page: Client, alice: User) -> None:
    extra = {
        "is_staff": "on",
        "is_superuser": "on",
        "suspended_at": "2020-01-01",
        "auth_epoch": "9",
        "username": "root",
    }
    for path, form in (("", {}), ("/privacy", {"post_visibility": "0"}), ("/account", {"theme": "auto"})):
        page.post(f"/settings{path}", extra | form)
    alice.refresh_from_db()
    assert (alice.is_staff, alice.is_superuser, alice.suspended_at, alice.auth_epoch, alice.username) == (
        False, False, None, 0, "alice",
    )  # fmt: skip


def test_a_new_name_once_in_thirty_days(page: Client, alice: User) -> None:
    page.post("/settings/name", {"username": "Amelie"})
    alice.refresh_from_db()
    assert (alice.username, list(FormerName.objects.values_list("name", flat=True))) == ("amelie", ["alice"])
    assert page.post("/settings/name", {"username": "anna"}).status_code == 422
    User.objects.update(renamed_at=timezone.now() - timedelta(days=31))
    page.post("/settings/name", {"username": "alice"})
    alice.refresh_from_db()
    assert (alice.username, list(FormerName.objects.values_list("name", flat=True))) == ("alice", ["amelie"])


@pytest.mark.parametrize("name", ["bob", "b0b", "admin", "ä", ""])
def test_names_that_are_not_to_be_had(page: Client, alice: User, bob: User, name: str) -> None:
    assert page.post("/settings/name", {"username": name}).status_code == 422
    assert User.objects.get(pk=alice.pk).username == "alice"


def test_a_name_taken_at_the_last_moment(alice: User, bob: User, monkeypatch) -> None:
    monkeypatch.setattr(profile, "is_name_taken", lambda *_args, **_kwargs: False)
    with pytest.raises(profile.NameTaken):
        profile.rename_person(alice, "bob")
    assert (alice.username, FormerName.objects.count()) == ("alice", 0)


def test_the_end_of_a_mute_is_a_moment_in_the_readers_time(page: Client, alice: User, bob: User) -> None:
    until = datetime(2100, 11, 22, 7, 37, tzinfo=UTC)
    ties.mute_person(alice, bob, until=until)
    shown = '<time datetime="2100-11-22T07:37:00+00:00" data-moment>22 Nov 2100, 07:37 UTC</time>'
    assert f"until {shown}" in page.get("/settings/apart").text


def test_muted_and_blocked_with_the_way_back(page: Client, alice: User, bob: User, dave: User) -> None:
    ties.mute_person(alice, bob)
    text = page.get("/settings/apart").text
    assert ("/@bob/mute" in text, "/@dave/block" in text) == (True, True)
    page.post("/@bob/mute", {"undo": "1", "next": "/settings/apart"})
    page.post("/@dave/block", {"undo": "1", "next": "/settings/apart"})
    context = page.get("/settings/apart").context
    assert (list(context["mutes"]), list(context["blocks"])) == ([], [])


@pytest.mark.parametrize("n", [1, 3])
def test_lists_cost_the_same_however_long(page: Client, alice: User, n: int, django_assert_num_queries) -> None:
    for k in range(n):
        person = make.user(f"person{k}x")
        ties.mute_person(alice, person)
        ties.block_person(alice, person)
    page.get("/settings/apart")
    with django_assert_num_queries(5):
        page.get("/settings/apart")


def test_inviting_and_taking_back(page: Client, alice: User, bob: User) -> None:
    assert page.post("/settings/invitations", {"note": "Jonas", "uses": "3", "days": "7"}).status_code == 302
    invitation = Invitation.objects.get()
    assert (invitation.uses_left, invitation.note, len(invitation.code) >= 22) == (3, "Jonas", True)
    assert f"http://localhost:8000/join/{invitation.code}" in page.get("/settings/invitations").text
    other = Client()
    other.force_login(bob)
    other.post(f"/settings/invitations/{invitation.pk}/revoke")
    assert Invitation.objects.exists()
    page.post(f"/settings/invitations/{invitation.pk}/revoke")
    assert not Invitation.objects.exists()


@pytest.mark.parametrize(
    "form",
    [
        {"uses": "0", "days": "7"},
        {"uses": "1e3", "days": "7"},
        {"uses": "9" * 40, "days": "7"},
        {"uses": "1", "days": "-5"},
    ],
)
def test_odd_invitations_are_refused(page: Client, form: dict[str, str]) -> None:
    assert page.post("/settings/invitations", form).status_code == 422
    assert not Invitation.objects.exists()
