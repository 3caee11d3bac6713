"""Marks on whole threads and on profiles: pinned posts, muted threads, and posts that wait for their time."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.ids import TimedModel
from media.models import Attachment
from posts.models.post import SPOILER_LENGTH, TEXT_LENGTH, Post, QuotePolicy, Visibility

PINS = 5


class Pin(TimedModel):
    """A post its author wants to be read first on their page."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="pins",
        db_index=False,
        verbose_name=_("person"),
    )
    post = models.OneToOneField(Post, on_delete=models.CASCADE, related_name="pin")

    class Meta:
        verbose_name = pgettext_lazy("noun", "pin")
        verbose_name_plural = pgettext_lazy("noun", "pins")
        indexes = [models.Index(fields=["user", "-id"], name="pin_by_user")]

    def __str__(self) -> str:
        return f"{self.user_id} pins {self.post_id}"


class ThreadMute(TimedModel):
    """Somebody does not want to hear of a conversation any more."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="thread_mutes",
        db_index=False,
        verbose_name=_("person"),
    )
    root = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="+", verbose_name=_("top of the thread"))

    class Meta:
        verbose_name = _("muted conversation")
        verbose_name_plural = _("muted conversations")
        constraints = [models.UniqueConstraint(fields=["user", "root"], name="thread_mute_once")]

    def __str__(self) -> str:
        return f"{self.user_id} mutes thread {self.root_id}"


class ScheduledPost(TimedModel):
    """A post that will be published at ``due``; the row is gone once it is. ``problem`` says why it could not be."""

    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="scheduled_posts",
        db_index=False,
        verbose_name=_("author"),
    )
    due = models.DateTimeField(_("publish at"))
    text = models.TextField(_("text"), max_length=TEXT_LENGTH, blank=True)
    spoiler = models.CharField(_("content warning"), max_length=SPOILER_LENGTH, blank=True)
    is_sensitive = models.BooleanField(_("sensitive media"), default=False)
    language = models.CharField(_("language"), max_length=8, blank=True)
    visibility = models.PositiveSmallIntegerField(_("for"), choices=Visibility, default=Visibility.PUBLIC)
    quote_policy = models.PositiveSmallIntegerField(
        _("may be quoted by"), choices=QuotePolicy, default=QuotePolicy.EVERYBODY
    )
    reply_to = models.ForeignKey(
        Post, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("answer to")
    )
    quote_of = models.ForeignKey(
        Post, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("quote of")
    )
    is_answer = models.BooleanField(default=False, editable=False)
    is_quote = models.BooleanField(default=False, editable=False)
    poll: Any = models.JSONField(
        null=True, blank=True, help_text=_("{options, seconds, is_multiple, hides_totals}, or nothing.")
    )
    attachments = models.ManyToManyField(Attachment, through="ScheduledFile", related_name="+")
    problem = models.TextField(blank=True, help_text=_("Why it could not be published."))

    class Meta:
        verbose_name = _("scheduled post")
        verbose_name_plural = _("scheduled posts")
        indexes = [
            models.Index(fields=["author", "due"], name="scheduled_by_author"),
            models.Index(fields=["due"], condition=models.Q(problem=""), name="scheduled_due"),
        ]

    def __str__(self) -> str:
        return f"{self.author_id} at {self.due:%Y-%m-%d %H:%M}"


class ScheduledFile(models.Model):
    """A file's place in a post to come; it keeps the file from being swept away or used elsewhere."""

    scheduled = models.ForeignKey(ScheduledPost, on_delete=models.CASCADE, related_name="files")
    attachment = models.OneToOneField(
        Attachment, on_delete=models.CASCADE, related_name="scheduled_place", verbose_name=_("file")
    )
    position = models.PositiveSmallIntegerField(_("position"))

    class Meta:
        verbose_name = _("file of a scheduled post")
        verbose_name_plural = _("files of scheduled posts")
        ordering = ["scheduled", "position"]

    def __str__(self) -> str:
        return f"{self.scheduled_id}[{self.position}]"
