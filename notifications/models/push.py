"""Devices that are rung while nobody looks at the site (RFC 8030)."""

from __future__ import annotations

from typing import Any, Self

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

ENDPOINT_LENGTH = 2048


class PushKey(models.Model):
    """The key pair by which push services know this site (RFC 8292); one row, made when it is first needed."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    private = models.CharField(max_length=64, editable=False, help_text=_("P-256, base64url, as browsers write keys."))
    public = models.CharField(max_length=100, editable=False)

    class Meta:
        verbose_name = _("push key")
        verbose_name_plural = _("push keys")
        constraints = [models.CheckConstraint(condition=Q(id=1), name="push_key_is_one")]

    def __str__(self) -> str:
        return self.public


class PushSubscriptionQuerySet(models.QuerySet["PushSubscription"]):
    """Questions about subscriptions."""

    def alive(self) -> Self:
        """Those whose person may act, and has not signed out since, there or everywhere (S19).

        A browser's ends with its session, and with every new password. An app's lasts as long as its token, which a
        new password does not end; whoever takes the token back takes this back as well.
        """
        sessions = Session.objects.filter(session_key=OuterRef("session__session_key"), expire_date__gt=Now())
        in_browser = Q(Exists(sessions), auth_epoch=F("user__auth_epoch"))
        return self.filter(Q(session=None) | in_browser, user__is_active=True)


class PushSubscription(models.Model):
    """One device of one person. It belongs to a session of a browser or to the token of an app, and ends with it."""

    class Policy(models.TextChoices):
        ALL = "all", _("Everybody")
        FOLLOWED = "followed", _("People you follow")
        FOLLOWER = "follower", _("People who follow you")
        NONE = "none", _("Nobody")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="push_subscriptions",
        verbose_name=_("person"),
    )
    session = models.OneToOneField(
        UserSession, on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("session")
    )
    token = models.CharField(
        max_length=64,
        null=True,
        blank=True,
        unique=True,
        editable=False,
        help_text=_("The token of an app."),
    )
    auth_epoch = models.PositiveIntegerField(editable=False)
    endpoint = models.CharField(_("address"), max_length=ENDPOINT_LENGTH)
    p256dh = models.CharField(max_length=100, editable=False)
    auth = models.CharField(max_length=32, editable=False)
    is_standard = models.BooleanField(_("standard encryption"), default=False)
    alerts: Any = models.JSONField(_("rings for"), default=list, help_text=_("Kinds of notifications."))
    policy = models.CharField(_("about what these do"), max_length=8, choices=Policy, default=Policy.ALL)
    failures = models.PositiveSmallIntegerField(_("failures in a row"), default=0, editable=False)
    created = models.DateTimeField(_("created"), auto_now_add=True)

    objects = PushSubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("push subscription")
        verbose_name_plural = _("push subscriptions")
        constraints = [
            models.CheckConstraint(
                condition=Q(session=None, token__isnull=False) | Q(session__isnull=False, token=None),
                name="push_of_session_or_token",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} #{self.pk}"
