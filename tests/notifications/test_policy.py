"""What rings, what waits as a request, and what never comes."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from accounts.services.ties import block_person, follow_person
from events.models import Event
from notifications.knock import knock
from notifications.models import (
    AcceptedSender,
    Kind,
    Notification,
    NotificationPolicy,
    NotificationRequest,
    PushSubscription,
)
from notifications.policy import accept_requests, change_policy, dismiss_requests, policy_of, summary
from notifications.services import clear_bell, count_unread, notify
from posts.models import Post, Visibility
from tests import make


def stands(person: User) -> list[tuple[str, bool]]:
    """What was kept for somebody, oldest first, and whether it is held back."""
    return list(Notification.objects.filter(user=person).order_by("pk").values_list("kind", "is_filtered"))


def test_without_a_policy_all_rings_but_what_the_limited_send(alice: User, carol: User, post: Post) -> None:
    notify(alice, Kind.LIKE, actor=carol, post=post)
    carol.limited_at = timezone.now()
    notify(alice, Kind.SHARE, actor=carol, post=post)
    assert stands(alice) == [("like", False), ("share", True)]
    assert count_unread(alice) == 1


@pytest.mark.parametrize(
    ("treatment", "kept"), [("accept", [("like", False)]), ("filter", [("like", True)]), ("drop", [])]
)
def test_three_treatments(alice: User, carol: User, post: Post, treatment: str, kept: list[tuple[str, bool]]) -> None:
    change_policy(alice, for_not_following=treatment)
    notify(alice, Kind.LIKE, actor=carol, post=post)
    assert stands(alice) == kept
    assert Event.objects.filter(kind="notification").count() == (treatment == "accept")


def test_the_strictest_wins(alice: User, carol: User, post: Post) -> None:
    change_policy(alice, for_not_following="filter", for_not_followers="drop")
    assert notify(alice, Kind.LIKE, actor=carol, post=post) is None
    follow_person(carol, alice)
    notify(alice, Kind.LIKE, actor=carol, post=post)
    assert stands(alice) == [("like", True)]


@pytest.mark.parametrize("sort", ["for_not_following", "for_new_accounts", "for_private_mentions"])
def test_whom_one_follows_rings(alice: User, carol: User, sort: str) -> None:
    follow_person(alice, carol)
    change_policy(alice, **{sort: "drop"})
    notify(alice, Kind.MENTION, actor=carol, post=make.post(carol, "@alice", visibility=Visibility.DIRECT))
    assert stands(alice) == [("mention", False)]


def test_new_accounts(alice: User, post: Post) -> None:
    old = make.user("old", id=1 << 50)
    new = make.user("new")
    change_policy(alice, for_new_accounts="filter")
    for actor in (old, new):
        notify(alice, Kind.LIKE, actor=actor, post=post)
    assert stands(alice) == [("like", False), ("like", True)]


def test_posts_addressed_to_me_alone_wait_unless_they_answer_me(alice: User, carol: User) -> None:
    change_policy(alice, for_private_mentions="filter")
    uncalled = make.post(carol, "@alice", visibility=Visibility.DIRECT)
    notify(alice, Kind.MENTION, actor=carol, post=uncalled)
    notify(alice, Kind.MENTION, actor=carol, post=make.post(carol, "@alice"))
    mine = make.post(alice, "@carol", visibility=Visibility.DIRECT)
    notify(alice, Kind.COMMENT, actor=carol, post=make.comment(carol, mine))
    assert stands(alice) == [("mention", True), ("mention", False), ("comment", False)]


def test_moderators_and_the_house_always_ring(alice: User, mod: User, post: Post) -> None:
    change_policy(alice, for_not_following="drop", for_not_followers="drop")
    notify(alice, Kind.LIKE, actor=mod, post=post)
    notify(alice, Kind.MODERATION, text="Be kind.")
    notify(alice, Kind.POLL, post=post)
    assert [kind for kind, _held in stands(alice)] == ["like", "moderation", "poll"]


def test_a_request_says_who_and_how_much(alice: User, carol: User, post: Post) -> None:
    change_policy(alice, for_not_following="filter")
    notify(alice, Kind.FOLLOW, actor=carol)
    notify(alice, Kind.LIKE, actor=carol, post=post)
    (request,) = NotificationRequest.objects.visible_to(alice)
    newest = Notification.objects.latest("pk")
    assert (request.sender, request.lines_count, request.newest, request.newest_post) == (
        carol, 2, newest.pk, post.pk
    )  # fmt: skip
    assert request.created <= request.updated
    assert summary(alice) == (1, 2)


def test_an_accepted_sender_rings_at_once_and_ever_after(alice: User, carol: User, post: Post) -> None:
    change_policy(alice, for_not_following="filter")
    notify(alice, Kind.LIKE, actor=carol, post=post)
    accept_requests(alice, NotificationRequest.objects.visible_to(alice))
    notify(alice, Kind.SHARE, actor=carol, post=post)
    assert stands(alice) == [("like", False), ("share", False)]
    assert summary(alice) == (0, 0)


def test_a_dismissed_request_takes_its_lines_along_and_can_come_again(alice: User, carol: User, post: Post) -> None:
    change_policy(alice, for_not_following="filter")
    notify(alice, Kind.LIKE, actor=carol, post=post)
    dismiss_requests(alice, NotificationRequest.objects.visible_to(alice))
    assert (stands(alice), summary(alice)) == ([], (0, 0))
    notify(alice, Kind.SHARE, actor=carol, post=post)
    assert summary(alice) == (1, 1)


def test_nobody_answers_requests_of_others(alice: User, bob: User, carol: User, post: Post) -> None:
    change_policy(alice, for_not_following="filter")
    notify(alice, Kind.LIKE, actor=carol, post=post)
    accept_requests(bob, NotificationRequest.objects.all())
    dismiss_requests(bob, NotificationRequest.objects.all())
    assert (stands(alice), summary(alice), summary(bob)) == ([("like", True)], (1, 1), (0, 0))


def test_a_request_of_somebody_apart_is_not_there(alice: User, carol: User, post: Post) -> None:
    change_policy(alice, for_not_following="filter")
    notify(alice, Kind.LIKE, actor=carol, post=post)
    block_person(carol, alice)
    assert summary(alice) == (0, 0)


def test_emptying_the_bell_leaves_requests(alice: User, bob: User, carol: User, post: Post) -> None:
    change_policy(alice, for_not_followers="filter")
    notify(alice, Kind.LIKE, actor=bob, post=post)
    notify(alice, Kind.LIKE, actor=carol, post=post)
    assert clear_bell(alice) == 1
    assert stands(alice) == [("like", True)]


@pytest.mark.parametrize("wrong", [{"for_everybody": "drop"}, {"for_not_following": "burn"}, {"user": "1"}])
def test_only_the_five_and_the_three_are_taken(alice: User, wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        change_policy(alice, **wrong)
    assert policy_of(alice)._state.adding


@pytest.mark.parametrize("n", [1, 3])
def test_requests_cost_one_query_however_many(alice: User, post: Post, n: int, django_assert_num_queries) -> None:
    change_policy(alice, for_not_following="filter")
    for i in range(n):
        notify(alice, Kind.LIKE, actor=make.user(f"sender{i}"), post=post)
    with django_assert_num_queries(1):
        assert len(NotificationRequest.objects.visible_to(alice).select_related("sender__avatar")) == n


def test_all_of_it_goes_with_the_person(alice: User, carol: User, post: Post) -> None:
    change_policy(alice, for_not_following="filter")
    notify(alice, Kind.LIKE, actor=carol, post=post)
    AcceptedSender.objects.create(user=alice, sender=carol)
    PushSubscription.objects.create(user=alice, token="t", auth_epoch=0, endpoint="https://push.example.org/")
    alice.delete()
    models = (NotificationPolicy, NotificationRequest, AcceptedSender, PushSubscription, Notification)
    assert [model.objects.count() for model in models] == [0] * 5


@pytest.mark.parametrize("about_post", [True, False])
def test_one_question_decides(
    alice: User, bob: User, post: Post, about_post: bool, django_assert_num_queries: Any
) -> None:
    change_policy(alice, for_not_followers="drop")
    knock(alice, bob, post if about_post else None)  # the query is built
    with django_assert_num_queries(1):
        known = knock(alice, bob, post if about_post else None)
    assert known is not None
    assert (known.is_heard, known.is_followed, known.treatments["for_not_followers"]) == (True, True, "drop")


def test_nobody_knocks_at_the_door_of_who_is_gone(alice: User, bob: User, post: Post) -> None:
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert knock(alice, bob, post) is None
    assert notify(alice, Kind.LIKE, actor=bob, post=post) is None
