"""Asking people to choose, choosing, and the end of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from core.text import normalize_text
from events.log import announce
from posts.models import Ballot, Poll, PollOption, Post
from posts.models.polls import LASTS, OPTION_LENGTH, OPTIONS
from posts.permissions import can_vote
from posts.signals import poll_closed, poll_voted

CLOSED_AT_ONCE = 50


@dataclass(frozen=True)
class PollDraft:
    """A poll as somebody thinks it up."""

    options: Sequence[str]
    lasts: timedelta
    is_multiple: bool = False
    hides_totals: bool = False

    @property
    def titles(self) -> list[str]:
        """The answers as they are kept."""
        return [normalize_text(option).strip() for option in self.options]

    def as_json(self) -> dict[str, Any]:
        """Return it as a scheduled post keeps it."""
        seconds = int(self.lasts.total_seconds())
        return {
            "options": self.titles,
            "seconds": seconds,
            "is_multiple": self.is_multiple,
            "hides_totals": self.hides_totals,
        }

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> PollDraft:
        """Return what ``as_json`` kept."""
        lasts = timedelta(seconds=kept["seconds"])
        return cls(kept["options"], lasts, is_multiple=kept["is_multiple"], hides_totals=kept["hides_totals"])


def check_poll(draft: PollDraft) -> None:
    """Raise ValidationError, under ``poll``, for a poll that nobody could answer."""
    titles, (fewest, most) = draft.titles, OPTIONS
    problem = ""
    if not fewest <= len(titles) <= most:
        problem = _("A poll takes from %(fewest)s to %(most)s answers.") % {"fewest": fewest, "most": most}
    elif not all(titles):
        problem = _("One of the answers is empty.")
    elif any(len(title) > OPTION_LENGTH for title in titles):
        problem = _("An answer takes up to %(limit)s characters.") % {"limit": OPTION_LENGTH}
    elif len({title.casefold() for title in titles}) < len(titles):
        problem = _("Two of the answers are the same.")
    elif not LASTS[0] <= draft.lasts <= LASTS[1]:
        problem = _("A poll lasts from 5 minutes to 31 days.")
    if problem:
        raise ValidationError({"poll": problem})


def place_poll(post: Post, draft: PollDraft) -> Poll:
    """Give a post its poll; part of publishing and editing it, within their transaction."""
    poll = Poll.objects.create(
        post=post,
        ends_at=timezone.now() + draft.lasts,
        is_multiple=draft.is_multiple,
        hides_totals=draft.hides_totals,
    )
    PollOption.objects.bulk_create(
        PollOption(poll=poll, position=position, title=title) for position, title in enumerate(draft.titles)
    )
    return poll


def replace_poll(post: Post, draft: PollDraft | None) -> None:
    """Change, add or take away the poll of a locked post. Other answers start anew: old votes were for something else.

    The same answers keep their votes, and only the end and the way of showing counts change.
    """
    poll = Poll.objects.select_for_update().filter(post=post).first()
    if poll and draft and is_same_question(poll, draft):
        poll.ends_at, poll.hides_totals, poll.closed_at = timezone.now() + draft.lasts, draft.hides_totals, None
        poll.save(update_fields=["ends_at", "hides_totals", "closed_at"])
        return
    if poll:
        poll.delete()
    if draft:
        place_poll(post, draft)
    post.has_poll = draft is not None


def is_same_question(poll: Poll, draft: PollDraft) -> bool:
    """Whether votes for ``poll`` would still mean the same under ``draft``."""
    return titles_of(poll) == draft.titles and poll.is_multiple == draft.is_multiple


def titles_of(poll: Poll) -> list[str]:
    """Return the answers of a poll in order."""
    return list(poll.options.order_by("position").values_list("title", flat=True))


@transaction.atomic
def vote_in_poll(actor: User, poll: Poll, choices: Iterable[int]) -> Ballot:
    """Cast the actor's one vote: the positions of the answers chosen.

    Raises PermissionDenied for one's own poll, ValidationError (under ``choices``) for no choice, an answer that is not
    there, several where one is asked for, a second vote, and after the end.
    """
    poll = _locked().select_related("post").get(pk=poll.pk)
    if not can_vote(actor, poll.post):
        raise PermissionDenied
    chosen = sorted(set(choices))
    _check_choices(poll, chosen)
    try:
        with transaction.atomic():
            ballot = Ballot.objects.create(poll=poll, user=actor, choices=chosen)
    except IntegrityError:
        raise ValidationError({"choices": _("You have voted already.")}) from None
    PollOption.objects.filter(poll=poll, position__in=chosen).update(votes_count=F("votes_count") + 1)
    Poll.objects.filter(pk=poll.pk).update(voters_count=F("voters_count") + 1)
    announce(poll_voted, "poll", actor=actor, about=poll.post, streams=[f"post:{poll.post.thread_root_id}"])
    return ballot


def close_polls() -> int:
    """Tell the end of every poll whose time is up, each once; returns how many."""
    over = Poll.objects.filter(ends_at__lte=timezone.now(), closed_at=None).order_by("ends_at")
    return sum(_close(pk) for pk in list(over.values_list("pk", flat=True)[:CLOSED_AT_ONCE]))


def take_back_ballots(person: User) -> None:
    """Take somebody's votes out of the counts; part of erasing them."""
    for ballot in Ballot.objects.filter(user=person).order_by("poll"):
        PollOption.objects.filter(poll=ballot.poll_id, position__in=ballot.choices).update(
            votes_count=F("votes_count") - 1
        )
        Poll.objects.filter(pk=ballot.poll_id).update(voters_count=F("voters_count") - 1)
        ballot.delete()


def _locked() -> QuerySet[Poll]:
    return Poll.objects.select_for_update(no_key=True, of=("self",))


def _check_choices(poll: Poll, chosen: list[int]) -> None:
    known = set(poll.options.values_list("position", flat=True))
    if poll.is_over:
        problem = _("This poll is over.")
    elif not chosen:
        problem = _("Choose an answer first.")
    elif not known.issuperset(chosen):
        problem = _("There is no such answer.")
    elif len(chosen) > 1 and not poll.is_multiple:
        problem = _("Choose one answer only.")
    else:
        return
    raise ValidationError({"choices": problem})


@transaction.atomic
def _close(pk: int) -> bool:
    poll = _locked().select_related("post__author").filter(pk=pk).first()
    if poll is None or poll.closed_at or not poll.is_over:
        return False
    poll.closed_at = timezone.now()
    poll.save(update_fields=["closed_at"])
    voters = list(poll.ballots.values_list("user", flat=True))
    streams = [f"post:{poll.post.thread_root_id}"]
    announce(poll_closed, "poll", actor=poll.post.author, about=poll.post, streams=streams, voters=voters)
    return True
