"""Who finds what, in which order, at which cost."""

from __future__ import annotations

import pytest
from django.utils import timezone

from accounts.services.standing import begin_leaving, suspend_person
from core.pagination import Cursor
from posts.models import Visibility
from posts.services.change import delete_post, hide_post, restore_post, unhide_post
from posts.services.interact import bookmark_post, like_post, share_post, unlike_post
from search import backends
from search.backends import postgres
from search.find import find_ids, read_hits
from search.language import read_query
from tests import make


@pytest.mark.parametrize("visibility", [Visibility.UNLISTED, Visibility.FOLLOWERS])
def test_what_is_not_for_everybody_is_found_by_whom_it_concerns(alice, bob, found, visibility):
    make.post(alice, "Secret tea", visibility=visibility)
    assert (found("tea"), found("tea", bob), found("tea", alice)) == ([], [], ["Secret tea"])
    post = make.post(alice, "Tea for @bob", visibility=visibility)
    assert found("tea", bob) == ["Tea for @bob"]
    bookmark_post(bob, alice.posts.first())
    like_post(bob, post)
    assert found("tea", bob) == ["Tea for @bob", "Secret tea"]


def test_messages_are_found_by_those_who_take_part(alice, bob, carol, found):
    make.post(alice, "Tea, @bob?", visibility=Visibility.DIRECT)
    assert [found("tea", who) for who in (None, alice, bob, carol)] == [[], ["Tea, @bob?"], ["Tea, @bob?"], []]


def test_who_does_not_want_to_be_found_is_found_by_those_with_a_tie(alice, bob, carol, found):
    alice.is_searchable = False
    alice.save()
    post = make.post(alice, "Tea")
    make.post(alice, "Tea for @carol")
    like_post(bob, post)
    assert [found("tea", who) for who in (None, bob, carol)] == [[], ["Tea"], ["Tea for @carol"]]
    assert found("tea", alice) == ["Tea for @carol", "Tea"]
    unlike_post(bob, post)
    assert found("tea", bob) == []


def test_limited_people_are_not_found_by_strangers(alice, bob, found):
    make.post(alice, "Tea")
    assert found("tea", bob) == ["Tea"]
    alice.limited_at = timezone.now()
    alice.save()
    assert (found("tea", bob), found("tea", alice)) == ([], ["Tea"])


def test_a_tie_does_not_reach_over_a_block(alice, dave, carol, found):
    post = make.post(carol, "Tea")
    like_post(dave, post)
    make.post(alice, "Tea of alice")
    assert found("tea", dave) == ["Tea"]
    make.block(carol, dave)
    assert (found("tea", dave), found("tea", alice)) == ([], ["Tea of alice", "Tea"])


def test_whom_one_has_muted_is_found_when_asked_for(alice, bob, found):
    from accounts.services.ties import mute_person

    make.post(alice, "Tea")
    mute_person(bob, alice)
    assert (found("tea", bob), found("tea from:alice", bob)) == ([], ["Tea"])


def test_shares_are_found_as_what_they_share(alice, bob, found):
    share_post(bob, make.post(alice, "Tea"))
    assert (found("tea"), found("from:bob")) == (["Tea"], [])


def test_what_is_gone_is_not_found_until_it_is_back(alice, mod, found):
    post = make.post(alice, "Tea")
    seen = [found("tea")]
    for act in (delete_post, restore_post):
        act(alice, post)
        seen.append(found("tea"))
    for act in (hide_post, unhide_post):
        act(mod, post)
        seen.append(found("tea"))
    suspend_person(mod, alice)
    assert [*seen, found("tea")] == [["Tea"], [], ["Tea"], [], ["Tea"], []]


def test_who_leaves_is_not_found(alice, found):
    make.post(alice, "Tea")
    begin_leaving(alice)
    assert found("tea") == []


@pytest.fixture(params=[(2000,), (3, 4), (3,)])
def window(request, monkeypatch):
    """With fewer posts than PostgreSQL looks at in its first step, and with more."""
    monkeypatch.setattr(postgres, "WINDOWS", request.param)


@pytest.mark.usefixtures("window")
@pytest.mark.parametrize("words", ["tea", "tea in:likes"])
def test_pages_meet_every_hit_once_both_ways(alice, bob, words):
    posts = [make.post(alice, f"{'Tea' if n % 3 else 'Coffee'} {n}", visibility=n % 2 * 2) for n in range(12)]
    for post in posts:
        like_post(bob, post)
    wanted = [post.pk for post in posts if "Tea" in post.text][::-1]
    query = read_query(words, bob)
    down, cursor = [], Cursor()
    while page := find_ids(query, bob, cursor, 3):
        down, cursor = down + page, Cursor(page[-1])
    up, cursor = [], Cursor(0, upward=True)
    while page := find_ids(query, bob, cursor, 3):
        up, cursor = up + page, Cursor(page[-1], upward=True)
    assert (down, up) == (wanted, wanted[::-1])


@pytest.mark.usefixtures("window")
def test_days_bound_pages(alice):
    posts = [make.post(alice, f"Tea {n}") for n in range(6)]
    query = read_query("tea", None)
    narrow = type(query)(query.wanted, above=posts[1].pk, below=posts[5].pk)
    assert find_ids(narrow, None) == [posts[n].pk for n in (4, 3, 2)]
    assert find_ids(narrow, None, Cursor(posts[4].pk)) == [posts[3].pk, posts[2].pk]
    assert find_ids(narrow, None, Cursor(posts[2].pk, upward=True), 1) == [posts[3].pk]


@pytest.mark.parametrize("count", [1, 3])
def test_a_page_costs_the_same_for_any_number(alice, bob, count, django_assert_num_queries):
    for n in range(count):
        make.post(alice, f"Tea {n}")
    query = read_query("tea", bob)
    read_hits(query, bob)
    edge = backends.connection.vendor == "postgresql"  # which asks first how far its first step goes
    with django_assert_num_queries(3 + edge):
        assert len(read_hits(query, bob).items) == count


def test_without_fts5_nothing_is_found_and_nothing_breaks(alice, found, monkeypatch):
    monkeypatch.setattr(backends.backend(), "is_available", lambda: False)
    make.post(alice, "Tea")
    assert found("tea") == []
