"""Whose notifications ring, wait, or never come."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, Max, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.ids import TimedModel, moment_of
from notifications.models.bell import Notification


class Treatment(models.TextChoices):
    """What becomes of a notification."""

    ACCEPT = "accept", _("Ring")
    FILTER = "filter", _("Hold back")
    DROP = "drop", _("Drop")


class NotificationPolicy(models.Model):
    """What a person wants of five sorts of senders; without a row, everything rings but what the limited send."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="notification_policy",
        verbose_name=_("person"),
    )
    for_not_following = models.CharField(
        _("People you don't follow"), max_length=6, choices=Treatment, default=Treatment.ACCEPT
    )
    for_not_followers = models.CharField(
        _("People who don't follow you"), max_length=6, choices=Treatment, default=Treatment.ACCEPT
    )
    for_new_accounts = models.CharField(_("New accounts"), max_length=6, choices=Treatment, default=Treatment.ACCEPT)
    for_private_mentions = models.CharField(
        _("Posts addressed to you alone"), max_length=6, choices=Treatment, default=Treatment.ACCEPT
    )
    for_limited_accounts = models.CharField(
        _("People the moderators have limited"), max_length=6, choices=Treatment, default=Treatment.FILTER
    )

    class Meta:
        verbose_name = _("notification policy")
        verbose_name_plural = _("notification policies")

    def __str__(self) -> str:
        return f"{self.user_id}"


class AcceptedSender(TimedModel):
    """Somebody whose notifications always ring: the person said so, whatever their policy holds back."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False, verbose_name=_("person")
    )
    sender = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("sender")
    )

    class Meta:
        verbose_name = _("accepted sender")
        verbose_name_plural = _("accepted senders")
        constraints = [models.UniqueConstraint(fields=["user", "sender"], name="accept_sender_once")]

    def __str__(self) -> str:
        return f"{self.user_id} hears {self.sender_id}"


class NotificationRequestQuerySet(models.QuerySet["NotificationRequest"]):
    """Questions about requests."""

    def visible_to(self, viewer: User) -> Self:
        """The viewer's own requests with something in them that they may see, with ``lines_count``, ``newest`` (the id
        of the newest line) and ``newest_post`` (the id of the newest line's post, if any)."""
        lines = Notification.objects.visible_to(viewer).wanted_by(viewer).held_back().filter(actor=OuterRef("sender"))
        counted = lines.order_by().values("actor")
        return self.filter(Exists(lines), user=viewer).annotate(
            lines_count=Coalesce(Subquery(counted.annotate(n=Count("pk")).values("n")), 0),
            newest=Subquery(counted.annotate(n=Max("pk")).values("n")),
            newest_post=Subquery(lines.exclude(post=None).order_by("-pk").values("post")[:1]),
        )


class NotificationRequest(TimedModel):
    """What one sender's notifications wait in until the person lets them through or throws them away."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False, verbose_name=_("person")
    )
    sender = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("sender")
    )

    objects = NotificationRequestQuerySet.as_manager()

    # Filled by ``visible_to``.
    lines_count: int
    newest: int
    newest_post: int | None

    class Meta:
        verbose_name = _("notification request")
        verbose_name_plural = _("notification requests")
        constraints = [models.UniqueConstraint(fields=["user", "sender"], name="notification_request_once")]
        indexes = [models.Index(fields=["user", "-id"], name="notification_request_by_user")]

    def __str__(self) -> str:
        return f"{self.sender_id} to {self.user_id}"

    @property
    def created(self) -> datetime:
        """When the first line was held back (UTC)."""
        return moment_of(self.pk)

    @property
    def updated(self) -> datetime:
        """When the newest line came (UTC); read after ``visible_to``."""
        return moment_of(self.newest)
