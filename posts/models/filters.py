"""What a reader does not want to meet, or only behind a word of warning."""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.ids import TimedModel
from posts.models.post import Post

TITLE_LENGTH = 100
KEYWORD_LENGTH = 100


class Context(models.TextChoices):
    """Where a filter applies."""

    HOME = "home", _("Home and lists")
    NOTIFICATIONS = "notifications", _("Notifications")
    PUBLIC = "public", _("Public timelines")
    THREAD = "thread", _("Conversations")
    ACCOUNT = "account", _("Profiles")


class FilterAction(models.TextChoices):
    """What becomes of a post that a filter catches."""

    WARN = "warn", _("Fold it, with the filter's name")
    HIDE = "hide", _("Leave it out")
    BLUR = "blur", _("Cover its media")


class FilterQuerySet(models.QuerySet["Filter"]):
    """Questions about filters."""

    def in_force(self) -> Self:
        """Filters without an end, or whose end is still to come."""
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=Now()))


class Filter(TimedModel):
    """Words and posts that one person filters under one title."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="filters",
        db_index=False,
        verbose_name=_("person"),
    )
    title = models.CharField(_("name"), max_length=TITLE_LENGTH)
    contexts: Any = models.JSONField(_("where"), default=list)
    action = models.CharField(_("what happens"), max_length=4, choices=FilterAction, default=FilterAction.WARN)
    expires_at = models.DateTimeField(_("until"), null=True, blank=True)

    objects = FilterQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("noun", "filter")
        verbose_name_plural = pgettext_lazy("noun", "filters")
        indexes = [models.Index(fields=["owner", "id"], name="filter_by_owner")]

    def __str__(self) -> str:
        return f"{self.pk}"  # its name stays out of logs and pages


class FilterKeyword(TimedModel):
    """A word or phrase that a filter looks for."""

    filter = models.ForeignKey(Filter, on_delete=models.CASCADE, related_name="keywords")
    keyword = models.CharField(_("word or phrase"), max_length=KEYWORD_LENGTH)
    whole_word = models.BooleanField(_("whole words only"), default=True)

    class Meta:
        verbose_name = _("word of a filter")
        verbose_name_plural = _("words of filters")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.pk}"


class FilteredPost(TimedModel):
    """A single post that a filter catches."""

    filter = models.ForeignKey(Filter, on_delete=models.CASCADE, related_name="posts")
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("filtered post")
        verbose_name_plural = _("filtered posts")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["filter", "post"], name="filtered_post_once")]

    def __str__(self) -> str:
        return f"{self.filter_id}: {self.post_id}"


class FilterVersion(models.Model):
    """A number that changes with every change to somebody's filters: what was compiled before is then stale."""

    owner = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="filter_version"
    )
    value = models.BigIntegerField(_("number"))

    class Meta:
        verbose_name = _("state of filters")
        verbose_name_plural = _("states of filters")

    def __str__(self) -> str:
        return f"{self.owner_id}: {self.value}"
