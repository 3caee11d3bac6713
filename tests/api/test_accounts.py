"""Accounts that are made once for rows that read the same, and anew for rows that do not."""

from __future__ import annotations

from typing import Any

from accounts.models import User
from api.entities.account import account_of, accounts_by_id, people_by_id


def test_both_ways_give_the_same(alice: User, bob: User, mod: User, django_assert_num_queries: Any) -> None:
    User.objects.filter(pk=bob.pk).update(
        bio_html='<p><a href="/tags/tea">tea</a></p>', fields=[{"name": "a", "value": "b"}]
    )
    ids = [alice.pk, bob.pk, mod.pk]
    people = people_by_id(ids)
    with django_assert_num_queries(1):
        assert accounts_by_id(ids) == {pk: account_of(people[pk]) for pk in ids}


def test_a_change_shows_at_once(alice: User) -> None:
    before = accounts_by_id([alice.pk])[alice.pk]
    User.objects.filter(pk=alice.pk).update(display_name="Alice the second", followers_count=9)
    after = accounts_by_id([alice.pk])[alice.pk]
    assert after == {**before, "display_name": "Alice the second", "followers_count": 9}


def test_addresses_follow_the_site(alice: User, settings: Any) -> None:
    accounts_by_id([alice.pk])
    settings.SITE_URL = "https://other.example"
    assert accounts_by_id([alice.pk])[alice.pk]["url"] == "https://other.example/@alice"
