"""What the bell tells a person."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import FollowRequest, Mute, User
from accounts.permissions import who_can_moderate
from core.ids import TimedModel, moment_of
from posts.models import Post


class Kind(models.TextChoices):
    """What happened."""

    MENTION = "mention", _("mentioned you")
    COMMENT = "comment", _("answered")
    LIKE = "like", _("likes your post")
    SHARE = "share", _("shared your post")
    QUOTE = "quote", _("quoted you")
    FOLLOW = "follow", _("follows you")
    FOLLOW_REQUEST = "follow_request", _("would like to follow you")
    FOLLOW_ACCEPTED = "follow_accepted", _("accepted your request")
    MODERATION = "moderation", _("a message from the moderators")
    REPORT = "report", _("reported something")
    SIGNUP = "signup", _("would like to join")
    DESCRIPTION = "description", _("describes a file of yours")
    POST = "post", _("published something")
    EDIT = "edit", _("changed a post you shared")
    QUOTED_EDIT = "quoted_edit", _("changed a post you quoted")
    POLL = "poll", _("a poll has ended")
    MESSAGE = "message", _("a message from the house")


FOR_MODERATORS = [Kind.REPORT, Kind.SIGNUP]
# Every message and every report counts, even one that looks the same again; all else is told once.
EVERY_TIME = [Kind.MODERATION, Kind.REPORT, Kind.MESSAGE]


class NotificationQuerySet(models.QuerySet["Notification"]):
    """Questions about the bell."""

    def visible_to(self, viewer: User) -> Self:
        """What stands in the viewer's bell now: not about posts they cannot see, nor from people apart from them, nor
        requests that have been answered or taken back, nor what is for moderators once the viewer is none.

        Who waits for approval is not active yet, and is just what that line is about.
        """
        here = Q(actor=None) | Q(actor__is_active=True) | Q(kind=Kind.SIGNUP)
        # Asked for each line: a list of all posts that the viewer may see is what SQLite would make of ``post__in``.
        seen = Q(post=None) | Exists(Post.objects.visible_to(viewer).filter(pk=OuterRef("post")))
        open_requests = FollowRequest.objects.filter(follower=OuterRef("actor"), followee=viewer)
        open_or_other = ~Q(kind=Kind.FOLLOW_REQUEST) | Exists(open_requests)
        moderates = ~Q(kind__in=FOR_MODERATORS) | Exists(who_can_moderate().filter(pk=viewer.pk))
        lines = self.filter(user=viewer).filter(here, seen, open_or_other, moderates)
        return lines.exclude(actor__in=viewer.apart_from())

    def wanted_by(self, viewer: User) -> Self:
        """Leave out people whose notifications the viewer has muted."""
        muted = Mute.objects.in_force().filter(muter=viewer, with_notifications=True)
        return self.exclude(actor__in=muted.values("muted"))

    def in_bell(self) -> Self:
        """What rings: not what the person's policy holds back as a request."""
        return self.filter(is_filtered=False)

    def held_back(self) -> Self:
        """What waits in requests."""
        return self.filter(is_filtered=True)

    def unread_by(self, viewer: User) -> Self:
        """What the viewer has not looked at since it came."""
        return self.filter(pk__gt=viewer.last_seen_notification)


class Notification(TimedModel):
    """One line of the bell. Read is what is not newer than the person's ``last_seen_notification``."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="notifications",
        db_index=False,
        verbose_name=_("person"),
    )
    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+", verbose_name=_("caused by")
    )
    post = models.ForeignKey("posts.Post", on_delete=models.CASCADE, null=True, related_name="+")
    text = models.TextField(blank=True, help_text=_("Words of the house, for messages from the moderators."))
    subject_id = models.BigIntegerField(
        null=True, blank=True, help_text=_("The number of the report, or of the act of a moderator, that it tells of.")
    )
    is_filtered = models.BooleanField(_("held back"), default=False)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        indexes = [
            models.Index(fields=["user", "-id"], name="notification_by_user"),
            models.Index(fields=["user", "actor", "-id"], condition=Q(is_filtered=True), name="notification_held_back"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "kind", "actor", "post"],
                condition=~Q(kind__in=EVERY_TIME),
                name="notification_once",
            ),
            models.UniqueConstraint(
                fields=["user", "kind", "actor"],
                condition=Q(post=None) & ~Q(kind__in=EVERY_TIME),
                name="notification_of_person_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.kind} {moment_of(self.pk):%Y-%m-%d %H:%M}"
