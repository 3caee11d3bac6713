"""Versions of a post as programs read them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import User
from posts.history import edits_of
from posts.models import Post
from posts.services.change import edit_post
from posts.services.polls import PollDraft
from tests import make

DAY = timedelta(days=1)


def test_versions_stand_in_order_with_what_they_showed(alice: User) -> None:
    picture = make.image(alice, description="A cat")
    post = make.post(alice, "One", attachments=[picture], spoiler="Cats")
    picture.description = "Two cats"
    post = edit_post(alice, post, text="Two", attachments=[picture])
    post = edit_post(alice, post, text="Three", poll=PollDraft(["A", "B"], DAY), is_sensitive=True)
    shown = [(edit.html, edit.spoiler, [file.description for file in edit.files], edit.poll) for edit in edits_of(post)]
    assert shown == [
        ("<p>One</p>", "Cats", ["A cat"], None),
        ("<p>Two</p>", "", ["Two cats"], None),
        ("<p>Three</p>", "", [], ["A", "B"]),
    ]
    edits = edits_of(post)
    assert (edits[0].created, edits[2].is_sensitive) == (post.created, True)
    assert sorted(edit.created for edit in edits) == [edit.created for edit in edits]


def test_a_post_that_was_never_changed_has_one_version(post: Post) -> None:
    assert [edit.html for edit in edits_of(post)] == [post.html]


def test_files_that_are_gone_are_left_out(alice: User) -> None:
    picture = make.image(alice)
    post = edit_post(alice, make.post(alice, "One", attachments=[picture]), text="Two")
    picture.delete()
    assert [edit.files for edit in edits_of(post)] == [[], []]


@pytest.mark.parametrize("count", [1, 3])
def test_history_costs_the_same_for_any_number(alice: User, count: int, django_assert_num_queries) -> None:
    post = make.post(alice, "One", attachments=[make.image(alice)])
    for n in range(count):
        post = edit_post(alice, post, text=f"Version {n}", attachments=list(post.attachments.all()))
    with django_assert_num_queries(3):
        assert len(edits_of(post)) == count + 1
