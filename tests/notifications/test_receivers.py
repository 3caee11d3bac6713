"""Who hears of what: each fact in the bell of whom it concerns, once, and of nobody else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django_tasks_db.models import DBTaskResult

from accounts.models import Mute, User
from accounts.services.ties import (
    accept_follower,
    block_person,
    follow_person,
    mute_person,
    reject_follower,
    unfollow_person,
)
from accounts.signals import moderators_called, person_told
from community.worker import QueueWorker
from events.models import Event
from notifications.models import Kind, Notification
from notifications.services import count_unread, notify
from posts.models import Post, Visibility
from posts.services.change import delete_post, edit_post, mark_sensitive, restore_post
from posts.services.interact import like_post, share_post, unlike_post, unshare_post
from posts.services.quiet import mute_thread
from posts.signals import poll_closed, post_being_liked
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)


def bell(person: User) -> list[tuple[str, str]]:
    """What somebody's bell says, oldest first: kind and who."""
    lines = Notification.objects.visible_to(person).wanted_by(person).order_by("pk")
    return [(line.kind, line.actor.username if line.actor else "") for line in lines.select_related("actor")]


def run_tasks() -> None:
    """Do what waits, as the worker would."""
    worker = QueueWorker("default", "me")
    while worker.run_next():
        pass
    assert not DBTaskResult.objects.failed().exists()


def test_a_comment_is_told_to_whom_it_answers_and_whose_post_it_is(alice: User, carol: User, mod: User) -> None:
    post = make.post(alice)
    first = make.comment(carol, post)
    make.comment(mod, first)
    make.comment(alice, post)
    assert (bell(alice), bell(carol)) == ([("comment", "carol"), ("comment", "mod")], [("comment", "mod")])
    assert bell(mod) == []


def test_who_is_answered_and_mentioned_hears_once(alice: User, carol: User) -> None:
    make.comment(carol, make.post(alice), "@alice look")
    assert bell(alice) == [("comment", "carol")]


def test_mentions_also_those_that_an_edit_adds(alice: User, carol: User, mod: User) -> None:
    post = make.post(alice, "Hello @carol")
    edit_post(alice, post, text="Hello @carol and @mod")
    edit_post(alice, post, text="Hello @mod and @carol")
    assert (bell(carol), bell(mod)) == ([("mention", "alice")], [("mention", "alice")])


def test_followers_who_asked_hear_of_every_post(alice: User, bob: User, carol: User) -> None:
    follow_person(bob, alice, notifies=True)
    follow_person(carol, alice)
    post = make.post(alice)
    make.comment(alice, post)
    run_tasks()
    assert (bell(bob), bell(carol)) == ([("post", "alice")], [])


def test_who_shared_or_quoted_hears_of_every_change(alice: User, bob: User, carol: User) -> None:
    post = make.post(alice)
    share_post(bob, post)
    quote = make.post(carol, "See this", quote_of=post)
    for text in ("Good evening", "Good night"):
        edit_post(alice, post, text=text)
        run_tasks()
    assert (bell(bob), bell(carol)) == ([("edit", "alice")], [("quoted_edit", "alice")])
    assert Notification.objects.get(user=carol).post == quote
    assert Event.objects.filter(stream__name=f"user:{bob.pk}", kind="notification").count() == 2


def test_a_moderator_who_covers_pictures_is_named_to_nobody(alice: User, bob: User, mod: User) -> None:
    post = make.post(alice, attachments=[make.image(alice)])
    share_post(bob, post)
    mark_sensitive(mod, post)
    run_tasks()
    assert bell(bob) == []


def test_who_asked_and_who_chose_hear_of_the_end_of_a_poll(alice: User, carol: User, post: Post) -> None:
    for _ in range(2):
        poll_closed.send(sender=Post, actor=alice, about=post, voters=[carol.pk])
        run_tasks()
    assert (bell(alice), bell(carol)) == ([("poll", "")], [("poll", "")])


def test_a_conversation_somebody_does_not_want_to_hear_of_is_silent(alice: User, carol: User, post: Post) -> None:
    mute_thread(alice, post)
    make.comment(carol, post)
    assert bell(alice) == []


def test_a_quote(alice: User, carol: User) -> None:
    make.post(carol, "See this", quote_of=make.post(alice))
    assert bell(alice) == [("quote", "carol")]


@pytest.mark.parametrize(
    ("do", "undo", "kind"), [(like_post, unlike_post, "like"), (share_post, unshare_post, "share")]
)
def test_likes_and_shares_come_and_go(
    alice: User, carol: User, do: Callable[..., object], undo: Callable[..., object], kind: str
) -> None:
    post = make.post(alice)
    do(carol, post)
    do(carol, post)
    assert (bell(alice), count_unread(alice)) == ([(kind, "carol")], 1)
    undo(carol, post)
    assert (bell(alice), count_unread(alice)) == ([], 0)


def test_nobody_hears_of_themselves(alice: User) -> None:
    post = make.post(alice, "@alice")
    like_post(alice, post)
    make.comment(alice, post)
    assert bell(alice) == []


def test_followers_come_and_go(alice: User, carol: User) -> None:
    follow_person(carol, alice)
    assert bell(alice) == [("follow", "carol")]
    unfollow_person(carol, alice)
    assert bell(alice) == []


def test_a_request_stands_until_it_is_answered_or_taken_back(alice: User, carol: User, mod: User) -> None:
    User.objects.filter(pk=alice.pk).update(is_locked=True)
    alice.refresh_from_db()
    for person in (carol, mod):
        follow_person(person, alice)
    assert bell(alice) == [("follow_request", "carol"), ("follow_request", "mod")]
    accept_follower(alice, carol)
    reject_follower(alice, mod)
    assert (bell(alice), bell(carol), bell(mod)) == ([], [("follow_accepted", "alice")], [])


def test_a_block_silences_both(alice: User, carol: User) -> None:
    post = make.post(alice)
    like_post(carol, post)
    block_person(alice, carol)
    assert (bell(alice), count_unread(alice)) == ([], 0)
    assert notify(alice, Kind.MENTION, actor=carol, post=post) is None


def test_a_mute_silences_with_or_without_the_bell(alice: User, carol: User) -> None:
    mute_person(alice, carol, with_notifications=False)
    like_post(carol, make.post(alice))
    assert bell(alice) == [("like", "carol")]
    mute_person(alice, carol)
    like_post(carol, make.post(alice))
    assert (bell(alice), Notification.objects.filter(kind="like").count()) == ([], 1)
    Mute.objects.all().delete()
    assert bell(alice) == [("like", "carol")]


def test_what_one_may_not_see_is_not_told(alice: User, carol: User) -> None:
    private = make.post(alice, visibility=Visibility.FOLLOWERS)
    assert notify(carol, Kind.MENTION, actor=alice, post=private) is None
    seen = make.post(alice, "@carol", visibility=Visibility.FOLLOWERS)
    assert (bell(carol), Post.objects.visible_to(carol).filter(pk=seen.pk).exists()) == ([("mention", "alice")], True)


def test_what_is_deleted_is_told_no_longer_and_again_when_it_is_back(alice: User, carol: User) -> None:
    comment = make.comment(carol, make.post(alice))
    delete_post(carol, comment)
    assert (bell(alice), count_unread(alice)) == ([], 0)
    restore_post(carol, comment)
    assert (bell(alice), count_unread(alice)) == ([("comment", "carol")], 1)


def test_messages_of_the_house_come_every_time(alice: User) -> None:
    for act in (5, 5, None):
        person_told.send(sender=User, actor=None, about=alice, text="Be kind.", post=None, act_id=act)
    lines = Notification.objects.filter(user=alice).order_by("pk").values_list("kind", "text", "subject_id")
    assert list(lines) == [("moderation", "Be kind.", 5)] * 2 + [("message", "Be kind.", None)]


def test_moderators_hear_of_reports_and_of_who_is_at_the_door(alice: User, bob: User, mod: User) -> None:
    waiting = make.user("waiting", is_active=False)
    for _ in range(2):
        moderators_called.send(sender=User, actor=bob, about=alice, why="report", post=None)
    moderators_called.send(sender=User, actor=None, about=waiting, why="signup", post=None)
    assert (bell(mod), bell(alice)) == (
        [("report", "bob"), ("report", "bob"), ("signup", "waiting")],
        [("follow", "bob")],
    )


def test_who_moderates_no_longer_reads_no_more_of_it(alice: User, bob: User, mod: User) -> None:
    post = make.post(mod)
    moderators_called.send(sender=User, actor=bob, about=alice, why="report", post=None)
    moderators_called.send(sender=User, actor=None, about=make.user("new", is_active=False), why="signup", post=None)
    like_post(alice, post)
    assert (len(bell(mod)), count_unread(mod)) == (3, 3)
    mod.user_permissions.clear()
    assert (bell(mod), count_unread(mod)) == ([("like", "alice")], 1)


def test_each_line_is_numbered_on_its_owners_stream(alice: User, carol: User) -> None:
    like_post(carol, make.post(alice))
    assert list(Event.objects.filter(stream__name=f"user:{alice.pk}").values_list("n", "kind")) == [(1, "notification")]


@pytest.mark.parametrize("followers", [1, 30])
def test_a_post_costs_the_same_however_many_follow(
    alice: User, carol: User, followers: int, django_assert_max_num_queries: Callable[..., object]
) -> None:
    for n in range(followers):
        make.follow(make.user(f"follower{n}"), alice)
    with django_assert_max_num_queries(40):
        make.post(alice, "Hello @carol")
    assert bell(carol) == [("mention", "alice")]


def test_a_like_and_its_line_stand_or_fall_together(bob: User, post: Post) -> None:
    def fail(**_fact: Any) -> None:
        assert bell(post.author) == [("follow", "bob"), ("like", "bob")]
        raise ZeroDivisionError

    post_being_liked.connect(fail)
    with pytest.raises(ZeroDivisionError):
        like_post(bob, post)
    post_being_liked.disconnect(fail)
    post.refresh_from_db()
    assert (post.likes_count, Event.objects.filter(kind="counts").count()) == (0, 0)
    assert bell(post.author) == [("follow", "bob")]
