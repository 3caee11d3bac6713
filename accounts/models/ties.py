"""How two people are tied: one follows, asks to follow, blocks or mutes the other."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models.fields import LanguagesField
from core.ids import TimedModel

NOTE_LENGTH = 2000


class FollowOptions(models.Model):
    """How somebody wants to follow a person; a request keeps it until it is answered."""

    shows_shares = models.BooleanField(_("shows what they share"), default=True)
    notifies = models.BooleanField(_("tells of every post"), default=False)
    languages = LanguagesField(
        _("languages"), default=list, blank=True, help_text=_("Only posts written in these; none means all.")
    )

    class Meta:
        abstract = True


class Follow(FollowOptions, TimedModel):
    """A weak tie. Two people who follow each other are friends: a strong tie."""

    follower = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False, verbose_name=_("follower")
    )
    followee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="+",
        db_index=False,
        verbose_name=_("person followed"),
    )

    class Meta:
        verbose_name = pgettext_lazy("noun", "follow")
        verbose_name_plural = pgettext_lazy("noun", "follows")
        constraints = [
            models.UniqueConstraint(fields=["follower", "followee"], name="follow_once"),
            models.CheckConstraint(condition=~Q(follower=F("followee")), name="follow_somebody_else"),
        ]
        indexes = [
            models.Index(fields=["followee", "-id"], name="follow_followers"),
            models.Index(fields=["follower", "-id"], name="follow_following"),
            models.Index(fields=["followee"], condition=Q(notifies=True), name="follow_notifying"),
        ]

    def __str__(self) -> str:
        return f"{self.follower_id} follows {self.followee_id}"


class FollowRequest(FollowOptions, TimedModel):
    """Somebody asks to follow a person who decides on followers."""

    follower = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False, verbose_name=_("who asks")
    )
    followee = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("who is asked")
    )

    class Meta:
        verbose_name = _("follow request")
        verbose_name_plural = _("follow requests")
        constraints = [models.UniqueConstraint(fields=["follower", "followee"], name="follow_request_once")]

    def __str__(self) -> str:
        return f"{self.follower_id} asks {self.followee_id}"


class Block(TimedModel):
    """Neither of the two sees the other any more."""

    blocker = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="+",
        db_index=False,
        verbose_name=_("who blocks"),
    )
    blocked = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("who is blocked")
    )

    class Meta:
        verbose_name = pgettext_lazy("noun", "block")
        verbose_name_plural = pgettext_lazy("noun", "blocks")
        constraints = [
            models.UniqueConstraint(fields=["blocker", "blocked"], name="block_once"),
            models.CheckConstraint(condition=~Q(blocker=F("blocked")), name="block_somebody_else"),
        ]

    def __str__(self) -> str:
        return f"{self.blocker_id} blocks {self.blocked_id}"


class MuteQuerySet(models.QuerySet["Mute"]):
    """Questions about mutes."""

    def in_force(self) -> Self:
        """Mutes without an end, or whose end is still to come."""
        return self.filter(Q(until=None) | Q(until__gt=Now()))


class Mute(TimedModel):
    """One person does not want to read another in timelines, for a while or for good. The other never learns of it."""

    muter = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="+",
        db_index=False,
        verbose_name=_("who mutes"),
    )
    muted = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=_("who is muted"),
    )
    until = models.DateTimeField(_("until"), null=True, blank=True)
    with_notifications = models.BooleanField(_("notifications too"), default=True)

    objects = MuteQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("noun", "mute")
        verbose_name_plural = pgettext_lazy("noun", "mutes")
        constraints = [
            models.UniqueConstraint(fields=["muter", "muted"], name="mute_once"),
            models.CheckConstraint(condition=~Q(muter=F("muted")), name="mute_somebody_else"),
        ]

    def __str__(self) -> str:
        return f"{self.muter_id} mutes {self.muted_id}"


class PersonNote(TimedModel):
    """What somebody writes down about another person; nobody else ever reads it."""

    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False, verbose_name=_("author")
    )
    about = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("about whom")
    )
    text = models.TextField(_("note"), max_length=NOTE_LENGTH)

    class Meta:
        verbose_name = _("private note")
        verbose_name_plural = _("private notes")
        constraints = [models.UniqueConstraint(fields=["author", "about"], name="person_note_once")]

    def __str__(self) -> str:
        return f"{self.author_id} on {self.about_id}"


class Endorsement(TimedModel):
    """Somebody shows a person they follow on their own page."""

    endorser = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="+",
        db_index=False,
        verbose_name=_("who recommends"),
    )
    endorsed = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("who is recommended")
    )

    class Meta:
        verbose_name = _("recommendation")
        verbose_name_plural = _("recommendations")
        constraints = [
            models.UniqueConstraint(fields=["endorser", "endorsed"], name="endorse_once"),
            models.CheckConstraint(condition=~Q(endorser=F("endorsed")), name="endorse_somebody_else"),
        ]
        indexes = [models.Index(fields=["endorser", "-id"], name="endorsement_by_person")]

    def __str__(self) -> str:
        return f"{self.endorser_id} recommends {self.endorsed_id}"


class DismissedSuggestion(TimedModel):
    """Somebody does not want a person suggested to them again."""

    viewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False, verbose_name=_("viewer")
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("person suggested")
    )

    class Meta:
        verbose_name = _("dismissed suggestion")
        verbose_name_plural = _("dismissed suggestions")
        constraints = [models.UniqueConstraint(fields=["viewer", "person"], name="dismiss_suggestion_once")]

    def __str__(self) -> str:
        return f"{self.viewer_id} dismisses {self.person_id}"
