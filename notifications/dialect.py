"""What the kinds of notifications are called by apps: the words of the client API and of pushed messages."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Final

from django.db.models import QuerySet

from accounts.models import User
from core.prepared import Prepared, person_at
from notifications.models import Kind, Notification
from notifications.models.bell import NotificationQuerySet

# Kinds without a word there are for the site's own pages only.
TYPE_OF: dict[str, str] = {
    Kind.MENTION: "mention",
    Kind.COMMENT: "mention",
    Kind.LIKE: "favourite",
    Kind.SHARE: "reblog",
    Kind.QUOTE: "quote",
    Kind.FOLLOW: "follow",
    Kind.FOLLOW_REQUEST: "follow_request",
    Kind.POST: "status",
    Kind.POLL: "poll",
    Kind.EDIT: "update",
    Kind.QUOTED_EDIT: "quoted_update",
    Kind.MODERATION: "moderation_warning",
    Kind.REPORT: "admin.report",
    Kind.SIGNUP: "admin.sign_up",
}
TYPES = frozenset(TYPE_OF.values())
KEPT: Final = 64
"""Statements kept: apps choose among few sets of types, and building one takes ten times what asking it does."""


def kinds_of(types: set[str]) -> list[str]:
    """Return the kinds that go by any of these names; unknown names mean nothing."""
    return [kind for kind, name in TYPE_OF.items() if name in types]


def shown_to_apps(viewer: User) -> NotificationQuerySet:
    """Return the lines that apps may list: of a kind they have a word for; held back ones included."""
    lines: NotificationQuerySet = Notification.objects.visible_to(viewer).wanted_by(viewer)
    return lines.filter(kind__in=TYPE_OF)


def read_lines(
    viewer: User,
    kinds: Iterable[str],
    *,
    by: int | None = None,
    held_back: bool = False,
    below: int,
    above: int,
    upward: bool,
    limit: int,
) -> list[Notification]:
    """Return up to ``limit`` of the lines that apps may list, newest first: of these kinds, perhaps by one person.

    ``below`` and ``above`` bound their ids (exclusive); ``upward`` takes those right above the lower bound.
    ``held_back`` brings what waits in requests as well.
    """
    wanted = tuple(sorted(kinds))
    if not wanted:
        return []
    question = _listed(wanted, by is not None, held_back, upward, limit)
    values = (viewer.pk, below, above, *(() if by is None else (by,)))
    found: list[Notification] = question.objects(*values)
    return found[::-1] if upward else found


@lru_cache(maxsize=KEPT)
def _listed(kinds: tuple[str, ...], by_one: bool, held_back: bool, upward: bool, limit: int) -> Prepared:
    def build(who: int, below: int, above: int, *by: int) -> QuerySet[Notification, Any]:
        lines = shown_to_apps(person_at(User, who)).filter(kind__in=kinds, pk__lt=below, pk__gt=above)
        lines = lines.filter(actor__in=by) if by else lines
        lines = lines if held_back else lines.in_bell()
        return lines.order_by("pk" if upward else "-pk")[:limit]

    return Prepared(build, 4 if by_one else 3)
