"""Tags that are followed, shown on a page, and counted day by day."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import User
from core.ids import ids_from
from posts.models import Hashtag, TagDay, Visibility
from posts.models.tags import FEATURED_TAGS
from posts.services.change import delete_post
from posts.services.tags import count_tag_days, feature_tag, follow_tag, unfeature_tag, unfollow_tag
from posts.tags import featured_tags, find_tag, followed_tags, suggest_tags, tag_facts
from tests import make


def test_following_twice_is_following_once(bob: User) -> None:
    tags = {follow_tag(bob, name) for name in ("Fog", "fog", "#FOG")}
    assert ([tag.shown for tag in tags], [row.tag.name for row in followed_tags(bob).items]) == (["fog"], ["fog"])
    unfollow_tag(bob, "FOG")
    assert followed_tags(bob).items == []


@pytest.mark.parametrize("name", ["", "two words", "123", "x" * 101, "a\0b", "\ud800"])
def test_what_is_no_tag_is_refused(bob: User, name: str) -> None:
    for act in (follow_tag, feature_tag):
        with pytest.raises(ValidationError):
            act(bob, name)
    assert Hashtag.objects.count() == 0


def test_a_tag_that_was_taken_away_is_no_tag(alice: User, bob: User) -> None:
    make.post(alice, "#fog")
    Hashtag.objects.update(hidden_at=timezone.now())
    with pytest.raises(ValidationError):
        follow_tag(bob, "fog")
    assert find_tag("fog") is None


def test_a_page_has_room_for_ten(alice: User) -> None:
    for n in range(FEATURED_TAGS):
        feature_tag(alice, f"tag{n}")
    feature_tag(alice, "TAG1")
    with pytest.raises(ValidationError, match="room for 10"):
        feature_tag(alice, "one_more")
    unfeature_tag(alice, "tag0")
    assert feature_tag(alice, "one_more").tag.name == "one_more"


def test_featured_tags_count_what_everybody_may_read(alice: User, bob: User) -> None:
    feature_tag(alice, "fog")
    feature_tag(alice, "sun")
    last = [make.post(alice, "#fog #sun"), make.post(alice, "#fog", visibility=Visibility.UNLISTED)][1]
    make.post(alice, "#fog", visibility=Visibility.FOLLOWERS)
    make.post(bob, "#fog")
    delete_post(alice, make.post(alice, "#fog"))
    shown = [(row.tag.name, row.posts_count, row.last_post_at) for row in featured_tags(alice)]
    assert shown == [("fog", 2, last.created.date()), ("sun", 1, last.created.date())]


def test_a_featured_tag_nobody_used_yet(alice: User) -> None:
    feature_tag(alice, "fog")
    assert [(row.posts_count, row.last_post_at) for row in featured_tags(alice)] == [(0, None)]


def test_the_most_used_are_suggested(alice: User) -> None:
    for text in ("#fog #sun", "#fog #rain", "#fog #rain"):
        make.post(alice, text)
    feature_tag(alice, "fog")
    assert [tag.name for tag in suggest_tags(alice)] == ["rain", "sun"]


def test_days_are_counted_as_they_were(alice: User, bob: User) -> None:
    with ids_from(timezone.now() - timedelta(days=1)):
        make.post(alice, "#fog")
    for author in (alice, alice, bob):
        make.post(author, "#fog")
    make.post(bob, "#fog", visibility=Visibility.UNLISTED)
    assert count_tag_days() == 2
    tag = find_tag("fog")
    assert [use[1:] for use in tag_facts([tag], None)[tag.pk].history] == [(3, 2), (1, 1), *[(0, 0)] * 5]


def test_counting_again_is_counting_anew(alice: User) -> None:
    gone = make.post(alice, "#fog #sun")
    count_tag_days()
    make.post(alice, "#fog")
    delete_post(alice, gone)
    count_tag_days()
    assert list(TagDay.objects.values_list("tag__name", "uses", "people")) == [("fog", 1, 1)]


def test_facts_say_what_is_ones_own(alice: User, bob: User) -> None:
    fog, sun = follow_tag(bob, "fog"), feature_tag(bob, "sun").tag
    facts = {person: tag_facts([fog, sun], person) for person in (alice, bob, None)}
    own = [(facts[one][fog.pk].following, facts[one][sun.pk].featuring) for one in facts]
    assert own == [(False, False), (True, True), (False, False)]


@pytest.mark.parametrize("count", [1, 3])
def test_facts_cost_the_same_for_any_number(alice: User, count: int, django_assert_num_queries) -> None:
    tags = [follow_tag(alice, f"tag{n}") for n in range(count)]
    with django_assert_num_queries(3):
        assert len(tag_facts(tags, alice)) == count
    with django_assert_num_queries(1):
        assert len(tag_facts(tags, None)) == count
