"""Editing, deleting, restoring, hiding."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.models import User
from events.models import Event
from posts.models import Post, PostEdit, Visibility
from posts.services.change import (
    StaleEdit,
    delete_post,
    edit_post,
    hide_post,
    mark_sensitive,
    remove_post,
    restore_post,
    unhide_post,
)
from posts.services.interact import share_post
from tests import make
from tests.posts.counting import wrong_counters


def test_an_edit_keeps_the_former_version(alice: User, post: Post) -> None:
    edited = edit_post(alice, post, text="Good evening", spoiler="Greeting")
    assert (edited.text, edited.spoiler, edited.edited_at is not None) == ("Good evening", "Greeting", True)
    assert list(PostEdit.objects.values_list("post", "text", "spoiler")) == [(post.pk, "Good morning", "")]


def test_an_edit_without_a_change_is_none(alice: User, post: Post) -> None:
    events = Event.objects.count()
    assert edit_post(alice, post, text="Good morning").edited_at is None
    assert (PostEdit.objects.count(), Event.objects.count()) == (0, events)


def test_an_edit_keeps_the_former_descriptions(alice: User) -> None:
    file = make.image(alice, description="Before")
    post = make.post(alice, attachments=[file])
    file.description = "After"
    edit_post(alice, post, text=post.text, attachments=[file])
    assert PostEdit.objects.get().files == [{"id": file.pk, "description": "Before"}]
    assert post.attachments.get().description == "After"


def test_an_edit_may_take_out_turn_round_and_add_files(alice: User) -> None:
    one, two, three = (make.image(alice) for _ in range(3))
    post = make.post(alice, attachments=[one, two])
    edited = edit_post(alice, post, text=post.text, attachments=[three, one])
    assert [place.attachment for place in edited.post_attachments.order_by("position")] == [three, one]
    assert edited.attachments_count == 2


def test_only_the_author_edits(bob: User, mod: User, post: Post) -> None:
    for person in (bob, mod):
        with pytest.raises(PermissionDenied):
            edit_post(person, post, text="Mine now")
    assert Post.objects.get().text == "Good morning"


def test_an_edit_of_an_older_version_is_stale(alice: User, post: Post) -> None:
    edit_post(alice, post, text="Second", based_on=None)
    with pytest.raises(StaleEdit):
        edit_post(alice, post, text="Third", based_on=None)
    assert Post.objects.get().text == "Second"


def test_a_talk_among_people_mentioned_keeps_them_through_edits(alice: User, bob: User) -> None:
    post = make.post(alice, "For @bob", visibility=Visibility.DIRECT)
    edit_post(alice, post, text="For you")
    assert Post.objects.visible_to(bob).count() == 1


def test_a_deleted_post_is_gone_and_counted_out(alice: User, bob: User, post: Post) -> None:
    delete_post(alice, post)
    assert [Post.objects.visible_to(person).count() for person in (None, alice, bob)] == [0, 0, 0]
    assert wrong_counters() == []


def test_a_deleted_comment_counts_out_and_comes_back(bob: User, post: Post) -> None:
    comment = make.comment(bob, post)
    delete_post(bob, comment)
    post.refresh_from_db()
    assert post.comments_count == 0
    restore_post(bob, comment)
    post.refresh_from_db()
    assert (post.comments_count, wrong_counters()) == (1, [])


def test_only_the_author_deletes_and_restores(alice: User, bob: User, post: Post) -> None:
    with pytest.raises(PermissionDenied):
        delete_post(bob, post)
    delete_post(alice, post)
    with pytest.raises(PermissionDenied):
        restore_post(bob, post)


def test_after_an_hour_nothing_comes_back(alice: User, post: Post) -> None:
    delete_post(alice, post)
    Post.objects.update(deleted_at=timezone.now() - timedelta(minutes=61))
    with pytest.raises(PermissionDenied):
        restore_post(alice, post)


def test_a_share_does_not_come_back_beside_a_newer_one(alice: User, bob: User, post: Post) -> None:
    first = share_post(bob, post)
    delete_post(bob, first)
    second = share_post(bob, post)
    with pytest.raises(PermissionDenied):
        restore_post(bob, first)
    assert list(Post.objects.filter(share_of=post, deleted_at=None)) == [second]
    assert wrong_counters() == []


def test_removing_twice_counts_once(alice: User, bob: User, mod: User, post: Post) -> None:
    comment = make.comment(bob, post)
    for _ in range(2):
        remove_post(mod, comment)  # with a row read before the first time
    assert wrong_counters() == []
    assert Event.objects.filter(kind="delete", stream__name="comments").count() == 1


def test_a_hidden_comment_counts_out_and_comes_back(bob: User, mod: User, post: Post) -> None:
    comment = make.comment(bob, post)
    hide_post(mod, comment)
    assert (Post.objects.get(pk=post.pk).comments_count, wrong_counters()) == (0, [])
    unhide_post(mod, comment)
    assert (Post.objects.get(pk=post.pk).comments_count, wrong_counters()) == (1, [])


@pytest.mark.parametrize("steps", ["hdur", "dhru", "hdru", "dhur", "hhuu"])
def test_hidden_and_deleted_in_any_order_counts_once(bob: User, mod: User, post: Post, steps: str) -> None:
    comment = make.comment(bob, post)
    do = {"h": hide_post, "u": unhide_post, "d": delete_post, "r": restore_post}
    for step in steps:
        do[step](mod if step in "hu" else bob, comment)
        assert wrong_counters() == []
    assert Post.objects.get(pk=post.pk).comments_count == 1


def test_marking_sensitive_twice_says_it_once(mod: User, post: Post) -> None:
    for _ in range(2):
        mark_sensitive(mod, post)
    assert (Post.objects.get().is_sensitive, Event.objects.filter(kind="edit").count()) == (True, 2)
