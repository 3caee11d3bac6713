"""Reports, and the log of what moderators did."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NoReturn, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.ids import TimedModel, moment_of
from core.text import shorten

COMMENT_LENGTH = 1000
REASON_LENGTH = 1000
ANNOUNCEMENT_LENGTH = 2000


class Report(TimedModel):
    """Somebody tells the moderators about a person or a post."""

    class Category(models.TextChoices):
        SPAM = "spam", _("Spam or advertising")
        ABUSE = "abuse", _("Insults or harassment")
        ILLEGAL = "illegal", _("Against the law")
        RULES = "rules", _("Against the house rules")
        OTHER = "other", _("Something else")

    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        RESOLVED = "resolved", _("Resolved")
        DISMISSED = "dismissed", _("Dismissed")

    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("reporter")
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reports", verbose_name=_("reported person")
    )
    post = models.ForeignKey(
        "posts.Post",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="reports",
        verbose_name=_("reported post"),
    )
    more_posts = models.ManyToManyField(
        "posts.Post", blank=True, related_name="more_reports", verbose_name=_("further posts it names")
    )
    rules = models.ManyToManyField(
        "accounts.Rule", blank=True, related_name="reports", verbose_name=_("house rules it names")
    )
    category = models.CharField(_("category"), max_length=8, choices=Category)
    comment = models.TextField(_("comment"), max_length=COMMENT_LENGTH, blank=True)
    excerpt = models.TextField(_("the post as it was reported"), blank=True)
    status = models.CharField(_("status"), max_length=9, choices=Status, default=Status.OPEN, db_index=True)
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        limit_choices_to={"is_staff": True},
        verbose_name=_("in the hands of"),
    )
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("handled by"),
    )
    handled_at = models.DateTimeField(_("handled at"), null=True, blank=True)

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        constraints = [
            models.UniqueConstraint(
                fields=["reporter", "post"], condition=models.Q(status="open"), name="report_post_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_category_display()} ({moment_of(self.pk):%Y-%m-%d %H:%M})"

    @property
    def created(self) -> datetime:
        """When it came in (UTC)."""
        return moment_of(self.pk)

    @property
    def is_open(self) -> bool:
        """Whether nobody has decided yet."""
        return self.status == self.Status.OPEN

    @property
    def post_ids(self) -> list[int]:
        """The ids of all posts it names that are still there; prefetch ``more_posts`` for lists."""
        first = [self.post_id] if self.post_id else []
        return first + [post.pk for post in self.more_posts.all()]


class Action(TimedModel):
    """One act of a moderator, with its reason. Rows are only ever added."""

    class Kind(models.TextChoices):
        WARN = "warn", _("Warned")
        LIMIT = "limit", _("Limited")
        SUSPEND = "suspend", _("Suspended")
        RESTORE = "restore", _("Restored")
        HIDE = "hide", _("Post hidden")
        UNHIDE = "unhide", _("Post shown again")
        SENSITIVE = "sensitive", _("Post marked as sensitive")
        DELETE = "delete", _("Post deleted")
        APPROVE = "approve", _("Sign-up approved")
        REJECT = "reject", _("Sign-up rejected")
        DISMISS = "dismiss", _("Report dismissed")
        REOPEN = "reopen", _("Report opened again")
        APPOINT = "appoint", _("Made a moderator")
        RETIRE = "retire", _("No longer a moderator")
        ERASE = "erase", _("Account on its way out")

    kind = models.CharField(_("what"), max_length=9, choices=Kind, db_index=True)
    moderator = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("moderator")
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="moderation_actions",
        verbose_name=_("person"),
    )
    post = models.ForeignKey(
        "posts.Post", on_delete=models.SET_NULL, null=True, related_name="moderation_actions", verbose_name=_("post")
    )
    report = models.ForeignKey(
        Report, on_delete=models.SET_NULL, null=True, related_name="actions", verbose_name=_("report")
    )
    subject = models.CharField(_("about"), max_length=31, blank=True, help_text=_("The name at that time."))
    reason = models.TextField(_("reason"), max_length=REASON_LENGTH)

    class Meta:
        verbose_name = _("moderation act")
        verbose_name_plural = _("moderation log")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({moment_of(self.pk):%Y-%m-%d %H:%M})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the row; what was written once stays as it is."""
        if not self._state.adding:
            raise TypeError("The log of moderation is only added to.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse."""
        raise TypeError("The log of moderation is only added to.")

    @property
    def created(self) -> datetime:
        """When it was done (UTC)."""
        return moment_of(self.pk)


class AnnouncementQuerySet(models.QuerySet["Announcement"]):
    """Questions about announcements."""

    def current(self) -> Self:
        """What is to be read now, newest first."""
        now = timezone.now()
        return (
            self.filter(is_published=True)
            .filter(models.Q(starts_at=None) | models.Q(starts_at__lte=now))
            .filter(models.Q(ends_at=None) | models.Q(ends_at__gt=now))
            .order_by("-published_at", "-pk")
        )

    def for_reader(self, viewer: User | None) -> Self:
        """The same, each saying whether ``viewer`` has put it away (``is_read``)."""
        read = Exists(AnnouncementRead.objects.filter(announcement=OuterRef("pk"), person=viewer))
        return self.annotate(is_read=read if viewer else models.Value(False))


class Announcement(TimedModel):
    """Something the house says to everybody for a while."""

    text = models.TextField(_("text"), max_length=ANNOUNCEMENT_LENGTH, help_text=_("Markdown, as in posts."))
    html = models.TextField(blank=True, editable=False)
    starts_at = models.DateTimeField(_("begins"), null=True, blank=True)
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    all_day = models.BooleanField(_("dates without hours"), default=False)
    is_published = models.BooleanField(_("published"), default=True)
    published_at = models.DateTimeField(_("published at"), null=True, blank=True, editable=False)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = AnnouncementQuerySet.as_manager()

    # Filled by ``for_reader``.
    is_read: bool

    class Meta:
        verbose_name = _("announcement")
        verbose_name_plural = _("announcements")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(starts_at=None)
                | models.Q(ends_at=None)
                | models.Q(starts_at__lte=models.F("ends_at")),
                name="announcement_begins_before_it_ends",
                violation_error_message=_("It ends before it begins."),
            )
        ]

    def __str__(self) -> str:
        return shorten(" ".join(self.text.split()), 60)


class AnnouncementRead(models.Model):
    """Somebody has read an announcement and put it away."""

    announcement = models.ForeignKey(Announcement, on_delete=models.CASCADE, related_name="+", db_index=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("person")
    )

    class Meta:
        verbose_name = _("announcement put away")
        verbose_name_plural = _("announcements put away")
        constraints = [models.UniqueConstraint(fields=["announcement", "person"], name="read_announcement_once")]

    def __str__(self) -> str:
        return f"{self.person_id} read {self.announcement_id}"
