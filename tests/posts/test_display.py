"""Cards, read quickly: the same as the plain question."""

import pytest

from accounts.models import User
from posts.display import get_cards, get_visible
from posts.models import Post, Visibility
from posts.services.interact import like_post, share_post
from tests import make


def kinds(author, other):
    """One post of each kind."""
    plain = make.post(author, "plain")
    files = make.post(author, "with files", attachments=[make.image(author), make.image(author)])
    quote = make.post(other, "look", quote_of=files)
    make.post(author, "for followers", visibility=Visibility.FOLLOWERS)
    make.post(author, "to nobody", visibility=Visibility.DIRECT)
    make.comment(other, plain)
    share_post(other, files)
    like_post(other, plain)
    return quote


def told(post):
    quoted = post.subject.quote_of if post.subject.quote_of_id else None
    marks = (post.liked, post.shared, post.bookmarked)
    return post.pk, post.author.name, post.subject.text, marks, post.subject.files, quoted, quoted and quoted.files


def test_cards_are_those_of_the_plain_question(alice, bob, carol, dave):
    kinds(alice, bob)
    everything = list(Post.objects.values_list("pk", flat=True))
    for viewer in (alice, bob, carol, dave, None):
        plain = Post.objects.visible_to(viewer).for_display(viewer).filter(pk__in=everything)
        expected = {post.pk: told(post) for post in plain}
        assert {pk: told(post) for pk, post in get_cards(everything, viewer).items()} == expected


def test_a_quoted_post_that_is_not_seen_is_left_out(alice, bob, dave):
    quote = kinds(alice, bob)
    assert get_cards([quote.pk], dave)[quote.pk].quote_of is None
    assert get_cards([quote.pk], bob)[quote.pk].quote_of.text == "with files"


@pytest.mark.parametrize("count", [1, 3, 30])
def test_cards_cost_the_same_for_any_number(alice, count, django_assert_num_queries):
    posts = [make.post(alice, f"post {n}", attachments=[make.image(alice)]) for n in range(count)]
    with django_assert_num_queries(2):
        assert len(get_cards([post.pk for post in posts], None)) == count
        assert all(post.files for post in get_cards([], None).values())


def test_more_cards_than_one_statement_takes(alice):
    posts = [make.post(alice, f"post {n}") for n in range(85)]
    assert set(get_cards((post.pk for post in posts), alice)) == {post.pk for post in posts}


def test_one_post_is_seen_or_not(alice, carol, post):
    hidden = make.post(alice, visibility=Visibility.FOLLOWERS)
    assert (get_visible(post.pk, None), get_visible(hidden.pk, carol), get_visible(hidden.pk, alice)) == (
        post,
        None,
        hidden,
    )
    assert get_visible(1, None) is None


def test_cards_come_in_the_order_asked(alice: User) -> None:
    """A database gives rows in the order it likes: PostgreSQL puts new ones where deleted ones were."""
    made = [make.post(alice, f"{n}").pk for n in range(4)]
    asked = [made[2], made[0], made[3], made[1]]
    assert list(get_cards(asked, None)) == asked
