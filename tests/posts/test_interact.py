"""Likes, shares and bookmarks."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import User
from core.written import insert
from events.models import Event
from posts.models import Bookmark, Like, Post, Visibility
from posts.services.interact import (
    bookmark_post,
    like_post,
    share_post,
    unbookmark_post,
    unlike_post,
    unshare_post,
)
from tests import make
from tests.posts.counting import wrong_counters


def test_liking_twice_counts_once(bob: User, post: Post) -> None:
    like_post(bob, post)
    like_post(bob, post)
    assert (Post.objects.get().likes_count, Like.objects.count()) == (1, 1)
    assert list(Event.objects.filter(kind="counts").values_list("stream__name", "n")) == [(f"post:{post.pk}", 1)]


def test_a_like_is_taken_back_once(bob: User, post: Post) -> None:
    like_post(bob, post)
    unlike_post(bob, post)
    unlike_post(bob, post)
    assert (Post.objects.get().likes_count, wrong_counters()) == (0, [])


def test_a_like_of_a_comment_is_told_to_its_thread(alice: User, bob: User, post: Post) -> None:
    comment = make.comment(bob, post)
    like_post(alice, comment)
    assert Event.objects.filter(stream__name=f"post:{post.pk}", kind="counts").get().object_id == comment.pk


def test_sharing_twice_is_sharing_once(bob: User, post: Post) -> None:
    first, second = share_post(bob, post), share_post(bob, post)
    assert (first, Post.objects.get(pk=post.pk).shares_count, wrong_counters()) == (second, 1, [])


def test_a_share_is_taken_back_and_made_again(bob: User, post: Post) -> None:
    share_post(bob, post)
    unshare_post(bob, post)
    unshare_post(bob, post)
    assert wrong_counters() == []
    share_post(bob, post)
    assert (Post.objects.get(pk=post.pk).shares_count, wrong_counters()) == (1, [])


@pytest.mark.parametrize("visibility", [Visibility.FOLLOWERS, Visibility.DIRECT])
def test_what_is_not_for_everybody_is_not_passed_on(alice: User, visibility: int) -> None:
    post = make.post(alice, "For @alice", visibility=visibility)
    with pytest.raises(PermissionDenied):
        share_post(alice, post)


def test_a_share_itself_is_neither_liked_nor_shared(alice: User, bob: User, post: Post) -> None:
    share = share_post(bob, post)
    for act in (like_post, share_post, bookmark_post):
        with pytest.raises(PermissionDenied):
            act(alice, share)


def test_a_share_of_a_comment_hides_where_its_thread_is_hidden(alice: User, bob: User, carol: User, post: Post) -> None:
    share = share_post(carol, make.comment(bob, post))
    eve = make.user("eve")
    assert Post.objects.visible_to(eve).filter(pk=share.pk).exists()
    make.block(alice, eve)
    assert not Post.objects.visible_to(eve).filter(pk=share.pk).exists()


def test_a_bookmark_is_kept_once_and_let_go(bob: User, post: Post) -> None:
    events = Event.objects.count()
    bookmark_post(bob, post)
    bookmark_post(bob, post)
    assert (Bookmark.objects.count(), Event.objects.count()) == (1, events)
    unbookmark_post(bob, post)
    assert Bookmark.objects.count() == 0


@pytest.mark.parametrize("act", [like_post, bookmark_post, share_post])
def test_what_a_twin_did_and_took_back_at_the_same_moment_is_done(bob: User, post: Post, act, monkeypatch) -> None:
    outcomes = iter([False])
    late = lambda row, **how: next(outcomes, None) is not False and insert(row, **how)  # noqa: E731
    monkeypatch.setattr("posts.services.interact.insert", late)
    assert act(bob, post).pk
    assert next(outcomes, None) is None
