"""What is settled before a view."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.middleware import SEEN_EVERY
from accounts.models import Site, User
from tests import make


def test_a_session_is_noted_at_most_every_ten_minutes(alice: User, django_assert_num_queries) -> None:
    client = Client()
    client.post("/accounts/login/", {"login": "alice", "password": make.PASSWORD})
    long_ago = timezone.now() - timedelta(days=1)
    UserSession.objects.update(last_seen_at=long_ago)
    client.get("/rules")
    assert UserSession.objects.get().last_seen_at == long_ago
    session = client.session
    session["seen"] -= SEEN_EVERY
    session.save()
    client.get("/rules")
    assert timezone.now() - UserSession.objects.get().last_seen_at < timedelta(minutes=1)


def test_an_ordinary_page_writes_nothing(client: Client, alice: User, django_assert_num_queries) -> None:
    client.force_login(alice)
    client.get("/theme.css")
    asked: list[str] = []

    def listen(execute, sql, *rest):
        asked.append(sql.split()[0])
        return execute(sql, *rest)

    with django_assert_num_queries(2), connection.execute_wrapper(listen):  # the session, the person
        client.get("/theme.css")
    assert asked == ["SELECT", "SELECT"]


@pytest.mark.parametrize(
    ("own", "cookie", "browser", "site", "spoken"),
    [
        ("de", "en", "en", "en", "de"),
        ("", "de", "en", "en", "de"),
        ("", "", "de-AT,en;q=0.5", "en", "de"),
        ("", "", "tlh", "en", "en"),
        ("xx", "", "de", "en", "de"),
    ],
)
def test_the_language_of_the_person_goes_first(alice: User, own, cookie, browser, site, spoken) -> None:
    Site.objects.create(language=site)
    User.objects.update(language=own)
    client = Client(headers={"accept-language": browser})
    client.force_login(alice)
    if cookie:
        client.cookies["language"] = cookie
    assert client.get("/rules")["Content-Language"] == spoken


def test_without_any_wish_the_site_speaks_its_own(alice: User) -> None:
    Site.objects.create(language="de")
    assert Client().get("/rules")["Content-Language"] == "de"
