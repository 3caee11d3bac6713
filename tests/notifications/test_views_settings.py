"""Pages about what rings: settings, requests, this device; and what the service worker is made of."""

from __future__ import annotations

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client
from django.utils import timezone

from accounts.models import User
from notifications.groups import group_key_of
from notifications.models import AcceptedSender, Kind, Notification, NotificationRequest, PushSubscription
from notifications.policy import accept_requests, change_policy, policy_of
from notifications.services import notify
from posts.models import Post
from tests import make
from tests.notifications.device import Device

ENDPOINT = "https://push.example.org/send/1"
POLICY = {
    "for_not_following": "filter", "for_not_followers": "accept", "for_new_accounts": "drop",
    "for_private_mentions": "filter", "for_limited_accounts": "drop",
}  # fmt: skip


@pytest.fixture
def reader(client: Client, alice: User) -> Client:
    client.force_login(alice, backend="accounts.backends.PasswordBackend")
    return client


@pytest.fixture
def waiting(alice: User, carol: User) -> NotificationRequest:
    """What carol sent to alice, who holds strangers back."""
    change_policy(alice, for_not_following="filter")
    notify(alice, Kind.MENTION, actor=carol, post=make.post(carol, "@alice a word with you"))
    return NotificationRequest.objects.get()


def test_the_policy_is_chosen_on_a_page(reader: Client, alice: User) -> None:
    assert reader.post("/settings/notifications", POLICY).status_code == 302
    policy = policy_of(alice)
    assert {name: getattr(policy, name) for name in POLICY} == POLICY
    assert reader.post("/settings/notifications", POLICY | {"for_new_accounts": "burn"}).status_code == 422


def test_the_bell_says_who_waits(reader: Client, alice: User, waiting: NotificationRequest) -> None:
    page = reader.get("/notifications").content.decode()
    assert ("Notifications from 1 person wait for you to decide" in page, "a word with you" in page) == (True, False)
    assert "a word with you" in reader.get("/notifications/requests").content.decode()


def test_somebody_is_let_through_and_treated_like_others_again(
    reader: Client, alice: User, carol: User, waiting: NotificationRequest
) -> None:
    reader.post(f"/notifications/requests/{waiting.pk}", {"answer": "accept"})
    assert "a word with you" in reader.get("/notifications").content.decode()
    accepted = AcceptedSender.objects.get(user=alice, sender=carol)
    assert "Always ring" in reader.get("/notifications/requests").content.decode()
    reader.post(f"/notifications/accepted/{accepted.pk}/forget")
    assert not AcceptedSender.objects.exists()


@pytest.mark.parametrize("path", ["{pk}", "dismiss"])
def test_what_waits_is_thrown_away(reader: Client, waiting: NotificationRequest, path: str) -> None:
    assert reader.post(f"/notifications/requests/{path.format(pk=waiting.pk)}", {"answer": "no"}).status_code == 302
    assert (NotificationRequest.objects.count(), Notification.objects.count()) == (0, 0)


def test_requests_of_others_are_not_there(
    client: Client, alice: User, bob: User, carol: User, waiting: NotificationRequest
) -> None:
    accept_requests(alice, [])
    accepted = AcceptedSender.objects.create(user=alice, sender=bob)
    client.force_login(carol)
    paths = [f"/notifications/requests/{waiting.pk}", f"/notifications/accepted/{accepted.pk}/forget"]
    assert [client.post(path, {"answer": "accept"}).status_code for path in paths] == [404, 404]
    assert NotificationRequest.objects.filter(pk=waiting.pk).exists()


def test_words_that_went_out_of_sight_are_not_on_the_page(
    reader: Client, alice: User, waiting: NotificationRequest
) -> None:
    Post.objects.update(hidden_at=timezone.now())
    assert "a word with you" not in reader.get("/notifications/requests").content.decode()


@pytest.mark.parametrize("n", [1, 3])
def test_requests_cost_the_same_for_one_and_many(
    reader: Client, alice: User, n: int, django_assert_num_queries
) -> None:
    change_policy(alice, for_not_following="filter")
    for i in range(n):
        sender = make.user(f"sender{i}")
        notify(alice, Kind.MENTION, actor=sender, post=make.post(sender, "@alice"))
    reader.get("/notifications/requests")
    with django_assert_num_queries(6):
        reader.get("/notifications/requests")


def test_a_group_is_taken_out_of_the_bell(reader: Client, alice: User, bob: User, carol: User, post: Post) -> None:
    lines = [notify(alice, Kind.LIKE, actor=actor, post=post) for actor in (bob, carol)]
    assert lines[0]
    answer = reader.post("/notifications/dismiss", {"group": group_key_of(lines[0])}, headers={"HX-Request": "true"})
    assert (answer.content, Notification.objects.filter(kind="like").count()) == (b"", 0)
    assert reader.post("/notifications/dismiss", {"group": "no such group\0"}).status_code == 302


def test_nobody_takes_out_what_is_anothers(client: Client, alice: User, carol: User, post: Post) -> None:
    line = notify(alice, Kind.LIKE, actor=carol, post=post)
    assert line
    client.force_login(carol)
    client.post("/notifications/dismiss", {"group": f"ungrouped-{line.pk}"})
    client.post("/notifications/clear")
    assert Notification.objects.filter(pk=line.pk).exists()


def test_the_bell_is_emptied(reader: Client, alice: User, carol: User, post: Post) -> None:
    notify(alice, Kind.LIKE, actor=carol, post=post)
    page = reader.post("/notifications/clear", follow=True).content.decode()
    assert ("Your bell is empty." in page, Notification.objects.exists()) == (True, False)


def test_this_device_rings_until_it_is_turned_off(reader: Client, alice: User) -> None:
    data = {"endpoint": ENDPOINT, **Device().keys, "alerts": ["mention", "poll"], "policy": "followed"}
    assert reader.post("/settings/notifications/device", data).status_code == 302
    row = PushSubscription.objects.get()
    assert (row.user, row.endpoint, row.alerts, row.policy, row.is_standard) == (
        alice, ENDPOINT, ["mention", "poll"], "followed", True
    )  # fmt: skip
    assert row.session == UserSession.objects.get(user=alice)
    assert f'data-on="{ENDPOINT}"' in reader.get("/settings/notifications").content.decode()
    reader.post("/settings/notifications/device", {"off": "1"})
    assert not PushSubscription.objects.exists()


def test_signing_out_silences_this_device(reader: Client) -> None:
    reader.post("/settings/notifications/device", {"endpoint": ENDPOINT, **Device().keys, "policy": "all"})
    reader.post("/accounts/logout/")
    assert not PushSubscription.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [{"endpoint": "https://10.0.0.1/"}, {"p256dh": "x"}, {"policy": "x"}, {"alerts": "admin.report"}, {"auth": ""}],
)
def test_what_is_no_device_is_refused(reader: Client, wrong: dict[str, str]) -> None:
    data = {"endpoint": ENDPOINT, **Device().keys, "policy": "all"} | wrong
    assert reader.post("/settings/notifications/device", data).status_code == 422
    assert not PushSubscription.objects.exists()


def test_moderators_can_be_rung_for_reports(client: Client, mod: User) -> None:
    client.force_login(mod)
    data = {"endpoint": ENDPOINT, **Device().keys, "policy": "all", "alerts": "admin.report"}
    assert client.post("/settings/notifications/device", data).status_code == 302
    assert PushSubscription.objects.get().alerts == ["admin.report"]


def test_the_worker_stands_at_the_root_and_is_asked_for_anew(client: Client, alice: User) -> None:
    answer = client.get("/sw.js")
    assert (answer.headers["Content-Type"], answer.headers["Cache-Control"]) == (
        "text/javascript; charset=utf-8", "no-cache"
    )  # fmt: skip
    assert b"showNotification" in answer.content


def test_the_page_without_a_net_says_nothing_of_anybody(reader: Client, client: Client, alice: User) -> None:
    page = reader.get("/offline").content.decode()
    assert ("cannot be reached just now" in page, "alice" in page, "csrf" in page) == (True, False, False)
