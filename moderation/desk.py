"""What waits on the moderators' desk."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db.models import Count, Q, QuerySet
from django_tasks_db.models import DBTaskResult

from accounts.models import User
from accounts.permissions import can_moderate
from media.models import Attachment, State
from moderation.models import Action, Report
from posts.models import Post
from posts.models.post import Visibility

SHOWN = 8


@dataclass(frozen=True)
class Desk:
    """The first rows of what waits, and how many there are in all."""

    reports: list[Report] = field(default_factory=list)
    reports_count: int = 0
    waiting: list[User] = field(default_factory=list)
    waiting_count: int = 0
    failed_files: int = 0
    failed_tasks: int | None = None
    acts: list[Action] = field(default_factory=list)


def desk_for(moderator: User) -> Desk:
    """Return what ``moderator`` can decide about; an empty desk for staff with other work."""
    if not can_moderate(moderator):
        return Desk()
    reports = Report.objects.filter(status=Report.Status.OPEN).select_related("person__avatar", "post", "assigned_to")
    waiting = User.objects.filter(approved_at=None).select_related("avatar")
    return Desk(
        reports=list(reports.order_by("pk")[:SHOWN]),
        reports_count=reports.count(),
        waiting=list(waiting.order_by("pk")[:SHOWN]),
        waiting_count=waiting.count(),
        failed_files=Attachment.objects.filter(state=State.FAILED).count(),
        failed_tasks=DBTaskResult.objects.failed().count() if moderator.is_superuser else None,
        acts=list(Action.objects.select_related("moderator", "person").order_by("-pk")[:SHOWN]),
    )


def in_sight() -> Q:
    """Return which posts moderators look at: what everybody may read, and what was reported to them."""
    public = Q(visibility__in=[Visibility.PUBLIC, Visibility.UNLISTED])
    return public | Q(pk__in=Report.objects.values("post")) | Q(pk__in=Report.more_posts.through.objects.values("post"))


def posts_in_sight() -> QuerySet[Post]:
    """Return the posts moderators may decide about."""
    return Post.objects.filter(in_sight()).select_related("author__avatar")


@dataclass(frozen=True)
class Standing:
    """What moderators know about a person."""

    acts: list[Action]
    reports: list[Report]
    open_reports: int
    all_reports: int


def record_of(person: User, *, apart_from: Report | None = None) -> Standing:
    """Return the past acts and reports about ``person``."""
    reports = Report.objects.filter(person=person)
    if apart_from:
        reports = reports.exclude(pk=apart_from.pk)
    counts = reports.aggregate(all=Count("pk"), open=Count("pk", filter=Q(status=Report.Status.OPEN)))
    acts = Action.objects.filter(person=person).select_related("moderator").order_by("-pk")
    return Standing(
        acts=list(acts[:20]),
        reports=list(reports.select_related("post").order_by("-pk")[:10]),
        open_reports=counts["open"],
        all_reports=counts["all"],
    )
