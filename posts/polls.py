"""Polls as cards show them: with their answers and the reader's own vote."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from core.prepared import Prepared, person_at, slotted
from posts.models import Poll, PollOption, Post


def get_poll(pk: int, viewer: User | None) -> Poll | None:
    """Return a poll for display, with its post, if ``viewer`` may see that post."""
    polls = Poll.objects.for_display(viewer).select_related("post__author")
    return polls.filter(pk=pk, post__in=Post.objects.visible_to(viewer)).first()


def poll_figures(poll: Poll) -> dict[str, Any]:
    """Return the counts of a poll (from ``for_display``) as everybody may know them now, for scripts."""
    options = list(poll.options.all())
    votes = [option.votes_count for option in options] if poll.shows_totals else None
    return {"voters": poll.voters_count, "votes": votes, "over": poll.is_over}


def add_polls(posts: Sequence[Post], viewer: User | None) -> None:
    """Give posts their polls; two queries for each 80, none where there are no polls."""
    carrying = list({post.pk for post in posts if post.has_poll})
    polls: dict[int, Poll] = {}
    who = () if viewer is None else (viewer.pk,)
    for slots in slotted(carrying):
        polls |= {poll.post_id: poll for poll in _polls(len(slots), viewer is None).objects(*who, *slots)}
    _add_options(list(polls.values()))
    for post in posts:
        if post.pk in polls:
            post._state.fields_cache["poll"] = polls[post.pk]


def _add_options(polls: Sequence[Poll]) -> None:
    found: dict[int, list[PollOption]] = defaultdict(list)
    for slots in slotted([poll.pk for poll in polls]):
        for option in _options(len(slots)).objects(*slots):
            found[option.poll_id].append(option)
    for poll in polls:
        known = PollOption.objects.all()
        known._result_cache = found[poll.pk]
        known._prefetch_done = True  # type: ignore[attr-defined]  # what prefetch_related itself sets
        poll.__dict__.setdefault("_prefetched_objects_cache", {})["options"] = known


@cache
def _polls(size: int, is_anonymous: bool) -> Prepared:
    def build(*places: int) -> QuerySet[Poll]:
        viewer = None if is_anonymous else person_at(User, places[0])
        return Poll.objects.for_display(viewer).prefetch_related(None).filter(post__in=places[-size:])

    return Prepared(build, size if is_anonymous else size + 1)


@cache
def _options(size: int) -> Prepared:
    def build(*polls: int) -> QuerySet[PollOption]:
        return PollOption.objects.filter(poll__in=polls).order_by("position")

    return Prepared(build, size)
