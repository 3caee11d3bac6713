"""Publishing posts and comments."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from accounts.models import User
from events.models import Event
from posts.models import Mention, Post, Visibility
from posts.services.change import delete_post
from posts.services.erase import erase_deleted_posts
from posts.services.publish import publish_post
from tests import make


def test_a_post_keeps_its_text_and_its_html(alice: User) -> None:
    post = publish_post(alice, text="Fog, **coffee**\r\nand light")
    assert (post.text, "<strong>coffee</strong>" in post.html) == ("Fog, **coffee**\nand light", True)
    assert (post.author, post.audience, post.visibility) == (alice, alice, Visibility.PUBLIC)


def test_it_is_announced_on_the_feed_stream(alice: User) -> None:
    post = make.post(alice)
    assert list(Event.objects.values_list("stream__name", "kind", "object_id")) == [("posts", "post", post.pk)]


def test_a_comment_is_for_whom_its_thread_is_for(alice: User, bob: User) -> None:
    root = make.post(alice, visibility=Visibility.FOLLOWERS)
    first = make.comment(bob, root, visibility=Visibility.PUBLIC)
    second = make.comment(alice, first)
    assert [(c.visibility, c.audience, c.root) for c in (first, second)] == [(Visibility.FOLLOWERS, alice, root)] * 2


def test_a_comment_counts_at_its_parent_and_its_root(alice: User, bob: User, post: Post) -> None:
    first = make.comment(bob, post)
    make.comment(alice, first)
    post.refresh_from_db()
    first.refresh_from_db()
    assert (post.comments_count, post.replies_count) == (2, 1)
    assert (first.comments_count, first.replies_count) == (0, 1)


def test_only_people_the_writer_may_see_are_called(alice: User, bob: User, dave: User) -> None:
    make.post(dave, "Hello @alice, @bob and @nobody")
    assert [mention.user for mention in Mention.objects.all()] == [bob]


def test_everybody_stays_addressed_in_a_talk_among_people_mentioned(alice: User, bob: User, carol: User) -> None:
    root = make.post(alice, "For @bob and @carol", visibility=Visibility.DIRECT)
    answer = make.comment(bob, root, "Yes")
    seen_by = [
        person for person in (alice, bob, carol) if Post.objects.visible_to(person).filter(pk=answer.pk).exists()
    ]
    assert seen_by == [alice, bob, carol]


def test_the_same_key_makes_one_post(alice: User) -> None:
    made = [publish_post(alice, text=text, idempotency_key="one") for text in ("First", "Second")]
    assert (made[0], Post.objects.count(), alice.posts.get().text) == (made[1], 1, "First")


def test_the_same_key_of_somebody_else_makes_another(alice: User, bob: User) -> None:
    made = {publish_post(person, text="Hello", idempotency_key="one").author for person in (alice, bob)}
    assert made == {alice, bob}


def test_a_key_whose_post_was_erased_says_so(alice: User, future) -> None:
    post = publish_post(alice, text="Hello", idempotency_key="one")
    delete_post(alice, post)
    erase_deleted_posts(future)
    with pytest.raises(ValidationError, match="deleted since"):
        publish_post(alice, text="Hello", idempotency_key="one")


def test_a_refused_post_leaves_its_key_free(alice: User) -> None:
    with pytest.raises(ValidationError):
        publish_post(alice, text="", idempotency_key="one")
    assert publish_post(alice, text="Now", idempotency_key="one").text == "Now"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Write something"),
        ("x" * 5001, "5001 characters"),
        ("a\0b", "cannot be kept"),
        ("\ud800", "cannot be kept"),
    ],
)
def test_it_refuses_texts_it_cannot_keep(alice: User, text: str, sentence: str) -> None:
    with pytest.raises(ValidationError, match=sentence):
        publish_post(alice, text=text)
    assert Post.objects.count() == 0


def test_it_takes_ten_files_in_their_order(alice: User) -> None:
    files = [make.image(alice) for _ in range(10)]
    post = publish_post(alice, attachments=files[::-1])
    assert post.attachments_count == 10
    assert [place.attachment for place in post.post_attachments.order_by("position")] == files[::-1]


def test_it_refuses_eleven_files(alice: User) -> None:
    with pytest.raises(ValidationError, match="up to 10"):
        publish_post(alice, attachments=[make.image(alice) for _ in range(11)])


def test_it_refuses_files_of_others_used_ones_and_the_same_twice(alice: User, bob: User) -> None:
    mine, theirs = make.image(alice), make.image(bob)
    make.post(alice, attachments=[used := make.image(alice)])
    for files in ([theirs], [used], [mine, mine]):
        with pytest.raises(ValidationError, match="no longer there"):
            publish_post(alice, attachments=files)
    assert Post.objects.count() == 1


def test_it_keeps_the_descriptions_the_files_carry(alice: User) -> None:
    file = make.image(alice)
    file.description = "A rocket"
    publish_post(alice, attachments=[file])
    file.refresh_from_db()
    assert file.description == "A rocket"


def test_what_is_gone_is_not_answered(alice: User, bob: User, post: Post) -> None:
    delete_post(alice, post)
    post.refresh_from_db()
    with pytest.raises(PermissionDenied):
        publish_post(bob, text="Too late", reply_to=post)


def test_only_what_everybody_may_read_is_quoted(alice: User, bob: User) -> None:
    secret = make.post(alice, visibility=Visibility.FOLLOWERS)
    with pytest.raises(PermissionDenied):
        publish_post(bob, text="Look", quote_of=secret)
    assert publish_post(bob, text="Look", quote_of=make.post(alice)).quote_of is not None


@pytest.mark.parametrize("count", [0, 40])
def test_publishing_costs_the_same_for_any_number_of_followers(
    alice: User, count: int, django_assert_num_queries
) -> None:
    for n in range(count):
        make.follow(make.user(f"reader{n}"), alice)
    with django_assert_num_queries(PUBLISHING):
        publish_post(alice, text="Hello")


# One of them is for the search index; PostgreSQL writes an event and takes its number in one.
PUBLISHING = 6 if connection.vendor == "postgresql" else 7
