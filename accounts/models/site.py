"""The community itself: its name, its door, its accent; and invitations to it."""

from __future__ import annotations

import secrets
from typing import Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


def new_code() -> str:
    """Return an unguessable invitation code (128 bits)."""
    return secrets.token_urlsafe(16)


class Site(models.Model):
    """The settings that the owner may change while the site runs; there is one row."""

    class Door(models.TextChoices):
        OPEN = "open", _("Everybody may sign up")
        APPROVAL = "approval", _("Everybody may ask, moderators approve")
        INVITATION = "invitation", _("Only with an invitation")
        CLOSED = "closed", _("Nobody may sign up")

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    name = models.CharField(_("name"), max_length=60, default="Polylog")
    tagline = models.CharField(_("one sentence about it"), max_length=200, blank=True)
    about = models.TextField(_("about"), blank=True, max_length=20_000)
    rules = models.TextField(_("house rules"), blank=True, max_length=20_000)
    door = models.CharField(_("sign-up"), max_length=10, choices=Door, default=Door.OPEN)
    language = models.CharField(_("language"), max_length=8, default="en", choices=settings.LANGUAGES)
    accent_hue = models.PositiveSmallIntegerField(_("accent hue"), default=205, validators=[MaxValueValidator(360)])
    accent_chroma = models.FloatField(
        _("accent strength"), default=0.10, validators=[MinValueValidator(0), MaxValueValidator(0.15)]
    )
    members_may_invite = models.BooleanField(_("members may invite"), default=True)
    changed = models.DateTimeField(_("changed"), auto_now=True, null=True)

    class Meta:
        verbose_name = _("site settings")
        verbose_name_plural = _("site settings")
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="site_is_one")]

    def __str__(self) -> str:
        return self.name


class RuleQuerySet(models.QuerySet["Rule"]):
    """Questions about house rules."""

    def in_force(self) -> Self:
        """The rules people have to keep now, in their order."""
        return self.filter(is_in_force=True)


class Invitation(models.Model):
    """A code that opens the door a number of times."""

    code = models.CharField(max_length=32, unique=True, default=new_code, editable=False)
    inviter = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="invitations", verbose_name=_("invited by")
    )
    note = models.CharField(_("note"), max_length=100, blank=True)
    uses_left = models.PositiveSmallIntegerField(_("uses left"), default=1)
    expires = models.DateTimeField(_("expires"), null=True, blank=True)
    created = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")

    def __str__(self) -> str:
        return self.note or f"#{self.pk}"


class Rule(models.Model):
    """One house rule, by number; one that is no longer in force stays for the reports that name it."""

    text = models.CharField(_("rule"), max_length=300)
    hint = models.CharField(_("explanation"), max_length=1000, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0, help_text=_("Smaller numbers come first."))
    is_in_force = models.BooleanField(_("in force"), default=True)

    objects = RuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("house rule")
        verbose_name_plural = _("house rules")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.text


class ActiveCount(models.Model):
    """How many different people were here on a day, or in a week (which begins on a Monday). It names nobody."""

    class Span(models.TextChoices):
        DAY = "day", _("Day")
        WEEK = "week", _("Week")

    span = models.CharField(_("span"), max_length=4, choices=Span)
    start = models.DateField(_("begins on"))
    people = models.PositiveIntegerField(_("people"), default=0)

    class Meta:
        verbose_name = _("visit count")
        verbose_name_plural = _("visit counts")
        ordering = ["-start"]
        constraints = [models.UniqueConstraint(fields=["span", "start"], name="active_count_once")]

    def __str__(self) -> str:
        return f"{self.span} {self.start}: {self.people}"
