"""What is erased, and what keeps its place."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from accounts.models import User
from media.models import Attachment
from posts.models import Like, Mention, Post, PostEdit
from posts.services.change import delete_post, edit_post
from posts.services.erase import GHOST, erase_deleted_posts, erase_person
from posts.services.interact import bookmark_post, like_post, share_post
from tests import make
from tests.posts.counting import wrong_counters


def test_what_was_just_deleted_can_still_come_back(alice: User, post: Post) -> None:
    delete_post(alice, post)
    assert erase_deleted_posts(timezone.now() - timedelta(hours=1)) == 0
    assert Post.objects.count() == 1


def test_a_deleted_post_is_erased_with_its_files(alice: User, bob: User, future: datetime) -> None:
    post = make.post(alice, "See @bob", attachments=[make.image(alice)])
    like_post(bob, post)
    delete_post(alice, post)
    assert erase_deleted_posts(future) == 1
    assert [model.objects.count() for model in (Post, Attachment, Like, Mention)] == [0, 0, 0, 0]


def test_a_deleted_post_with_answers_keeps_an_empty_place(alice: User, bob: User, future: datetime) -> None:
    post = make.post(alice, "Secret for @bob", attachments=[make.image(alice)], spoiler="Secret")
    edit_post(alice, post, text="Changed", attachments=list(post.attachments.all()))
    comment = make.comment(bob, post)
    delete_post(alice, post)
    assert (erase_deleted_posts(future), erase_deleted_posts(future)) == (1, 0)
    place = Post.objects.get(pk=post.pk)
    assert (place.text, place.html, place.spoiler, place.attachments_count) == ("", "", "", 0)
    assert (PostEdit.objects.count(), Mention.objects.count(), Attachment.objects.count()) == (0, 0, 0)
    assert (Post.objects.visible_to(bob).get(), wrong_counters()) == (comment, [])


def test_places_whose_answers_are_erased_go_too(alice: User, bob: User, post: Post, future: datetime) -> None:
    first = make.comment(bob, post)
    second = make.comment(alice, first)
    delete_post(bob, first)
    delete_post(alice, second)
    assert erase_deleted_posts(future) == 2
    assert (list(Post.objects.all()), wrong_counters()) == ([post], [])


def test_shares_of_an_erased_post_leave_their_authors_count(
    alice: User, bob: User, post: Post, future: datetime
) -> None:
    share_post(bob, post)
    delete_post(alice, post)
    erase_deleted_posts(future)
    assert (Post.objects.count(), wrong_counters()) == (0, [])


def test_erasing_a_person_leaves_all_counters_right(alice: User, bob: User, carol: User, post: Post) -> None:
    mine = make.post(bob)
    for person in (bob, carol):
        like_post(person, post)
        share_post(person, post)
    like_post(alice, mine)
    share_post(carol, mine)
    bookmark_post(carol, mine)
    make.comment(bob, make.comment(bob, post))
    erase_person(bob)
    assert (User.objects.filter(username="bob").exists(), wrong_counters()) == (False, [])
    assert Post.objects.get(pk=post.pk).comments_count == 0


def test_answers_of_others_outlive_an_erased_person(alice: User, bob: User, carol: User, post: Post) -> None:
    theirs = make.comment(bob, post, "My secret")
    answer = make.comment(carol, theirs, "An answer")
    erase_person(bob)
    place = Post.objects.get(pk=theirs.pk)
    assert (place.author.username, place.author.is_active, place.text) == (GHOST, False, "")
    assert list(Post.objects.visible_to(alice).order_by("pk")) == [post, answer]
    assert wrong_counters() == []


def test_a_talk_outlives_the_person_who_began_it(alice: User, bob: User, post: Post) -> None:
    answer = make.comment(bob, post)
    erase_person(alice)
    assert Post.objects.visible_to(bob).get() == answer
    assert (Post.objects.get(pk=answer.pk).audience.username, wrong_counters()) == (GHOST, [])


def test_two_erased_people_share_one_ghost(alice: User, bob: User, carol: User, post: Post) -> None:
    make.comment(carol, make.comment(bob, post))
    erase_person(alice)
    erase_person(bob)
    assert (User.objects.filter(username=GHOST).count(), wrong_counters()) == (1, [])


def test_files_of_an_erased_person_are_erased(alice: User, bob: User) -> None:
    file = make.image(alice)
    make.comment(bob, make.post(alice, attachments=[make.image(alice)]))
    erase_person(alice)
    assert Attachment.objects.count() == 0
    assert file.folder in {task.args_kwargs["args"][0] for task in DBTaskResult.objects.all()}


@pytest.mark.parametrize("count", [1, 5])
def test_long_monologues_are_erased_whole(alice: User, bob: User, count: int) -> None:
    last = make.post(alice)
    for _ in range(count):
        last = make.comment(alice, last)
    erase_person(alice)
    assert Post.objects.count() == 0
