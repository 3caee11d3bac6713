"""Search as apps ask for it."""

from __future__ import annotations

import pytest

from posts.models import Visibility
from tests import make


@pytest.fixture
def said(alice, bob):
    return [make.post(person, f"Tea {n}") for n, person in enumerate((alice, bob, alice, bob, alice))]


def ids(found) -> list[str]:
    return [status["id"] for status in found["statuses"]]


def test_words_find_posts_newest_first(api, said):
    assert ids(api("GET", "/api/v2/search", {"q": "tea"})) == [str(post.pk) for post in said[::-1]]
    assert ids(api("GET", "/api/v2/search", {"q": "tea from:bob"})) == [str(said[3].pk), str(said[1].pk)]
    assert ids(api("GET", "/api/v2/search", {"q": "tea", "type": "accounts"})) == []


def test_the_old_form_finds_them_too(api_as, carol, said):
    assert ids(api_as(carol)("GET", "/api/v1/search", {"q": "tea 1"})) == [str(said[1].pk)]


def test_pages_by_offset_and_by_ids(api_as, carol, said):
    ask = api_as(carol)
    asked = {"q": "tea", "type": "statuses", "limit": 2}
    newest = [str(post.pk) for post in said[::-1]]
    assert ids(ask("GET", "/api/v2/search", asked)) == newest[:2]
    assert ids(ask("GET", "/api/v2/search", asked | {"offset": 2})) == newest[2:4]
    assert ids(ask("GET", "/api/v2/search", asked | {"max_id": newest[1]})) == newest[2:4]
    assert ids(ask("GET", "/api/v2/search", {"q": "tea", "min_id": newest[2], "max_id": newest[0]})) == newest[1:2]


def test_posts_of_one_person(api, alice, said):
    found = api("GET", "/api/v2/search", {"q": "tea", "account_id": str(alice.pk)})
    assert ids(found) == [str(said[n].pk) for n in (4, 2, 0)]
    assert ids(api("GET", "/api/v2/search", {"q": "tea", "account_id": "x"})) == []


def test_only_people_one_follows(api_as, alice, bob, carol):
    other = make.user("albert")
    asked = {"q": "al", "type": "accounts", "following": "true"}
    assert [one["id"] for one in api_as(bob)("GET", "/api/v2/search", asked)["accounts"]] == [str(alice.pk)]
    del asked["following"]
    everybody = {one["id"] for one in api_as(bob)("GET", "/api/v2/search", asked)["accounts"]}
    assert everybody == {str(alice.pk), str(other.pk)}


def test_the_address_of_a_post_finds_it(api, said):
    assert ids(api("GET", "/api/v2/search", {"q": f"http://localhost:8000/@alice/{said[0].pk}"})) == [str(said[0].pk)]


def test_a_question_that_cannot_be_understood(api, alice):
    refused = api("GET", "/api/v2/search", {"q": "has:cheese", "type": "statuses"}, status=422)
    assert refused == {"error": "After has: stands image, video, audio, media, poll or link."}
    assert api("GET", "/api/v2/search", {"q": "has:cheese"})["statuses"] == []


@pytest.mark.parametrize(
    "q", ['"', "NEAR(", "-", "a AND", "*", "'; --", "words:a", "^a", "{a}", "\\", "🎉*", "a" * 500]
)
def test_no_question_is_too_odd(api, alice, q):
    make.post(alice)
    assert api.ask("GET", "/api/v2/search", {"q": q}).status_code == 200
    assert api.ask("GET", "/api/v2/search", {"q": q, "type": "statuses"}).status_code in {200, 422}


@pytest.mark.parametrize("count", [1, 3])
def test_it_costs_the_same_for_any_number(api_as, alice, carol, count, django_assert_max_num_queries):
    for n in range(count):
        make.post(alice, f"Tea {n}")
    ask = api_as(carol)
    ask("GET", "/api/v2/search", {"q": "tea"})
    with django_assert_max_num_queries(9):
        assert len(ids(ask("GET", "/api/v2/search", {"q": "tea"}))) == count


@pytest.mark.parametrize("number", [2**63, 10**19 - 1])
def test_an_address_that_no_post_can_have_finds_none(api, db, number):
    assert ids(api("GET", "/api/v2/search", {"q": f"http://localhost:8000/posts/{number}"})) == []


def test_tags_of_posts_for_few_are_not_told_to_others(api, alice):
    make.post(alice, "#surprise_open")
    for visibility in (Visibility.UNLISTED, Visibility.FOLLOWERS, Visibility.DIRECT):
        make.post(alice, f"#surprise_{visibility}", visibility=visibility)
    asked = {"q": "#surprise", "type": "hashtags"}
    assert [tag["name"] for tag in api("GET", "/api/v2/search", asked)["hashtags"]] == ["surprise_open"]
