"""From the bell to a device: a real push service on this machine gets a message that the device opens."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from accounts.models import User
from accounts.services.standing import suspend_person
from accounts.services.ties import block_person, follow_person
from community.worker import QueueWorker
from core import fetch
from notifications.models import Kind, PushSubscription
from notifications.policy import change_policy
from notifications.push import change_subscription, public_key, subscribe, subscription_of, unsubscribe
from notifications.push.delivery import MOST_FAILURES
from notifications.services import clear_bell, mark_seen, notify
from posts.models import Post, Visibility
from posts.services.interact import like_post
from tests import make
from tests.core.listener import Listener, Reply
from tests.notifications.device import Device

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[Listener]:
    """A push service."""
    with Listener() as server:
        monkeypatch.setattr(fetch, "is_public", lambda address: True)
        monkeypatch.setattr(fetch, "tls_context", lambda: server.trusted)
        server.reply = Reply(201)
        yield server


@pytest.fixture
def device() -> Device:
    return Device()


def join(user: User, service: Listener, device: Device, **fields: Any) -> PushSubscription:
    """``user`` lets a device ring."""
    fields = {"token": f"token of {user}", "alerts": {"favourite", "mention"}, **fields}
    return subscribe(user, endpoint=service.url(f"/{user.username}"), **device.keys, **fields)


def run_pushes() -> None:
    """Do what waits, as the worker would."""
    worker = QueueWorker("push", "me")
    while worker.run_next():
        pass
    assert not DBTaskResult.objects.failed().exists()


def waiting() -> list[DBTaskResult[Any, Any]]:
    return list(DBTaskResult.objects.ready().filter(queue_name="push")) + list(
        DBTaskResult.objects.filter(queue_name="push", run_after__gt=timezone.now(), finished_at=None)
    )


@pytest.mark.parametrize("is_standard", [True, False])
def test_a_like_arrives_on_the_device(
    alice: User, carol: User, post: Post, service: Listener, device: Device, is_standard: bool
) -> None:
    join(alice, service, device, is_standard=is_standard)
    like_post(carol, post)
    run_pushes()
    (asked,) = service.asked
    told = device.read(asked)
    assert (asked.path, told["title"], told["body"]) == ("/alice", "carol likes your post", "Good morning")
    assert (told["notification_type"], told["url"].endswith(post.get_absolute_url())) == ("favourite", True)
    assert set(told) == {
        "access_token", "preferred_locale", "notification_id", "notification_type", "icon", "title", "body", "url"
    }  # fmt: skip
    scheme = "vapid t=" if is_standard else "WebPush "
    assert asked.headers["authorization"].startswith(scheme)
    assert public_key() in asked.headers["authorization" if is_standard else "crypto-key"]
    assert int(asked.headers["ttl"]) > 0


def test_only_what_was_asked_for_rings(alice: User, carol: User, post: Post, service: Listener, device: Device) -> None:
    subscription = join(alice, service, device, alerts={"mention", "nonsense"})
    like_post(carol, post)
    assert (subscription.alerts, waiting()) == (["mention"], [])


@pytest.mark.parametrize(
    ("policy", "rings"),
    [("all", ["bob", "carol", "mod"]), ("followed", ["carol"]), ("follower", ["bob"]), ("none", [])],
)
def test_about_what_whom_do(
    alice: User, bob: User, carol: User, mod: User, service: Listener, device: Device, policy: str, rings: list[str]
) -> None:
    follow_person(alice, carol)
    join(alice, service, device, policy=policy)
    for actor in (bob, carol, mod):
        make.post(actor, "@alice")
    run_pushes()
    assert sorted(device.read(asked)["title"].split()[0] for asked in service.asked) == rings


def test_words_behind_a_warning_and_words_for_few_stay_at_home(
    alice: User, carol: User, service: Listener, device: Device
) -> None:
    join(alice, service, device)
    make.post(carol, "@alice the end of the film", spoiler="The film")
    make.post(carol, "@alice a secret", visibility=Visibility.DIRECT)
    run_pushes()
    assert [device.read(asked)["body"] for asked in service.asked] == ["The film", ""]


def test_reports_ring_for_those_alone_who_moderate_when_it_is_sent(
    bob: User, mod: User, service: Listener, device: Device
) -> None:
    join(mod, service, device, alerts={"admin.report"})
    notify(mod, Kind.REPORT, actor=bob)
    mod.user_permissions.clear()
    run_pushes()
    assert (waiting(), service.asked) == ([], [])


@pytest.mark.parametrize("then", ["seen", "cleared", "blocked", "suspended", "unsubscribed", "deleted"])
def test_what_is_over_before_it_is_sent_is_not_sent(
    alice: User, carol: User, post: Post, service: Listener, device: Device, then: str
) -> None:
    join(alice, service, device)
    line = notify(alice, Kind.LIKE, actor=carol, post=post)
    assert line is not None
    {
        "seen": lambda: mark_seen(alice, line.pk),
        "cleared": lambda: clear_bell(alice),
        "blocked": lambda: block_person(alice, carol),
        "suspended": lambda: suspend_person(make.owner(), alice),
        "unsubscribed": lambda: unsubscribe(token=f"token of {alice}"),
        "deleted": lambda: Post.objects.filter(pk=post.pk).update(deleted_at=timezone.now()),
    }[then]()
    run_pushes()
    assert service.asked == []


def test_what_the_policy_holds_back_rings_nowhere(
    alice: User, carol: User, post: Post, service: Listener, device: Device
) -> None:
    join(alice, service, device)
    change_policy(alice, for_not_following="filter")
    like_post(carol, post)
    assert waiting() == []


@pytest.mark.parametrize("status", [404, 410])
def test_a_device_that_is_gone_is_forgotten(
    alice: User, carol: User, post: Post, service: Listener, device: Device, status: int
) -> None:
    join(alice, service, device)
    service.reply = Reply(status)
    like_post(carol, post)
    run_pushes()
    assert not PushSubscription.objects.exists()


@pytest.mark.parametrize("reply", [Reply(429, b"", {"Retry-After": "120"}), Reply(503), Reply(500)])
def test_what_fails_is_tried_again_later_and_then_given_up(
    alice: User, carol: User, post: Post, service: Listener, device: Device, reply: Reply
) -> None:
    subscription = join(alice, service, device)
    service.reply = reply
    like_post(carol, post)
    pauses = []
    run_pushes()
    while tasks := waiting():
        (task,) = tasks
        pauses.append(round((task.run_after - timezone.now()) / timedelta(minutes=1)))
        DBTaskResult.objects.filter(pk=task.pk).update(run_after=timezone.now() - timedelta(seconds=1))
        run_pushes()
    subscription.refresh_from_db()
    first = 2 if reply.status == 429 else 1
    assert (pauses, len(service.asked), subscription.failures) == ([first, 10, 60, 360], 5, 1)


def test_nobody_answers_and_later_somebody_does(
    alice: User, carol: User, post: Post, service: Listener, device: Device
) -> None:
    subscription = join(alice, service, device)
    PushSubscription.objects.filter(pk=subscription.pk).update(endpoint="https://127.0.0.1:1/", failures=3)
    like_post(carol, post)
    run_pushes()
    PushSubscription.objects.filter(pk=subscription.pk).update(endpoint=service.url("/"))
    DBTaskResult.objects.filter(finished_at=None).update(run_after=timezone.now() - timedelta(seconds=1))
    run_pushes()
    subscription.refresh_from_db()
    assert (len(service.asked), subscription.failures) == (1, 0)


def test_a_device_that_always_refuses_is_given_up(
    alice: User, carol: User, post: Post, service: Listener, device: Device
) -> None:
    subscription = join(alice, service, device)
    service.reply = Reply(403)
    PushSubscription.objects.filter(pk=subscription.pk).update(failures=MOST_FAILURES - 1)
    like_post(carol, post)
    run_pushes()
    assert not PushSubscription.objects.exists()


def test_a_redirect_leads_nowhere(alice: User, carol: User, post: Post, service: Listener, device: Device) -> None:
    join(alice, service, device)
    service.reply = Reply(307, b"", {"Location": service.url("/elsewhere")})
    like_post(carol, post)
    run_pushes()
    assert [asked.path for asked in service.asked] == ["/alice"]


def test_a_name_that_began_to_lead_inside_is_forgotten(
    alice: User, carol: User, post: Post, service: Listener, device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    join(alice, service, device)
    monkeypatch.setattr(fetch, "is_public", lambda address: False)
    like_post(carol, post)
    run_pushes()
    assert (service.asked, PushSubscription.objects.count()) == ([], 0)


def test_a_token_has_one_device_and_another_takes_its_place(alice: User, service: Listener, device: Device) -> None:
    first = join(alice, service, device)
    second = join(alice, service, Device(), alerts={"poll"}, policy="followed")
    assert (first.pk, second.alerts, second.policy) == (second.pk, ["poll"], "followed")
    assert subscription_of(token=f"token of {alice}") == second
    change_subscription(second, alerts={"follow", "status"})
    change_subscription(second, policy="none")
    second.refresh_from_db()
    assert (second.alerts, second.policy, second.p256dh) == (["follow", "status"], "none", second.p256dh)


def test_a_browser_that_changes_hands_rings_for_one_of_them(
    alice: User, carol: User, service: Listener, device: Device
) -> None:
    for person in (alice, carol):
        subscribe(person, endpoint=service.url("/one"), token=f"token of {person}", **device.keys)
    assert list(PushSubscription.objects.values_list("user", flat=True)) == [carol.pk]


def test_a_device_ends_with_its_session(alice: User, carol: User, service: Listener, device: Device) -> None:
    tomorrow = timezone.now() + timedelta(days=1)
    Session.objects.create(session_key="key", session_data="", expire_date=tomorrow)
    session = UserSession.objects.create(user=alice, session_key="key", ip="127.0.0.1", user_agent="A browser")
    with pytest.raises(PermissionDenied):
        join(carol, service, device, session=session, token=None)
    join(alice, service, device, session=session, token=None)
    assert subscription_of(session=session) is not None
    Session.objects.update(expire_date=timezone.now())
    assert subscription_of(session=session) is None
    session.end()
    assert not PushSubscription.objects.exists()


def test_a_new_password_silences_browsers_and_leaves_apps_as_they_are(
    alice: User, service: Listener, device: Device
) -> None:
    tomorrow = timezone.now() + timedelta(days=1)
    Session.objects.create(session_key="key", session_data="", expire_date=tomorrow)
    session = UserSession.objects.create(user=alice, session_key="key", ip="127.0.0.1", user_agent="A browser")
    join(alice, service, device, session=session, token=None)
    app = join(alice, service, device)
    alice.set_password("another long one")
    alice.save()
    assert list(PushSubscription.objects.alive()) == list(PushSubscription.objects.all()) == [app]
    suspend_person(make.owner(), alice)
    assert not PushSubscription.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"endpoint": "http://push.example.org/"}, {"endpoint": "https://127.0.0.1/"}, {"endpoint": "https://a b/"},
        {"p256dh": "nonsense"}, {"auth": "\0"}, {"policy": "somebody"},
    ],
)  # fmt: skip
def test_what_is_no_device_is_refused(alice: User, wrong: dict[str, str]) -> None:
    given = {"endpoint": "https://push.example.org/x", **Device().keys, **wrong}
    with pytest.raises(ValidationError):
        subscribe(alice, token="a token", **given)
    assert not PushSubscription.objects.exists()
