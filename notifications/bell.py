"""Reading the bell: lines in order, those that say the same of one thing on one day joined into one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from core.ids import moment_of
from core.pagination import Cursor
from core.prepared import Prepared, person_at, slotted
from core.text import excerpt
from notifications.groups import DAY, JOINED, LineGroup, Lines, counts_of, read_groups, rows_of
from notifications.models import Kind, Notification, NotificationRequest
from notifications.models.bell import NotificationQuerySet
from notifications.words import NAMED, sentence
from posts.models import Post

EXCERPT = 160


class Tab(models.TextChoices):
    """Which part of the bell is shown."""

    ALL = "all", gettext_lazy("All")
    CONVERSATIONS = "conversations", gettext_lazy("Conversations")
    MENTIONS = "mentions", gettext_lazy("Mentions")
    PEOPLE = "people", gettext_lazy("People")


KINDS = {
    Tab.CONVERSATIONS: [Kind.COMMENT, Kind.QUOTE, Kind.QUOTED_EDIT],
    Tab.MENTIONS: [Kind.MENTION],
    Tab.PEOPLE: [Kind.FOLLOW, Kind.FOLLOW_REQUEST, Kind.FOLLOW_ACCEPTED, Kind.SIGNUP],
}

SIGNS = {
    Kind.LIKE: ("heart", "love"),
    Kind.SHARE: ("share", ""),
    Kind.QUOTE: ("quote", "acc"),
    Kind.COMMENT: ("comment", "acc"),
    Kind.MENTION: ("at", "acc"),
    Kind.FOLLOW_ACCEPTED: ("check", "acc"),
    Kind.MODERATION: ("shield", "acc"),
    Kind.REPORT: ("flag", "acc"),
    Kind.MESSAGE: ("shield", "acc"),
    Kind.POST: ("bell", "acc"),
    Kind.EDIT: ("edit", "acc"),
    Kind.QUOTED_EDIT: ("edit", "acc"),
    Kind.POLL: ("clock", "acc"),
    Kind.DESCRIPTION: ("image", "acc"),
}


@dataclass
class Group(LineGroup):
    """What is shown as one, with what the sentence about it needs."""

    is_unread: bool = False
    post: Post | None = None
    actors: list[User] = field(default_factory=list)

    @property
    def created(self) -> datetime:
        """When the newest of it happened."""
        return moment_of(self.newest)

    @property
    def words(self) -> SafeString:
        """The sentence, as HTML."""
        names = [person.name for person in self.actors]
        is_on_comment = self.post is not None and self.post.is_comment
        return sentence(self.kind, names, self.count, on_comment=is_on_comment)

    @property
    def excerpt(self) -> str:
        """The words it is about, or the message itself."""
        if self.text:
            return self.text
        return (self.post.spoiler or excerpt(self.post.html, EXCERPT)) if self.post else ""

    @property
    def language(self) -> str:
        """What the excerpt is written in."""
        return self.post.language if self.post and not self.text else ""

    @property
    def sign(self) -> tuple[str, str]:
        """The icon of this kind, and its tint."""
        return SIGNS.get(Kind(self.kind), ("user", "acc"))

    @property
    def url(self) -> str:
        """Where a press leads; nothing for a message and for a question with buttons."""
        if self.post is not None:
            return f"/posts/{self.post.pk}/describe" if self.is_proposal else self.post.get_absolute_url()
        if self.kind == Kind.REPORT:
            return reverse("admin:moderation_report_changelist")
        if self.kind == Kind.SIGNUP:
            return reverse("admin:accounts_user_changelist")
        return self.actors[0].get_absolute_url() if self.actors else ""

    @property
    def is_proposal(self) -> bool:
        """Whether it is a description that the author of the post may take."""
        return self.kind == Kind.DESCRIPTION

    @property
    def is_request(self) -> bool:
        """Whether it waits for a yes or a no."""
        return self.kind == Kind.FOLLOW_REQUEST


@dataclass(frozen=True)
class Bell:
    """A page of the bell: days with their groups, and the cursor to older ones."""

    days: list[tuple[str, list[Group]]]
    older: int | None
    newest: int


def read_bell(viewer: User, tab: str, cursor: Cursor) -> Bell:
    """Return up to 30 groups beyond the cursor, in four queries however many."""
    page = read_groups(_Lines(viewer, tab), cursor, made=Group)
    for group in page.groups:
        group.is_unread = group.newest > viewer.last_seen_notification
    _fill(page.groups, viewer)
    return Bell(_by_day(page.groups), page.older, page.groups[0].newest if page.groups else 0)


def count_waiting(viewer: User) -> int:
    """Return how many requests wait, counted up to 100."""
    return len(_waiting().keys(viewer.pk))


@cache
def _waiting() -> Prepared:
    def build(who: int) -> models.QuerySet[NotificationRequest, int]:
        return NotificationRequest.objects.visible_to(person_at(User, who)).values_list("pk", flat=True)[:100]

    return Prepared(build, 1)


class _Lines(Lines):
    """A tab of the bell, with its queries made once."""

    def __init__(self, viewer: User, tab: str) -> None:
        self.who, self.tab = viewer.pk, tab

    def rows(self, cursor: Cursor) -> list[Any]:
        """Return the lines beyond the cursor, nearest first."""
        return _rows(self.tab, cursor.upward).rows(self.who, cursor.id)

    def counts(self, groups: Sequence[LineGroup]) -> list[Any]:
        """Count what is joined on all days of the page, about its posts or about none."""
        days = [group.newest // DAY for group in groups]
        posts = {group.post_id for group in groups if group.post_id}
        (slots,) = slotted([*posts]) if posts else ([0],)
        return _counts(len(slots)).rows(self.who, min(days) * DAY, (max(days) + 1) * DAY, *slots)


def _in_bell(who: int) -> NotificationQuerySet:
    viewer = person_at(User, who)
    return Notification.objects.visible_to(viewer).wanted_by(viewer).in_bell()


@cache
def _rows(tab: str, upward: bool) -> Prepared:
    def build(who: int, at: int) -> models.QuerySet[Notification, Any]:
        lines = _in_bell(who)
        lines = lines.filter(kind__in=KINDS[Tab(tab)]) if tab in KINDS else lines
        return rows_of(lines, Cursor(at, upward))

    return Prepared(build, 2)


@cache
def _counts(size: int) -> Prepared:
    def build(who: int, start: int, end: int, *posts: int) -> models.QuerySet[Notification, Any]:
        about = models.Q(post__in=posts) | models.Q(post=None)
        return counts_of(_in_bell(who).filter(about, kind__in=sorted(JOINED), pk__gte=start, pk__lt=end))

    return Prepared(build, 3 + size)


@cache
def _people(size: int) -> Prepared:
    return Prepared(lambda *ids: User.objects.for_display().filter(pk__in=ids), size)


@cache
def _posts(size: int) -> Prepared:
    return Prepared(lambda *ids: Post.objects.filter(pk__in=ids), size)


def _by_id(question: Callable[[int], Prepared], ids: Iterable[int]) -> dict[int, Any]:
    return {row.pk: row for slots in slotted(list(dict.fromkeys(ids))) for row in question(len(slots)).objects(*slots)}


def _fill(groups: list[Group], viewer: User) -> None:
    """Load the posts and the first people of all groups."""
    people = _by_id(_people, (pk for group in groups for pk in group.actor_ids[:NAMED]))
    posts = _by_id(_posts, (group.post_id for group in groups if group.post_id))
    for group in groups:
        group.post = posts.get(group.post_id or 0)
        group.actors = [people[pk] for pk in group.actor_ids[:NAMED] if pk in people]


def _by_day(groups: list[Group]) -> list[tuple[str, list[Group]]]:
    today = timezone.localdate()
    days: dict[date, list[Group]] = {}
    for group in groups:
        days.setdefault(_day_of(group.newest), []).append(group)
    return [(_day_name(day, today), found) for day, found in days.items()]


def _day_of(pk: int) -> date:
    return timezone.localdate(moment_of(pk))


def _day_name(day: date, today: date) -> str:
    if day == today:
        return _("Today")
    if day == today - timedelta(days=1):
        return _("Yesterday")
    return date_format(day, "DATE_FORMAT" if day.year != today.year else "MONTH_DAY_FORMAT")
