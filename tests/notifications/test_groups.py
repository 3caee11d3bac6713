"""Lines that say the same of one thing on one day are one; each group has a name, a whole count, and pages."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from core.ids import ids_from
from core.pagination import START, Cursor
from notifications.dialect import TYPE_OF, kinds_of, shown_to_apps
from notifications.groups import count_groups, group_key_of, lines_in_group, read_groups
from notifications.models import Kind, Notification
from notifications.services import dismiss_lines
from posts.models import Post
from tests import make


def ring(person: User, count: int, post: Post | None, kind: str = Kind.LIKE) -> list[Notification]:
    actors = [make.user(f"{kind}{Notification.objects.count()}x{n}") for n in range(count)]
    rows = [Notification(user=person, kind=kind, actor=actor, post=post) for actor in actors]
    return Notification.objects.bulk_create(rows)


def test_a_group_knows_its_ends_its_people_and_its_count(alice: User, post: Post) -> None:
    lines = ring(alice, 3, post)
    (group,) = read_groups(shown_to_apps(alice)).groups
    assert (group.kind, group.post_id, group.count) == ("like", post.pk, 3)
    assert (group.newest, group.oldest) == (lines[2].pk, lines[0].pk)
    assert group.actor_ids == [line.actor_id for line in reversed(lines)]
    assert {group_key_of(line) for line in lines} == {group.key}


def test_days_posts_and_kinds_are_groups_of_their_own(alice: User, post: Post) -> None:
    with ids_from(timezone.now() - timedelta(days=1)):
        ring(alice, 2, post)
    ring(alice, 2, post)
    ring(alice, 2, make.post(alice))
    ring(alice, 2, post, Kind.SHARE)
    ring(alice, 2, post, Kind.MENTION)
    assert [group.count for group in read_groups(shown_to_apps(alice)).groups] == [1, 1, 2, 2, 2, 2]


def test_only_kinds_that_are_asked_for_are_joined(alice: User, post: Post) -> None:
    ring(alice, 2, post)
    ring(alice, 2, post, Kind.SHARE)
    groups = read_groups(shown_to_apps(alice), joined={Kind.SHARE, Kind.MENTION}).groups
    assert [(group.kind, group.count) for group in groups] == [("share", 2), ("like", 1), ("like", 1)]
    assert groups[1].key == f"ungrouped-{groups[1].newest}"


def test_pages_in_both_directions(alice: User, post: Post) -> None:
    mentions = [line.pk for line in ring(alice, 5, post, Kind.MENTION)]
    lines = shown_to_apps(alice)
    first = read_groups(lines, START, 2)
    second = read_groups(lines, Cursor(first.older or 0), 2)
    assert [[group.newest for group in page.groups] for page in (first, second)] == [mentions[:2:-1], mentions[2:0:-1]]
    above = read_groups(lines, Cursor(mentions[0], upward=True), 2)
    assert [group.newest for group in above.groups] == [mentions[2], mentions[1]]


def test_a_group_is_counted_whole_though_a_page_holds_a_part(alice: User, post: Post) -> None:
    lines = ring(alice, 4, post)
    (group,) = read_groups(shown_to_apps(alice), Cursor(lines[2].pk)).groups
    assert (group.count, len(group.actor_ids), group.newest) == (4, 2, lines[1].pk)


def test_the_name_of_a_group_finds_its_lines(alice: User, carol: User, post: Post) -> None:
    likes, (mention,), (follow,) = (
        ring(alice, 2, post),
        ring(alice, 1, post, Kind.MENTION),
        ring(alice, 1, None, "follow"),
    )
    lines = shown_to_apps(alice)
    assert list(lines_in_group(lines, group_key_of(likes[0]))) == likes[::-1]
    assert list(lines_in_group(lines, group_key_of(mention))) == [mention]
    assert list(lines_in_group(lines, group_key_of(follow))) == [follow]
    assert not lines_in_group(shown_to_apps(carol), group_key_of(likes[0])).exists()


@pytest.mark.parametrize(
    "key", ["", "x", "ungrouped-", f"ungrouped-{2**63}", "like-1-999999", f"like-{2**63}-1", "mention-1-1", "like-1-\0"]
)
def test_nonsense_names_nothing(alice: User, post: Post, key: str) -> None:
    ring(alice, 1, post)
    assert not lines_in_group(shown_to_apps(alice), key).exists()


def test_groups_are_counted_up_to_a_limit(alice: User, post: Post) -> None:
    ring(alice, 3, post)
    ring(alice, 3, post, Kind.MENTION)
    counts = [count_groups(shown_to_apps(alice), limit) for limit in (100, 2)]
    assert (counts, count_groups(shown_to_apps(alice), 100, joined=())) == ([4, 2], 6)


def test_a_dismissed_group_is_gone_and_nobody_elses(alice: User, carol: User, post: Post) -> None:
    key = group_key_of(ring(alice, 2, post)[0])
    ring(carol, 1, post)
    assert dismiss_lines(carol, lines_in_group(Notification.objects.all(), key)) == 1
    assert dismiss_lines(alice, lines_in_group(shown_to_apps(alice), key)) == 2
    assert not Notification.objects.exists()


@pytest.mark.parametrize("n", [1, 3])
def test_two_queries_however_many(alice: User, n: int, django_assert_num_queries) -> None:
    for _ in range(n):
        ring(alice, 2, make.post(alice))
    with django_assert_num_queries(2):
        assert len(read_groups(shown_to_apps(alice)).groups) == n


def test_every_kind_has_a_word_or_is_for_the_site_alone() -> None:
    assert set(Kind.values) - set(TYPE_OF) == {"follow_accepted", "description", "message"}
    assert kinds_of({"mention", "favourite", "no such thing"}) == ["mention", "comment", "like"]
