"""The tree of comments: order, parts, places of the gone, honest counts."""

from __future__ import annotations

import pytest

from accounts.models import User
from posts.models import Post
from posts.services.change import delete_post
from posts.services.interact import like_post
from posts.threads import DEPTH, Node, Order, load_context, load_part, load_thread
from tests import make


def outline(nodes: list[Node]) -> list[object]:
    """Texts as nested lists; what is gone as None."""
    return [[getattr(node.post, "text", None), *outline(node.replies)] for node in nodes]


def chain(author: User, top: Post, length: int) -> list[Post]:
    """A talk in which each answers the one before."""
    made = [top]
    for n in range(length):
        made.append(make.comment(author, made[-1], f"{n + 1}"))
    return made[1:]


@pytest.fixture
def talk(alice: User, bob: User, post: Post) -> dict[str, Post]:
    """a (a1, a2 (a21)), b"""
    made = {"a": make.comment(bob, post, "a")}
    made["a1"] = make.comment(alice, made["a"], "a1")
    made["b"] = make.comment(bob, post, "b")
    made["a2"] = make.comment(bob, made["a"], "a2")
    made["a21"] = make.comment(alice, made["a2"], "a21")
    return made


def test_it_is_a_tree(post: Post, talk: dict[str, Post]) -> None:
    thread = load_thread(post.pk, None)
    assert outline(thread.nodes) == [["a", ["a1"], ["a2", ["a21"]]], ["b"]]
    assert (thread.root, thread.total, thread.more, thread.voices) == (post, 5, 0, 2)


def test_newest_first_turns_only_the_top(post: Post, talk: dict[str, Post]) -> None:
    assert outline(load_thread(post.pk, None, order=Order.NEWEST).nodes) == [["b"], ["a", ["a1"], ["a2", ["a21"]]]]


def test_most_liked_first(alice: User, post: Post, talk: dict[str, Post]) -> None:
    like_post(alice, talk["b"])
    like_post(alice, talk["a2"])
    assert outline(load_thread(post.pk, None, order=Order.LIKED).nodes) == [["b"], ["a", ["a2", ["a21"]], ["a1"]]]


def test_a_gone_comment_with_answers_keeps_its_place(bob: User, post: Post, talk: dict[str, Post]) -> None:
    delete_post(bob, talk["a"])
    delete_post(bob, talk["b"])
    thread = load_thread(post.pk, None)
    assert outline(thread.nodes) == [[None, ["a1"], ["a2", ["a21"]]]]
    assert (thread.total, thread.nodes[0].post.is_gone) == (3, True)


def test_what_a_reader_may_not_see_is_a_place_without_a_name(post: Post, talk: dict[str, Post], bob: User) -> None:
    reader = make.user("reader")
    make.block(bob, reader)
    thread = load_thread(post.pk, reader)
    assert outline(thread.nodes) == [[None, ["a1"], [None, ["a21"]]]]
    assert (thread.total, {person.username for person in thread.faces}) == (2, {"alice"})


def test_the_first_part_counts_what_it_leaves_out(post: Post, talk: dict[str, Post]) -> None:
    thread = load_thread(post.pk, None, size=2)
    assert outline(thread.nodes) == [["a", ["a1"]]]
    assert (thread.more, thread.nodes[0].more) == (1, 2)


@pytest.mark.parametrize("size", [1, 2, 3, 4])
@pytest.mark.parametrize("order", Order.values)
def test_all_parts_together_are_the_thread(post: Post, talk: dict[str, Post], size: int, order: str) -> None:
    seen: list[int] = []

    def collect(nodes: list[Node], more: int, parent: int, last: int | None) -> None:
        for node in nodes:
            seen.append(node.pk)
            collect(node.replies, node.more, node.pk, node.last)
        if more:
            part = load_part(Post.objects.get(pk=parent), None, after=last, order=order, size=size)
            collect(part.nodes, part.more, parent, part.last)

    thread = load_thread(post.pk, None, order=order, size=size)
    collect(thread.nodes, thread.more, post.pk, thread.last)
    assert sorted(seen) == sorted(comment.pk for comment in talk.values())


def test_deeper_than_a_page_can_show_is_counted(alice: User, post: Post) -> None:
    chain(alice, post, DEPTH + 3)
    node = load_thread(post.pk, None).nodes[0]
    for _ in range(DEPTH - 1):
        node = node.replies[0]
    assert (node.depth, node.replies, node.more) == (DEPTH, [], 3)


def test_a_comment_stands_between_what_it_answers_and_its_answers(alice: User, post: Post) -> None:
    made = chain(alice, post, 6)
    thread = load_context(made[4], None)
    assert outline(thread.nodes) == [["3", ["4", ["5", ["6"]]]]]
    assert (thread.above, thread.total, thread.nodes[0].replies[0].replies[0].is_focus) == (2, 6, True)


def test_a_comment_outlives_the_post_on_top(alice: User, bob: User, post: Post) -> None:
    comment = make.comment(bob, post)
    delete_post(alice, post)
    thread = load_context(comment, None)
    assert (thread.root, [node.post for node in thread.nodes]) == (None, [comment])


def test_a_very_deep_talk_needs_no_deep_stack(alice: User, post: Post) -> None:
    last = post
    rows = []
    for _ in range(1500):
        last = Post(author=alice, audience=alice, reply_to=last, root=post, text="deeper")
        rows.append(last)
    Post.objects.bulk_create(rows)
    assert load_thread(post.pk, None).total == 1500
    assert load_context(last, None).above == 1497
