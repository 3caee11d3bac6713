"""The page of the bell: what stands there, what it costs, and that only a press or a look marks it as read."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.services.ties import follow_person
from core.ids import ids_from
from core.pagination import START, Cursor
from events.models import Event
from notifications.bell import read_bell
from notifications.groups import GROUPS
from notifications.models import Kind, Notification
from notifications.services import Waiting, count_unread, count_waiting, notify
from posts.models import Post
from posts.models.post import Visibility
from posts.services.interact import like_post
from tests import make


def ring(person: User, count: int, post: Post, kind: str = Kind.MENTION) -> list[User]:
    """Lines from as many people."""
    people = [make.user(f"{kind}{n}", display_name=f"Person {n}") for n in range(count)]
    Notification.objects.bulk_create(Notification(user=person, kind=kind, actor=actor, post=post) for actor in people)
    return people


@pytest.fixture
def reader(client: Client, alice: User) -> Client:
    client.force_login(alice, backend="accounts.backends.PasswordBackend")
    return client


def test_likes_of_one_post_on_one_day_are_one(reader: Client, alice: User, post: Post) -> None:
    ring(alice, 48, post, Kind.LIKE)
    page = reader.get("/notifications").content.decode()
    assert page.count('class="note unread"') == 1
    assert "<b>Person 47</b>, <b>Person 46</b> and <b>46 others</b> like your post" in page


def test_one_and_two_people_are_named(alice: User, post: Post) -> None:
    ring(alice, 2, post, Kind.LIKE)
    ring(alice, 1, post, Kind.SHARE)
    (_day, groups), = read_bell(alice, "all", START).days  # fmt: skip
    assert [str(group.words) for group in groups] == [
        "<b>Person 0</b> shared your post",
        "<b>Person 1</b> and <b>Person 0</b> like your post",
    ]


def test_names_are_escaped(reader: Client, alice: User, post: Post) -> None:
    actor = make.user("evil", display_name="<script>alert(1)</script>{a}")
    Notification.objects.create(user=alice, kind=Kind.LIKE, actor=actor, post=post)
    page = reader.get("/notifications").content.decode()
    assert "<b>&lt;script&gt;alert(1)&lt;/script&gt;{a}</b> likes your post" in page


def test_days_have_heads(alice: User, carol: User, mod: User, post: Post) -> None:
    with ids_from(timezone.now() - timedelta(days=1)):
        Notification.objects.create(user=alice, kind=Kind.LIKE, actor=carol, post=post)
    Notification.objects.create(user=alice, kind=Kind.LIKE, actor=mod, post=post)
    days = read_bell(alice, "all", START).days
    assert [(day, len(groups)) for day, groups in days] == [("Today", 1), ("Yesterday", 1)]


@pytest.mark.parametrize(
    ("tab", "kinds"),
    [
        ("all", ["follow", "like", "mention", "comment"]),
        ("conversations", ["comment"]),
        ("mentions", ["mention"]),
        ("people", ["follow"]),
    ],
)
def test_tabs(alice: User, carol: User, post: Post, tab: str, kinds: list[str]) -> None:
    for kind, about in ((Kind.COMMENT, post), (Kind.MENTION, post), (Kind.LIKE, post), (Kind.FOLLOW, None)):
        Notification.objects.create(user=alice, kind=kind, actor=carol, post=about)
    found = [group.kind for _, groups in read_bell(alice, tab, START).days for group in groups]
    assert found == kinds


def test_pages_leave_nothing_out(alice: User, post: Post) -> None:
    ring(alice, GROUPS + 5, post)
    first = read_bell(alice, "all", START)
    second = read_bell(alice, "all", Cursor(first.older or 0))
    shown = [group.newest for page in (first, second) for _, groups in page.days for group in groups]
    assert shown == list(Notification.objects.order_by("-pk").values_list("pk", flat=True))
    assert second.older is None


@pytest.mark.parametrize("count", [1, 3, 25])
def test_a_page_costs_the_same_for_one_line_and_for_many(
    reader: Client, alice: User, post: Post, count: int, django_assert_num_queries: Callable[..., object]
) -> None:
    ring(alice, count, post)
    reader.get("/notifications")
    with django_assert_num_queries(7):
        reader.get("/notifications")


def test_reading_does_not_change_anything(reader: Client, alice: User, post: Post) -> None:
    ring(alice, 1, post)
    reader.get("/notifications")
    alice.refresh_from_db()
    assert (count_unread(alice), Event.objects.filter(stream__name=f"user:{alice.pk}").count()) == (1, 0)


def test_a_look_marks_what_was_shown(reader: Client, alice: User, post: Post) -> None:
    ring(alice, 2, post)
    newest, older = Notification.objects.order_by("-pk").values_list("pk", flat=True)
    assert reader.post("/notifications/seen", {"upto": older}, headers={"X-Live": "1"}).status_code == 204
    alice.refresh_from_db()
    assert (alice.last_seen_notification, count_unread(alice)) == (older, 1)
    assert reader.post("/notifications/seen", {"upto": newest}).headers["Location"] == "/notifications"
    reader.post("/notifications/seen", {"upto": older})
    alice.refresh_from_db()
    assert (alice.last_seen_notification, count_unread(alice)) == (newest, 0)


@pytest.mark.parametrize("upto", ["", "-1", "x", "١", "9223372036854775808", "9" * 30, "1\0"])
def test_nonsense_is_a_bad_request(reader: Client, upto: str) -> None:
    assert reader.post("/notifications/seen", {"upto": upto}).status_code == 400


@pytest.mark.parametrize(
    "query", ["tab=nothing", "before=x", "before=", "before=9223372036854775808", "after=1&before=2"]
)
def test_pages_that_cannot_be(reader: Client, query: str) -> None:
    assert reader.get(f"/notifications?{query}").status_code == 404


def test_the_bell_is_for_people_who_are_signed_in(client: Client, alice: User) -> None:
    assert client.get("/notifications").headers["Location"].startswith("/accounts/login/?next=/notifications")
    assert client.post("/notifications/seen", {"upto": "1"}).status_code == 302


def test_a_request_has_buttons(reader: Client, alice: User, carol: User) -> None:
    User.objects.filter(pk=alice.pk).update(is_locked=True)
    alice.refresh_from_db()
    follow_person(carol, alice)
    notify(alice, Kind.FOLLOW_REQUEST, actor=carol)
    page = reader.get("/notifications").content.decode()
    assert 'action="/@carol/follow-request"' in page
    reader.post("/@carol/follow-request", {"answer": "accept", "next": "/notifications"})
    assert 'action="/@carol/follow-request"' not in reader.get("/notifications").content.decode()


def test_an_empty_bell_says_what_it_is_for(reader: Client) -> None:
    assert "Nobody has rung yet." in reader.get("/notifications").content.decode()


def test_the_number_is_counted_up_to_a_hundred(
    alice: User, post: Post, django_assert_num_queries: Callable[..., object]
) -> None:
    ring(alice, 101, post)
    with django_assert_num_queries(1):
        assert count_unread(alice) == 100


@pytest.mark.django_db(transaction=True)
def test_words_of_likes_under_comments(alice: User, carol: User) -> None:
    comment = make.comment(alice, make.post(carol))
    like_post(carol, comment)
    (_day, (group,)), = read_bell(alice, "all", START).days  # fmt: skip
    assert (str(group.words), group.url) == ("<b>carol</b> likes your comment", f"/posts/{comment.pk}")


def test_what_waits_is_counted_in_one_query(
    alice: User,
    bob: User,
    carol: User,
    post: Post,
    django_assert_num_queries: Callable[..., AbstractContextManager[object]],
) -> None:
    ring(alice, 3, post)
    for friend in (bob, carol):
        make.post(friend, "@alice a word", visibility=Visibility.DIRECT)
    Notification.objects.filter(kind=Kind.MENTION, actor__in=[bob, carol]).delete()
    for known in (1, 1):  # the second time everything is prepared
        with django_assert_num_queries(known):
            assert count_waiting(alice) == Waiting(bell=3, messages=2)
