"""What many people care about just now."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from accounts.models import User
from accounts.services.ties import mute_person
from core.ids import ids_from
from feeds.trends import trending_posts, trending_tags
from posts.models import Hashtag, Visibility
from posts.services.change import delete_post
from posts.services.interact import like_post, share_post
from posts.services.tags import count_tag_days
from tests import make


def test_tags_that_several_people_use(alice, bob, carol):
    for person, text in ((alice, "#fog #sun"), (bob, "#fog #sun"), (carol, "#fog"), (carol, "#mine"), (carol, "#mine")):
        make.post(person, text)
    count_tag_days()
    assert [tag.name for tag in trending_tags()] == ["fog", "sun"]
    assert [tag.name for tag in trending_tags(limit=1, offset=1)] == ["sun"]
    Hashtag.objects.filter(name="fog").update(hidden_at=timezone.now())
    assert [tag.name for tag in trending_tags()] == ["sun"]


def test_posts_that_are_liked_shared_and_answered(alice, bob, carol):
    liked, shared, answered, quiet = (make.post(alice, name) for name in ("liked", "shared", "answered", "quiet"))
    for person in (bob, carol):
        like_post(person, liked)
        share_post(person, shared)
        make.comment(person, answered)
    make.comment(bob, answered)
    like_post(bob, quiet)
    assert trending_posts(None) == [shared, answered, liked]
    assert trending_posts(bob, limit=1, offset=1) == [answered]


def test_nothing_trends_that_is_old_private_or_covered(alice, bob, carol):
    with ids_from(timezone.now() - timedelta(days=4)):
        old = make.post(alice, "old")
    hidden = [make.post(alice, "quiet", visibility=Visibility.UNLISTED), make.post(alice, "warned", spoiler="Careful")]
    shy = make.post(make.user("shy", is_discoverable=False), "shy")
    for post in (old, *hidden, shy):
        for person in (bob, carol):
            like_post(person, post)
    assert trending_posts(None) == []


def test_what_is_gone_or_not_wanted_is_left_out_at_once(alice: User, bob: User, carol: User):
    posts = [make.post(alice, "one"), make.post(carol, "two")]
    for post in posts:
        for person in (bob, make.user(f"fan{post.pk % 1000}")):
            like_post(person, post)
    assert trending_posts(bob) == posts[::-1]
    mute_person(bob, carol)
    assert (trending_posts(bob), trending_posts(None)) == ([posts[0]], posts[::-1])
    delete_post(alice, posts[0])
    assert trending_posts(None) == [posts[1]]


@pytest.mark.parametrize("count", [1, 3])
def test_trends_cost_the_same_for_any_number(alice, bob, carol, count, django_assert_num_queries):
    for n in range(count):
        post = make.post(alice, f"post {n}")
        like_post(bob, post)
        like_post(carol, post)
    cache.clear()
    with django_assert_num_queries(3):
        assert len(trending_posts(bob)) == count
    with django_assert_num_queries(2):
        assert len(trending_posts(bob)) == count
