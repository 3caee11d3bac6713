"""Pages of lists and tags, as browsers without script use them."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from feeds.models import ListMember, PeopleList
from feeds.services.lists import add_to_list, create_list
from posts.models import FeaturedTag, TagFollow
from posts.services.pins import pin_post
from posts.services.tags import feature_tag, follow_tag
from tests import make


@pytest.fixture
def as_bob(client, bob):
    client.force_login(bob)
    return client


def test_a_list_is_made_changed_read_and_deleted(as_bob, alice):
    said = {"title": "Friends", "replies_policy": "none"}
    made = as_bob.post("/lists", said)
    people = PeopleList.objects.get()
    assert (made.status_code, made["location"]) == (302, f"/lists/{people.pk}/edit")
    as_bob.post(f"/lists/{people.pk}/edit", said | {"title": "Close friends", "is_exclusive": "on"})
    as_bob.post("/@alice/lists", {"list": [str(people.pk), "5", "x"]})
    make.post(alice, "for the list")
    shown = as_bob.get(f"/lists/{people.pk}").content.decode()
    assert ("Close friends" in shown, "for the list" in shown) == (True, True)
    assert "for the list" not in as_bob.get("/").content.decode()
    as_bob.post("/@alice/lists", {})
    assert ListMember.objects.count() == 0
    as_bob.post(f"/lists/{people.pk}/delete")
    assert PeopleList.objects.count() == 0


def test_a_list_without_a_name_is_shown_again(as_bob):
    assert as_bob.post("/lists", {"title": " ", "replies_policy": "list"}).status_code == 422
    assert PeopleList.objects.count() == 0


def test_anothers_list_is_not_there(as_bob, alice):
    people = create_list(alice, "Secret")
    answers = [as_bob.get(f"/lists/{people.pk}"), as_bob.get(f"/lists/{people.pk}/edit"),
               as_bob.post(f"/lists/{people.pk}/delete")]  # fmt: skip
    assert [one.status_code for one in answers] == [404] * 3
    assert "Secret" not in as_bob.get("/lists").content.decode()


def test_tags_are_followed_and_shown_from_their_page(as_bob):
    for act in ("follow", "feature"):
        as_bob.post(f"/tags/fog/{act}")
    assert (TagFollow.objects.count(), FeaturedTag.objects.count()) == (1, 1)
    shown = as_bob.get("/tags").content.decode()
    assert shown.count("<b>#fog</b>") == 2
    for act in ("follow", "feature"):
        as_bob.post(f"/tags/fog/{act}", {"undo": "1", "next": "tags"})
    assert (TagFollow.objects.count(), FeaturedTag.objects.count()) == (0, 0)


@pytest.mark.parametrize("name", ["two words", "123", "%C2%A0"])
def test_what_is_no_tag_is_not_there(as_bob, name):
    assert [as_bob.post(f"/tags/{name}/{act}").status_code for act in ("follow", "feature")] == [404, 404]


def test_a_page_shows_pins_and_tags_first(as_bob, alice):
    pin_post(alice, make.post(alice, "pinned one"))
    feature_tag(alice, "fog")
    shown = as_bob.get("/@alice").content.decode()
    assert ("Pinned" in shown, shown.count("pinned one") >= 2, 'href="/tags/fog"' in shown) == (True, True, True)
    assert "Pinned" not in as_bob.get("/@alice/comments").content.decode()


@pytest.mark.parametrize("address", ["/lists", "/lists/5", "/lists/5/edit", "/tags", "/@alice/lists"])
def test_strangers_are_asked_to_sign_in(client, alice, address):
    assert client.get(address).status_code == 302


@pytest.mark.parametrize("count", [1, 3])
def test_pages_cost_the_same_for_any_number(as_bob, alice, bob, count, django_assert_max_num_queries):
    asked = {}
    for n in range(count):
        add_to_list(bob, create_list(bob, f"List {n}"), [make.user(f"friend{n}")])
        follow_tag(bob, f"tag{n}")
        feature_tag(bob, f"tag{n}")
    cache.clear()
    for address, most in (("/lists", 5), ("/tags", 8), ("/@alice/lists", 7)):
        as_bob.get(address)
        with django_assert_max_num_queries(most) as queries:
            as_bob.get(address)
        asked[address] = len(queries)
    assert set(asked) == {"/lists", "/tags", "/@alice/lists"}
