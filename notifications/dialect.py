"""What the kinds of notifications are called by apps: the words of the client API and of pushed messages."""

from __future__ import annotations

from accounts.models import User
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


def kinds_of(types: set[str]) -> list[str]:
    """Return the kinds that go by any of these names; unknown names mean nothing."""
    return [kind for kind, name in TYPE_OF.items() if name in types]


def shown_to_apps(viewer: User) -> NotificationQuerySet:
    """Return the lines that apps may list: of a kind they have a word for; held back ones included."""
    lines: NotificationQuerySet = Notification.objects.visible_to(viewer).wanted_by(viewer)
    return lines.filter(kind__in=TYPE_OF)
