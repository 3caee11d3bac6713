"""Room for single people: whom it is for is named, by a plain field that needs neither script nor style."""

from __future__ import annotations

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse

from accounts.models import User
from media.models import Quota
from tests import make

ADD = "/admin/media/quota/add/"


@pytest.fixture
def owner(client: Client, db: None) -> User:
    """Whoever runs the site, signed in."""
    person = make.owner()
    client.force_login(person)
    return person


def kept() -> list[tuple[str, int | None]]:
    return list(Quota.objects.values_list("owner__username", "megabytes"))


@pytest.mark.parametrize("typed", ["alice", " @Alice "])
def test_whoever_is_named_has_room(client: Client, owner: User, alice: User, typed: str) -> None:
    assert client.post(ADD, {"owner": typed, "megabytes": "5", "note": ""}).status_code == 302
    assert kept() == [("alice", 5)]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("al", "Nobody here is called @al."),
        ("<b>", "Nobody here is called @&lt;b&gt;."),
        ("9" * 300, "Nobody here is called"),
        ("1", "Nobody here is called @1."),
        ("a\0", "Null characters are not allowed."),
        ("", "This field is required."),
    ],
)
def test_nobody_of_that_name_is_said_beside_what_was_typed(
    client: Client, owner: User, alice: User, typed: str, sentence: str
) -> None:
    page = client.post(ADD, {"owner": typed, "megabytes": "5", "note": ""}).text
    assert (sentence in page, 'id="id_owner_error"' in page, kept()) == (True, True, [])


def test_it_is_said_in_the_reader_s_language(client: Client, owner: User) -> None:
    owner.language = "de"
    owner.save()
    page = client.post(ADD, {"owner": "@niemand", "megabytes": "5", "note": ""}).text
    assert "Hier heißt niemand @niemand." in page
    assert 'value="@niemand"' in page
    assert "Mensch:</label>" in page


def test_one_person_has_one_room(client: Client, owner: User, alice: User) -> None:
    Quota.objects.create(owner=alice, megabytes=1)
    assert "already exists" in client.post(ADD, {"owner": "alice", "megabytes": "5", "note": ""}).text
    assert kept() == [("alice", 1)]


def test_the_page_of_one_names_them_and_saves_the_rest(client: Client, owner: User, alice: User) -> None:
    row = Quota.objects.create(owner=alice, megabytes=1)
    address = reverse("admin:media_quota_change", args=[row.pk])
    assert 'name="owner" value="alice"' in client.get(address).text
    client.post(address, {"owner": "alice", "megabytes": "7", "note": ""})
    assert kept() == [("alice", 7)]
    assert LogEntry.objects.get().get_change_message() == "Changed Megabytes."


def test_the_field_needs_no_script(client: Client, owner: User) -> None:
    page = client.get(ADD).text
    assert ("select2" in page, "admin-autocomplete" in page) == (False, False)
    assert '<input type="text" name="owner"' in page
