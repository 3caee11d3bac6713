"""Conversations somebody does not want to hear of any more."""

from __future__ import annotations

from accounts.models import User
from posts.display import get_cards
from posts.models import Post, ThreadMute
from posts.services.interact import share_post
from posts.services.quiet import has_muted_thread, mute_thread, unmute_thread
from tests import make


def test_the_whole_conversation_is_muted_from_any_place_in_it(alice: User, bob: User, post: Post) -> None:
    first = make.comment(bob, post)
    other = make.comment(alice, post)
    mute_thread(alice, first)
    mute_thread(alice, other)
    assert [has_muted_thread(alice, one) for one in (post, first, other, make.post(bob))] == [True, True, True, False]
    assert (has_muted_thread(bob, post), ThreadMute.objects.count()) == (False, 1)


def test_it_can_be_heard_again(alice: User, post: Post) -> None:
    mute_thread(alice, post)
    unmute_thread(alice, make.comment(alice, post))
    assert has_muted_thread(alice, post) is False


def test_cards_know(alice: User, bob: User, post: Post) -> None:
    comment, share = make.comment(bob, post), share_post(bob, post)
    of_comment = share_post(bob, comment)
    mute_thread(bob, comment)
    ids = [post.pk, comment.pk, share.pk, of_comment.pk]
    assert [get_cards([pk], bob)[pk].muted for pk in ids] == [True] * 4
    assert [get_cards([pk], alice)[pk].muted for pk in ids] == [False] * 4
