"""Who may quote, how often somebody is quoted, and taking it back."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import User
from posts.display import get_cards
from posts.models import Post, QuotePolicy
from posts.permissions import can_quote
from posts.services.change import delete_post, restore_post
from posts.services.publish import publish_post
from posts.services.quotes import revoke_quote, set_quote_policy
from tests import make
from tests.posts.counting import wrong_counters


@pytest.mark.parametrize(
    ("policy", "may"),
    [
        (QuotePolicy.EVERYBODY, [True, True, True]),
        (QuotePolicy.FOLLOWERS, [True, True, False]),
        (QuotePolicy.NOBODY, [True, False, False]),
    ],
)
def test_the_author_says_who_may_quote(
    alice: User, bob: User, carol: User, post: Post, policy: int, may: list[bool]
) -> None:
    post = set_quote_policy(alice, post, policy)
    assert [can_quote(person, post) for person in (alice, bob, carol)] == may


def test_a_policy_that_says_no_is_kept_to(alice: User, carol: User) -> None:
    post = make.post(alice, quote_policy=QuotePolicy.NOBODY)
    with pytest.raises(PermissionDenied):
        publish_post(carol, text="Look", quote_of=post)
    with pytest.raises(PermissionDenied):
        set_quote_policy(carol, post, QuotePolicy.EVERYBODY)


def test_quotes_are_counted_while_they_stand(bob: User, carol: User, post: Post) -> None:
    quotes = [make.post(person, "Look", quote_of=post) for person in (bob, bob, carol)]
    delete_post(bob, quotes[0])
    delete_post(bob, quotes[1])
    restore_post(bob, quotes[1])
    post.refresh_from_db()
    assert (post.quotes_count, wrong_counters()) == (2, [])


def test_the_author_takes_a_quote_back(alice: User, bob: User, post: Post) -> None:
    quote = make.post(bob, "Look", quote_of=post)
    with pytest.raises(PermissionDenied):
        revoke_quote(bob, post, quote)
    revoke_quote(alice, post, quote)
    card = get_cards([quote.pk], bob)[quote.pk]
    post.refresh_from_db()
    assert (card.quote_of, card.quote_revoked_at is not None, post.quotes_count) == (None, True, 0)


def test_only_a_quote_of_it_is_taken_back(alice: User, bob: User, post: Post) -> None:
    other = make.post(bob, "Look", quote_of=make.post(alice, "Something else"))
    with pytest.raises(PermissionDenied):
        revoke_quote(alice, post, other)
