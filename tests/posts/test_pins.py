"""What stands first on a page."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import User
from posts.display import get_cards
from posts.models import Pin, Post, Visibility
from posts.pins import pinned_posts
from posts.services.change import delete_post, restore_post
from posts.services.interact import share_post
from posts.services.pins import pin_post, unpin_post
from tests import make


def test_the_last_pinned_stands_first(alice: User, bob: User) -> None:
    posts = [make.post(alice, f"post {n}") for n in range(3)]
    for post in (posts[1], posts[0], posts[0]):
        pin_post(alice, post)
    assert pinned_posts(alice, bob) == [posts[0], posts[1]]
    unpin_post(alice, posts[0])
    assert pinned_posts(alice, None) == [posts[1]]


def test_nobody_pins_what_is_not_theirs_or_not_for_everybody(alice: User, bob: User, post: Post) -> None:
    private = [make.post(alice, "To @bob", visibility=kind) for kind in (Visibility.FOLLOWERS, Visibility.DIRECT)]
    for person, one in ((bob, post), (bob, share_post(bob, post)), *((alice, one) for one in private)):
        with pytest.raises(PermissionDenied):
            pin_post(person, one)
    assert Pin.objects.count() == 0


def test_five_is_the_most_and_a_deleted_one_makes_room(alice: User) -> None:
    posts = [make.post(alice, f"post {n}") for n in range(6)]
    for post in posts[:5]:
        pin_post(alice, post)
    with pytest.raises(ValidationError, match="Up to 5"):
        pin_post(alice, posts[5])
    delete_post(alice, posts[0])
    pin_post(alice, posts[5])
    restore_post(alice, posts[0])
    assert len(pinned_posts(alice, None)) == 5


def test_whoever_is_blocked_sees_no_pins(alice: User, dave: User, post: Post) -> None:
    pin_post(alice, post)
    assert (pinned_posts(alice, dave), pinned_posts(alice, None)) == ([], [post])


def test_cards_say_what_ones_own_pins_are(alice: User, bob: User, post: Post) -> None:
    pin_post(alice, post)
    assert [get_cards([post.pk], viewer)[post.pk].pinned for viewer in (alice, bob, None)] == [True, False, False]


@pytest.mark.parametrize("count", [1, 3])
def test_pins_cost_the_same_for_any_number(alice: User, count: int, django_assert_num_queries) -> None:
    for n in range(count):
        pin_post(alice, make.post(alice, f"post {n}"))
    with django_assert_num_queries(2):
        assert len(pinned_posts(alice, None)) == count
