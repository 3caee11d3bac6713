"""What comes into the bell, goes out of it again, and is read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from core.ids import MAX_ID
from core.prepared import Prepared, fetch, person_at
from core.written import insert
from events.log import announce
from notifications.knock import knock
from notifications.models import EVERY_TIME, Notification, Treatment
from notifications.policy import hold_back, treat
from notifications.signals import notified
from posts.conversations import unread_conversations
from posts.models import Post
from posts.services.quiet import has_muted_thread

SHOWN = 100  # counting stops here: the bell says 99+


@transaction.atomic(savepoint=False)
def notify(
    user: User,
    kind: str,
    *,
    actor: User | None = None,
    post: Post | None = None,
    text: str = "",
    subject_id: int | None = None,
) -> Notification | None:
    """Put a line into somebody's bell and return it; nothing for what they may not see or do not want to hear.

    Nobody hears of what they did themselves, nor of the same thing twice. What the person's policy holds back is kept
    without a sound, and waits as a request. ``subject_id`` is the number of the report or act the line tells of.
    """
    treatment = _treatment(user, kind, actor, post)
    if treatment == Treatment.DROP:
        return None
    line = Notification(user=user, kind=kind, actor=actor, post=post, text=text, subject_id=subject_id)
    line.is_filtered = treatment == Treatment.FILTER
    there = _put(line)
    is_new = there is line
    if there is None:
        return None
    if there.is_filtered:
        hold_back(there)
    elif is_new:
        announce(notified, "notification", actor=actor, about=there, streams=[bell_of(user.pk)])
    return there


@transaction.atomic
def dismiss_lines(viewer: User, lines: QuerySet[Notification]) -> int:
    """Take lines out of the viewer's bell for good, whosever they were given as; returns how many went."""
    deleted, _ = Notification.objects.filter(user=viewer, pk__in=list(lines.values_list("pk", flat=True))).delete()
    if deleted:
        announce(None, "seen", actor=viewer, about=viewer, streams=[bell_of(viewer.pk)])
    return deleted


@transaction.atomic
def clear_bell(viewer: User) -> int:
    """Empty the viewer's bell; requests keep what they hold. Returns how many lines went."""
    deleted, _ = Notification.objects.in_bell().filter(user=viewer).delete()
    if deleted:
        announce(None, "seen", actor=viewer, about=viewer, streams=[bell_of(viewer.pk)])
    return deleted


@transaction.atomic
def notify_again(user: User, kind: str, *, actor: User, post: Post) -> Notification | None:
    """Tell something that can happen over and over: the line moves to the top and rings anew."""
    Notification.objects.filter(user=user, kind=kind, actor=actor, post=post).delete()
    return notify(user, kind, actor=actor, post=post)


@transaction.atomic
def withdraw(user_id: int, kinds: Iterable[str], *, actor: User, post: Post | None = None) -> None:
    """Take a line out of a bell again: what it told is no longer so."""
    lines = Notification.objects.filter(user=user_id, kind__in=list(kinds), actor=actor, post=post)
    line = lines.first()
    if line is not None:
        lines.delete()
        announce(None, "seen", actor=actor, about=line, streams=[bell_of(user_id)])


@transaction.atomic
def mark_seen(viewer: User, upto: int) -> None:
    """Everything up to the line ``upto`` has been looked at, on whatever device; looking never goes back."""
    newest = Notification.objects.filter(user=viewer, pk__lte=min(upto, MAX_ID)).order_by("-pk").first()
    if newest is None or newest.pk <= viewer.last_seen_notification:
        return
    User.objects.filter(pk=viewer.pk, last_seen_notification__lt=newest.pk).update(last_seen_notification=newest.pk)
    viewer.last_seen_notification = newest.pk
    announce(None, "seen", actor=viewer, about=newest, streams=[bell_of(viewer.pk)])


def count_unread(viewer: User) -> int:
    """Return how many lines wait in the viewer's bell, counted up to 100; one query."""
    return len(_unread().keys(viewer.pk, viewer.last_seen_notification))


class Waiting(NamedTuple):
    """What somebody has not looked at yet: lines of the bell, and conversations; each counted up to 100."""

    bell: int = 0
    messages: int = 0


def count_waiting(viewer: User) -> Waiting:
    """Return what waits for the viewer; one query, on every page."""
    bell, bell_values = _unread().sql(viewer.pk, viewer.last_seen_notification)
    talks, talks_values = unread_conversations().sql(viewer.pk)
    both = f"SELECT 0, b.* FROM ({bell}) b UNION ALL SELECT 1, m.* FROM ({talks}) m"  # noqa: S608  (made by Django)
    kinds = Counter(kind for kind, _pk in fetch(both, [*bell_values, *talks_values]))
    return Waiting(kinds[0], kinds[1])


@cache
def _unread() -> Prepared:
    def build(who: int, seen: int) -> QuerySet[Notification, int]:
        viewer = person_at(User, who)
        viewer.last_seen_notification = seen
        lines = Notification.objects.visible_to(viewer).wanted_by(viewer).in_bell().unread_by(viewer)
        return lines.values_list("pk", flat=True)[:SHOWN]

    return Prepared(build, 2)


def bell_of(user_id: int) -> str:
    """Return the name of a person's own stream."""
    return f"user:{user_id}"


def _treatment(user: User, kind: str, actor: User | None, post: Post | None) -> Treatment:
    """Return what becomes of it; DROP for what may not reach the person at all."""
    if actor is None:
        reaches = user.is_active and (post is None or _sees(user, post))
        return Treatment.ACCEPT if reaches else Treatment.DROP
    known = knock(user, actor, post) if actor.pk != user.pk else None
    if known is None or not known.is_heard:
        return Treatment.DROP
    return treat(user, kind, actor=actor, post=post, known=known)


def _put(line: Notification) -> Notification | None:
    """Return the line, now in the database, or the one that says the same already; None where that went meanwhile."""
    same = Notification.objects.filter(user=line.user_id, kind=line.kind, actor=line.actor_id, post=line.post_id)
    if line.kind in EVERY_TIME:
        insert(line)
        return line
    if line.actor_id is None and (there := same.first()):  # no constraint holds two empty fields to be the same
        return there
    return line if insert(line, unless_there=True) else same.first()


def _sees(user: User, post: Post) -> bool:
    return not has_muted_thread(user, post) and Post.objects.visible_to(user).filter(pk=post.pk).exists()
