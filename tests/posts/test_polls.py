"""Asking, choosing once, changing the question, and the end."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accounts.models import User
from events.models import Event
from posts.display import get_cards
from posts.models import Ballot, Poll, Post, PostEdit, Visibility
from posts.polls import get_poll
from posts.services.change import edit_post
from posts.services.erase import erase_person
from posts.services.interact import share_post
from posts.services.polls import PollDraft, close_polls, vote_in_poll
from posts.services.publish import publish_post
from posts.signals import poll_closed
from tests import make
from tests.posts.counting import wrong_counters

DAY = timedelta(days=1)
DRINKS = PollDraft(["Tea", "Coffee", "Water"], DAY)


@pytest.fixture
def poll(alice: User) -> Poll:
    return make.post(alice, "What do you drink?", poll=DRINKS).poll


def votes(poll: Poll) -> list[int]:
    return list(poll.options.values_list("votes_count", flat=True))


def end(poll: Poll) -> None:
    Poll.objects.filter(pk=poll.pk).update(ends_at=timezone.now() - timedelta(seconds=1))


def test_a_post_asks(alice: User, poll: Poll) -> None:
    assert [option.title for option in poll.options.all()] == ["Tea", "Coffee", "Water"]
    assert (poll.post.has_poll, poll.is_over, timezone.now() + DAY - poll.ends_at < DAY / 24) == (True, False, True)


def test_a_poll_needs_no_other_words(alice: User) -> None:
    assert publish_post(alice, poll=DRINKS).poll.options.count() == 3


@pytest.mark.parametrize(
    ("options", "lasts", "words"),
    [
        (["Tea"], DAY, "from 2 to 10"),
        ([str(n) for n in range(11)], DAY, "from 2 to 10"),
        (["Tea", "  "], DAY, "empty"),
        (["Tea", "tea"], DAY, "the same"),
        (["Tea", "x" * 101], DAY, "100 characters"),
        (["Tea", "Milk"], timedelta(minutes=4), "5 minutes"),
        (["Tea", "Milk"], timedelta(days=32), "31 days"),
    ],
)
def test_a_poll_nobody_could_answer_is_refused(alice: User, options: list[str], lasts: timedelta, words: str) -> None:
    with pytest.raises(ValidationError) as refused:
        publish_post(alice, text="Well?", poll=PollDraft(options, lasts))
    assert words in refused.value.message_dict["poll"][0]
    assert Post.objects.count() == 0


def test_a_vote_counts_and_is_told_to_who_looks_on(bob: User, poll: Poll) -> None:
    vote_in_poll(bob, poll, [1])
    poll.refresh_from_db()
    assert (votes(poll), poll.voters_count) == ([0, 1, 0], 1)
    told = Event.objects.filter(kind="poll").values_list("stream__name", "object_id", "actor_id")
    assert list(told) == [(f"post:{poll.post_id}", poll.post_id, bob.pk)]


def test_nobody_votes_twice(bob: User, poll: Poll) -> None:
    vote_in_poll(bob, poll, [1])
    with pytest.raises(ValidationError, match="already"):
        vote_in_poll(bob, poll, [2])
    assert (votes(poll), Ballot.objects.count(), wrong_counters()) == ([0, 1, 0], 1, [])


@pytest.mark.parametrize(
    ("choices", "words"), [([], "Choose an"), ([0, 1], "one answer"), ([3], "no such"), ([-1], "no such")]
)
def test_a_vote_that_means_nothing_is_refused(bob: User, poll: Poll, choices: list[int], words: str) -> None:
    with pytest.raises(ValidationError) as refused:
        vote_in_poll(bob, poll, choices)
    assert words in refused.value.message_dict["choices"][0]
    assert (votes(poll), Ballot.objects.count()) == ([0, 0, 0], 0)


def test_several_answers_where_they_are_asked_for(alice: User, bob: User) -> None:
    poll = make.post(alice, "Which?", poll=PollDraft(["A", "B", "C"], DAY, is_multiple=True)).poll
    vote_in_poll(bob, poll, [2, 0, 2])
    poll.refresh_from_db()
    assert (votes(poll), poll.voters_count) == ([1, 0, 1], 1)


def test_the_author_and_whoever_is_gone_do_not_vote(alice: User, bob: User, poll: Poll) -> None:
    bob.is_active = False
    for person in (alice, bob):
        with pytest.raises(PermissionDenied):
            vote_in_poll(person, poll, [0])
    assert votes(poll) == [0, 0, 0]


def test_after_the_end_nobody_votes(bob: User, poll: Poll) -> None:
    end(poll)
    with pytest.raises(ValidationError, match="over"):
        vote_in_poll(bob, poll, [0])


def test_counts_are_hidden_until_the_end_where_the_author_wants(alice: User, bob: User) -> None:
    poll = make.post(alice, "Guess", poll=PollDraft(["A", "B"], DAY, hides_totals=True)).poll
    before = poll.shows_totals
    end(poll)
    poll.refresh_from_db()
    assert (before, poll.shows_totals) == (False, True)


def test_cards_bring_the_poll_and_ones_own_vote(alice: User, bob: User, carol: User, poll: Poll) -> None:
    vote_in_poll(bob, poll, [1])
    shown = {viewer: get_cards([poll.post_id], viewer)[poll.post_id].poll for viewer in (alice, bob, carol, None)}
    assert [one.own for one in shown.values()] == [None, [1], None, None]
    assert [[option.votes_count for option in one.options.all()] for one in shown.values()] == [[0, 1, 0]] * 4


def test_a_share_brings_the_poll_of_what_it_shares(bob: User, poll: Poll) -> None:
    share = share_post(bob, poll.post)
    assert get_cards([share.pk], bob)[share.pk].subject.poll == poll


@pytest.mark.parametrize("count", [1, 3, 20])
def test_cards_with_polls_cost_two_queries_more(alice: User, bob: User, count: int, django_assert_num_queries) -> None:
    posts = [make.post(alice, f"Question {n}", poll=DRINKS).pk for n in range(count)]
    with django_assert_num_queries(3):
        cards = get_cards(posts, bob)
        assert [len(card.poll.options.all()) for card in cards.values()] == [3] * count


def test_a_poll_is_seen_with_its_post(alice: User, bob: User, carol: User) -> None:
    poll = make.post(alice, "Us", visibility=Visibility.FOLLOWERS, poll=DRINKS).poll
    assert [get_poll(poll.pk, viewer) for viewer in (bob, carol, None)] == [poll, None, None]


# --- changes --------------------------------------------------------------------------------------------------------
def test_other_answers_start_the_votes_anew(alice: User, bob: User, poll: Poll) -> None:
    vote_in_poll(bob, poll, [0])
    edit_post(alice, poll.post, text="What do you drink?", poll=PollDraft(["Tea", "Milk"], DAY))
    changed = Poll.objects.get(post=poll.post_id)
    assert (votes(changed), changed.voters_count, Ballot.objects.count()) == ([0, 0], 0, 0)
    assert PostEdit.objects.get().poll == ["Tea", "Coffee", "Water"]


def test_the_same_answers_keep_their_votes(alice: User, bob: User, poll: Poll) -> None:
    vote_in_poll(bob, poll, [0])
    edit_post(
        alice, poll.post, text="What now?", poll=PollDraft(["Tea", "Coffee", "Water"], 2 * DAY, hides_totals=True)
    )
    poll.refresh_from_db()
    assert (votes(poll), poll.hides_totals, poll.ends_at > timezone.now() + DAY) == ([1, 0, 0], True, True)


def test_an_edit_of_the_text_leaves_the_poll_alone(alice: User, bob: User, poll: Poll) -> None:
    vote_in_poll(bob, poll, [0])
    edit_post(alice, poll.post, text="Changed")
    assert (votes(poll), Post.objects.get(pk=poll.post_id).has_poll) == ([1, 0, 0], True)


def test_a_poll_can_be_taken_away_and_added(alice: User, poll: Poll) -> None:
    post = edit_post(alice, poll.post, text="No question", poll=None)
    assert (Poll.objects.count(), post.has_poll) == (0, False)
    post = edit_post(alice, post, text="A question", poll=DRINKS)
    assert (Poll.objects.count(), Post.objects.get(pk=post.pk).has_poll) == (1, True)


# --- the end --------------------------------------------------------------------------------------------------------
def test_the_end_is_told_once(
    alice: User, bob: User, carol: User, poll: Poll, django_capture_on_commit_callbacks
) -> None:
    heard = []
    poll_closed.connect(
        lambda about, voters, **_: heard.append((about.pk, sorted(voters))), weak=False, dispatch_uid="t"
    )
    vote_in_poll(bob, poll, [0])
    vote_in_poll(carol, poll, [1])
    assert close_polls() == 0
    end(poll)
    with django_capture_on_commit_callbacks(execute=True):
        assert (close_polls(), close_polls()) == (1, 0)
    poll_closed.disconnect(dispatch_uid="t")
    assert heard == [(poll.post_id, sorted([bob.pk, carol.pk]))]


def test_whoever_leaves_takes_their_votes_along(bob: User, carol: User, poll: Poll) -> None:
    vote_in_poll(bob, poll, [0])
    vote_in_poll(carol, poll, [1])
    erase_person(bob)
    poll.refresh_from_db()
    assert (votes(poll), poll.voters_count, wrong_counters()) == ([0, 1, 0], 1, [])
