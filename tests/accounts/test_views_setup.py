"""The first visit."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import Site, User
from tests import make

FORM = {
    "site_name": "Nordhof",
    "tagline": "",
    "language": "de",
    "door": "approval",
    "username": "Olga",
    "email": "olga@example.org",
    "password": make.PASSWORD,
}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["/", "/local", "/accounts/login/", "/accounts/signup/", "/@olga", "/nowhere", "/admin/"]
)
def test_everything_leads_to_the_set_up_while_nobody_lives_here(client: Client, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer["Location"]) == (302, "/setup")


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/healthz", "/theme.css"])
def test_probes_and_styles_answer_before(client: Client, path: str) -> None:
    assert client.get(path).status_code == 200


@pytest.mark.django_db
def test_whoever_fills_it_in_owns_the_place_and_is_signed_in(client: Client) -> None:
    answer = client.post("/setup", FORM)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    site, owner = Site.objects.get(), User.objects.get()
    assert (site.name, site.language, site.door) == ("Nordhof", "de", "approval")
    assert (owner.username, owner.is_superuser, owner.emailaddress_set.get().verified) == ("olga", True, True)
    assert client.get("/settings").status_code == 200


@pytest.mark.django_db
def test_sent_twice_there_is_one_owner(client: Client) -> None:
    client.post("/setup", FORM)
    assert Client().post("/setup", FORM | {"username": "otto"})["Location"] == "/"
    assert list(User.objects.values_list("username", flat=True)) == ["olga"]


def test_with_people_there_is_no_such_page(client: Client, alice: User) -> None:
    assert client.get("/setup").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("site_name", ""),
        ("site_name", "a\x00b"),
        ("username", "ä"),
        ("username", "x" * 10**6),
        ("email", "nobody"),
        ("password", "short"),
        ("password", "password123"),
        ("door", "window"),
        ("language", "tlh"),
    ],
)
def test_a_wrong_value_is_named_beside_its_field_and_the_rest_is_kept(client: Client, field: str, value: str) -> None:
    answer = client.post("/setup", FORM | {field: value})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert f'id="id_{field}_error"' in answer.text
    assert (field == "tagline") or 'value="olga@example.org"' in answer.text or field == "email"
    assert not User.objects.exists()


def test_once_set_up_it_costs_no_query_of_its_own(client: Client, alice: User, django_assert_num_queries) -> None:
    Site.objects.create(name="Nordhof")
    client.get("/rules")
    with django_assert_num_queries(1):  # what the house announces
        assert client.get("/rules").status_code == 200
