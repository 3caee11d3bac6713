"""Counters equal rows, whatever people do in whatever order (S50)."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from accounts.models import User
from accounts.services.ties import block_person, follow_person, unfollow_person
from posts.models import Poll, Post, Visibility
from posts.permissions import can_quote
from posts.services.change import delete_post, edit_post, hide_post, restore_post, unhide_post
from posts.services.erase import erase_deleted_posts, erase_person
from posts.services.interact import like_post, share_post, unlike_post, unshare_post
from posts.services.polls import PollDraft, vote_in_poll
from posts.services.publish import publish_post
from posts.services.quotes import revoke_quote
from tests import make
from tests.posts.counting import wrong_counters, wrong_sides

PEOPLE = ("ann", "ben", "cat")
people = st.sampled_from(PEOPLE)
HISTORIES = settings(
    max_examples=25,
    stateful_step_count=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)


class Community(RuleBasedStateMachine):
    """Three people who write, answer, like, share, delete, hide, erase and leave."""

    posts = Bundle("posts")

    def __init__(self) -> None:
        super().__init__()
        self.history = transaction.atomic()
        self.history.__enter__()

    def teardown(self) -> None:
        """Each history begins with an empty table."""
        transaction.set_rollback(True)
        self.history.__exit__(None, None, None)

    @initialize(target=posts)
    def begin(self) -> object:
        for name in PEOPLE:
            make.user(name)
        return publish_post(self._person("ann"), text="First").pk

    @rule(target=posts, name=people, visibility=st.sampled_from(Visibility.values))
    def publish(self, name: str, visibility: int) -> object:
        return publish_post(self._person(name), text="Hello @ann", visibility=visibility).pk

    @rule(target=posts, name=people, parent=posts)
    def answer(self, name: str, parent: int) -> object:
        person, post = self._person(name), self._post(name, parent)
        if post is None or post.share_of_id:
            return multiple()
        return publish_post(person, text="Yes @ben", reply_to=post).pk

    @rule(target=posts, name=people, post=posts)
    def share(self, name: str, post: int) -> object:
        seen = self._post(name, post)
        if seen is None or seen.share_of_id or seen.visibility > Visibility.UNLISTED:
            return multiple()
        return share_post(self._person(name), seen).pk

    @rule(target=posts, name=people, post=posts)
    def quote(self, name: str, post: int) -> object:
        seen = self._post(name, post)
        if seen is None or not can_quote(self._person(name), seen):
            return multiple()
        return publish_post(self._person(name), text="Look", quote_of=seen).pk

    @rule(target=posts, name=people, is_multiple=st.booleans())
    def ask(self, name: str, is_multiple: bool) -> object:
        poll = PollDraft(["Yes", "No", "Maybe"], timedelta(days=1), is_multiple=is_multiple)
        return publish_post(self._person(name), text="Well?", poll=poll).pk

    @rule(name=people, choices=st.lists(st.integers(0, 3), max_size=3))
    def vote(self, name: str, choices: list[int]) -> None:
        for poll in Poll.objects.filter(post__deleted_at=None):
            with suppress(PermissionDenied, ValidationError):
                vote_in_poll(self._person(name), poll, choices)

    @rule(post=posts)
    def take_quotes_back(self, post: int) -> None:
        for quoting in Post.objects.filter(quote_of=post, quote_of__author__is_active=True):
            with suppress(PermissionDenied):
                revoke_quote(quoting.quote_of.author, quoting.quote_of, quoting)

    @rule(name=people, post=posts, act=st.sampled_from([like_post, unlike_post, unshare_post]))
    def react(self, name: str, post: int, act: object) -> None:
        if (seen := self._post(name, post)) is not None:
            with suppress(PermissionDenied):
                act(self._person(name), seen)

    @rule(post=posts, act=st.sampled_from([delete_post, restore_post]))
    def change(self, post: int, act: object) -> None:
        if row := Post.objects.filter(pk=post, author__is_active=True).first():
            with suppress(PermissionDenied):
                act(row.author, row)

    @rule(post=posts, act=st.sampled_from([hide_post, unhide_post]))
    def moderate(self, post: int, act: object) -> None:
        if row := Post.objects.filter(pk=post).first():
            act(row.author, row)

    @rule(post=posts, text=st.text(max_size=20))
    def edit(self, post: int, text: str) -> None:
        if row := Post.objects.filter(pk=post).first():
            with suppress(PermissionDenied, ValidationError):
                edit_post(row.author, row, text=text)

    @rule(one=people, other=people, act=st.sampled_from([follow_person, unfollow_person, block_person]))
    def tie(self, one: str, other: str, act: object) -> None:
        with suppress(PermissionDenied):
            act(self._person(one), self._person(other))

    @rule()
    def erase(self) -> None:
        erase_deleted_posts(timezone.now() + timedelta(hours=2))

    @rule(name=people)
    def leave_and_come_anew(self, name: str) -> None:
        erase_person(self._person(name))
        make.user(name)

    @rule(post=consumes(posts))
    def forget(self, post: int) -> None:
        """Let go of an id, so that the others are met more often."""

    @invariant()
    def counters_equal_rows(self) -> None:
        assert (wrong_counters(), wrong_sides()) == ([], [])

    def _person(self, name: str) -> User:
        return User.objects.get(username=name)

    def _post(self, name: str, pk: int) -> Post | None:
        return Post.objects.visible_to(self._person(name)).filter(pk=pk).first()


@pytest.mark.django_db
def test_counters_equal_rows_after_any_history() -> None:
    run_state_machine_as_test(Community, settings=HISTORIES)
