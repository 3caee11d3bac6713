"""Whose notifications ring, wait as a request, or never come."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.permissions import can_moderate
from core.ids import id_at
from events.log import announce
from notifications.knock import FIELDS, Knock
from notifications.models import AcceptedSender, Kind, Notification, NotificationPolicy, NotificationRequest, Treatment
from posts.models import Post, Visibility

NEW_FOR = timedelta(days=30)  # an account is new
# What somebody does to a person of their own accord. All else a person asked for, or the house tells them.
FILTERABLE = {
    Kind.MENTION, Kind.COMMENT, Kind.LIKE, Kind.SHARE, Kind.QUOTE, Kind.FOLLOW, Kind.FOLLOW_REQUEST, Kind.DESCRIPTION
}  # fmt: skip


def policy_of(user: User) -> NotificationPolicy:
    """Return what a person lets ring; the defaults (unsaved) for who never chose."""
    return NotificationPolicy.objects.filter(user=user).first() or NotificationPolicy(user=user)


def change_policy(user: User, /, **treatments: str) -> NotificationPolicy:
    """Save one or more of the five ``for_…``; raises ValueError for a name or a treatment there is not."""
    if not set(treatments) <= set(FIELDS) or not set(treatments.values()) <= set(Treatment.values):
        raise ValueError(treatments)
    policy, _is_new = NotificationPolicy.objects.update_or_create(user=user, defaults=treatments)
    return policy


def treat(user: User, kind: str, *, actor: User, post: Post | None, known: Knock) -> Treatment:
    """Return what becomes of something ``actor`` did to ``user``: the strictest of what the policy says of them.

    Moderators and accepted senders always ring.
    """
    if kind not in FILTERABLE or known.is_accepted:
        return Treatment.ACCEPT
    said = [Treatment(known.treatments[name]) for name in _sorts(user, actor, post, known)]
    strictest = max(said, key=_STRICTNESS.index, default=Treatment.ACCEPT)
    return Treatment.ACCEPT if strictest == Treatment.ACCEPT or can_moderate(actor) else strictest


def summary(user: User) -> tuple[int, int]:
    """Return how many requests wait, and how many notifications in them."""
    counts = [request.lines_count for request in NotificationRequest.objects.visible_to(user)]
    return len(counts), sum(counts)


def hold_back(line: Notification) -> None:
    """Let a filtered line wait in the request of its sender."""
    NotificationRequest.objects.get_or_create(user=line.user, sender=line.actor)


@transaction.atomic
def accept_requests(user: User, requests: Iterable[NotificationRequest]) -> None:
    """Let the senders ring from now on, and what they sent stand in the bell at once."""
    senders = _senders(user, requests)
    for sender in senders:
        AcceptedSender.objects.get_or_create(user=user, sender_id=sender)
    _lines(user, senders).update(is_filtered=False)
    _close(user, senders)


@transaction.atomic
def dismiss_requests(user: User, requests: Iterable[NotificationRequest]) -> None:
    """Throw away what the senders sent; what they send later makes a new request."""
    senders = _senders(user, requests)
    _lines(user, senders).delete()
    _close(user, senders)


def hold_back_again(user: User, accepted: AcceptedSender) -> None:
    """Treat an accepted sender like all others again; what has rung stays in the bell."""
    AcceptedSender.objects.filter(pk=accepted.pk, user=user).delete()


_STRICTNESS = [Treatment.ACCEPT, Treatment.FILTER, Treatment.DROP]


def _sorts(user: User, actor: User, post: Post | None, known: Knock) -> Iterable[str]:
    """Return which of the five sorts, of those that are treated at all, ``actor`` belongs to."""
    follows = known.follows
    belongs = {
        "for_not_following": not follows,
        "for_not_followers": not known.is_followed,
        "for_new_accounts": not follows and actor.pk >= id_at(timezone.now() - NEW_FOR),
        "for_private_mentions": not follows and _comes_uncalled(user, post),
        "for_limited_accounts": not follows and actor.limited_at is not None,
    }
    return [name for name in FIELDS if known.treatments[name] != Treatment.ACCEPT and belongs[name]]


def _comes_uncalled(user: User, post: Post | None) -> bool:
    """Whether a post is addressed to people mentioned and answers nothing the person said."""
    if post is None or post.visibility != Visibility.DIRECT:
        return False
    return post.reply_to is None or post.reply_to.author_id != user.pk


def _senders(user: User, requests: Iterable[NotificationRequest]) -> list[int]:
    return sorted({request.sender_id for request in requests if request.user_id == user.pk})


def _lines(user: User, senders: list[int]) -> QuerySet[Notification]:
    return Notification.objects.held_back().filter(user=user, actor__in=senders)


def _close(user: User, senders: list[int]) -> None:
    NotificationRequest.objects.filter(user=user, sender__in=senders).delete()
    announce(None, "seen", actor=user, about=user, streams=[f"user:{user.pk}"])
