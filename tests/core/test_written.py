"""Writes whose SQL is made once."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User
from core.written import bump, insert
from posts.models import Like, Post


def test_what_is_there_stays_and_nothing_is_said(bob: User, post: Post, django_assert_num_queries: Any) -> None:
    first, twin = Like(user=bob, post=post), Like(user=bob, post=post)
    with django_assert_num_queries(2):
        assert (insert(first, unless_there=True), insert(twin, unless_there=True)) == (True, False)
    assert (first._state.adding, twin._state.adding) == (False, True)
    assert list(Like.objects.values_list("pk", "user", "post")) == [(first.pk, bob.pk, post.pk)]


def test_without_that_the_database_refuses(bob: User, post: Post) -> None:
    insert(Like(user=bob, post=post))
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(Like(user=bob, post=post))
    assert Like.objects.count() == 1


def test_every_field_is_written_as_saving_writes_it(alice: User) -> None:
    saved = Post(author=alice, audience=alice, text="Tea?", spoiler="late", language="en", visibility=1)
    written = Post(author=alice, audience=alice, text="Tea?", spoiler="late", language="en", visibility=1)
    saved.save()
    insert(written)
    columns = [field.attname for field in Post._meta.concrete_fields if field.attname != "id"]
    one, other = (Post.objects.filter(pk=row.pk).values(*columns).get() for row in (saved, written))
    assert one == other


def test_counters_move_together(post: Post) -> None:
    bump(Post, post.pk, likes_count=2, shares_count=3)
    bump(Post, post.pk, shares_count=-1)
    post.refresh_from_db()
    assert (post.likes_count, post.shares_count) == (2, 2)


def test_what_does_more_when_it_is_saved_has_to_be_saved() -> None:
    with pytest.raises(ValueError, match="has to be saved"):
        insert(User(username="nobody"))
