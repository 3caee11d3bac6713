"""Posts for people mentioned, gathered by who takes part."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import User
from accounts.services.ties import block_person
from core.pagination import Cursor
from events.models import Event
from posts.conversations import (
    conversation_of,
    count_unread_conversations,
    get_conversation,
    read_conversations,
    read_messages,
)
from posts.models import Conversation, Message, Post, Visibility
from posts.services.change import delete_post, edit_post, restore_post
from posts.services.conversations import mark_read, mark_unread, put_away
from posts.services.erase import erase_deleted_posts, erase_person
from tests import make
from tests.posts.counting import wrong_sides


def tell(author: User, text: str, **fields: object) -> Post:
    return make.post(author, text, visibility=Visibility.DIRECT, **fields)


def listed(viewer: User) -> list[tuple[list[str], str, bool]]:
    sides = read_conversations(viewer).items
    return [([one.username for one in side.others], side.card and side.card.text, side.is_unread) for side in sides]


def test_the_same_people_are_one_conversation(alice: User, bob: User, carol: User) -> None:
    tell(alice, "@bob one")
    tell(bob, "@alice two")
    tell(alice, "@bob and @carol")
    assert listed(bob) == [(["alice", "carol"], "@bob and @carol", True), (["alice"], "@alice two", False)]
    assert (Conversation.objects.count(), count_unread_conversations(bob)) == (2, 1)


def test_other_posts_are_no_messages(alice: User, bob: User, post: Post) -> None:
    make.comment(bob, post, "@alice")
    assert (Message.objects.count(), listed(alice)) == (0, [])


def test_an_answer_belongs_to_the_conversation(alice: User, bob: User) -> None:
    first = tell(alice, "@bob hello")
    make.comment(bob, first, "hello back")
    assert listed(alice) == [(["bob"], "hello back", True)]
    texts = [post.text for post in read_messages(read_conversations(alice).items[0], alice).items]
    assert texts == ["hello back", "@bob hello"]


def test_reading_is_noted_and_told_to_ones_other_screens(alice: User, bob: User) -> None:
    post = tell(alice, "@bob hello")
    side = conversation_of(bob, post)
    mark_read(bob, side)
    mark_read(bob, side)
    assert (listed(bob)[0][2], count_unread_conversations(bob)) == (False, 0)
    mark_unread(bob, side)
    assert count_unread_conversations(bob) == 1
    told = Event.objects.filter(kind="conversation", stream__name=f"user:{bob.pk}").values_list("object_id", flat=True)
    assert list(told) == [side.pk] * 3


def test_put_away_it_comes_back_with_the_next_post(alice: User, bob: User) -> None:
    side = conversation_of(bob, tell(alice, "@bob hello"))
    put_away(bob, side)
    assert (listed(bob), len(listed(alice))) == ([], 1)
    tell(alice, "@bob are you there?")
    assert listed(bob) == [(["alice"], "@bob are you there?", True)]


def test_nobody_touches_anothers_side(alice: User, bob: User, carol: User) -> None:
    side = conversation_of(bob, tell(alice, "@bob hello"))
    with pytest.raises(PermissionDenied):
        mark_read(carol, side)
    assert [get_conversation(person, side.pk) for person in (alice, carol)] == [None, None]
    assert get_conversation(bob, side.pk).others == [alice]


def test_a_deleted_post_is_not_the_last_one_any_more(alice: User, bob: User, future: datetime) -> None:
    tell(alice, "@bob one")
    two = tell(alice, "@bob two")
    delete_post(alice, two)
    assert listed(bob)[0][1] == "@bob one"
    restore_post(alice, two)
    assert listed(bob)[0][1] == "@bob two"
    delete_post(alice, two)
    erase_deleted_posts(future)
    assert (listed(bob)[0][1], wrong_sides()) == ("@bob one", [])


def test_an_edit_that_calls_somebody_else_moves_it(alice: User, bob: User, carol: User) -> None:
    post = tell(alice, "@bob hello")
    edit_post(alice, post, text="@bob and @carol hello")
    assert [listed(person)[0][0] for person in (alice, bob, carol)] == [["bob", "carol"], ["alice", "carol"],
                                                                         ["alice", "bob"]]  # fmt: skip
    assert (len(listed(bob)), wrong_sides()) == (1, [])


def test_across_a_block_nothing_is_shown(alice: User, bob: User, carol: User) -> None:
    tell(carol, "@alice @bob one")
    make.comment(bob, Post.objects.get(), "two")
    block_person(alice, bob)
    assert listed(alice) == [(["bob", "carol"], "@alice @bob one", True)]


def test_whoever_leaves_is_missed(alice: User, bob: User) -> None:
    make.comment(alice, tell(bob, "@alice hello"), "hello back")
    tell(alice, "@bob bye")
    erase_person(bob)
    assert ([others for others, _text, _unread in listed(alice)], wrong_sides()) == ([[]], [])
    erase_person(alice)
    assert (Conversation.objects.count(), Message.objects.count()) == (0, 0)


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_any_number(alice: User, bob: User, count: int, django_assert_num_queries) -> None:
    for n in range(count):
        make.user(f"friend{n}")
        tell(alice, f"@friend{n} hello", attachments=[make.image(alice)])
    with django_assert_num_queries(4):
        assert len(read_conversations(alice).items) == count


def test_it_is_paged_by_the_last_post(alice: User) -> None:
    posts = [tell(alice, f"@{make.user(name).username} hello") for name in ("ann", "ben", "cat")]
    first = read_conversations(alice, size=2)
    rest = read_conversations(alice, Cursor(first.older), size=2)
    assert (first.older, [side.card for side in rest.items], rest.older) == (posts[1].pk, [posts[0]], None)


def test_streams_are_taken_in_the_order_of_their_names(alice: User, bob: User) -> None:
    """The thread before the people, as a like takes them: else one would wait for the other for ever (PostgreSQL)."""
    first = make.post(alice, "@bob tea?", visibility=Visibility.DIRECT)
    Event.objects.all().delete()
    answer = make.comment(bob, first, "At four")
    edit_post(bob, answer, text="At five")
    order = [name.partition(":")[0] for name in Event.objects.order_by("pk").values_list("stream__name", flat=True)]
    assert order == ["comments", "post", "user", "user", "comments", "post"]


def test_nobody_is_written_to_across_a_block(alice: User, bob: User, carol: User) -> None:
    first = tell(alice, "@bob and @carol")
    theirs = make.comment(bob, first, "yes")
    block_person(alice, bob)
    mark_read(alice, read_conversations(alice).items[0])
    make.comment(bob, theirs, "do you hear me?")
    assert count_unread_conversations(alice) == 0
    assert listed(carol)[0] == (["bob"], "do you hear me?", True)
