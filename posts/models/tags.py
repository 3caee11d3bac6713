"""What people do with tags: follow them, show them on their page; and how much each was used on which day."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.ids import TimedModel
from posts.models.words import Hashtag

FOLLOWED_TAGS = 100
FEATURED_TAGS = 10


class TagFollow(TimedModel):
    """Somebody wants public posts that carry a tag in their home timeline."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="tag_follows",
        db_index=False,
        verbose_name=_("person"),
    )
    tag = models.ForeignKey(Hashtag, on_delete=models.CASCADE, related_name="+", verbose_name=_("tag"))

    class Meta:
        verbose_name = _("followed tag")
        verbose_name_plural = _("followed tags")
        constraints = [models.UniqueConstraint(fields=["user", "tag"], name="tag_follow_once")]
        indexes = [models.Index(fields=["user", "-id"], name="tag_follow_by_user")]

    def __str__(self) -> str:
        return f"{self.user_id} follows #{self.tag_id}"


class FeaturedTag(TimedModel):
    """Somebody shows on their page what they often write about."""

    # Filled by ``posts.tags.featured_tags``: public posts of that person with the tag, and the day of the last.
    posts_count: int
    last_post_at: date | None

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="featured_tags",
        db_index=False,
        verbose_name=_("person"),
    )
    tag = models.ForeignKey(Hashtag, on_delete=models.CASCADE, related_name="+", verbose_name=_("tag"))

    class Meta:
        verbose_name = _("featured tag")
        verbose_name_plural = _("featured tags")
        constraints = [models.UniqueConstraint(fields=["user", "tag"], name="featured_tag_once")]

    def __str__(self) -> str:
        return f"{self.user_id} features #{self.tag_id}"


class TagDay(models.Model):
    """How much a tag was used in public on one day (UTC): in how many posts, by how many people."""

    tag = models.ForeignKey(
        Hashtag, on_delete=models.CASCADE, related_name="days", db_index=False, verbose_name=_("tag")
    )
    day = models.DateField(_("day"))
    uses = models.PositiveIntegerField(_("posts"), default=0)
    people = models.PositiveIntegerField(_("people"), default=0)

    class Meta:
        verbose_name = _("day of a tag")
        verbose_name_plural = _("days of tags")
        constraints = [models.UniqueConstraint(fields=["tag", "day"], name="tag_day_once")]
        indexes = [models.Index(fields=["day", "-people"], name="tag_day_most_used")]

    def __str__(self) -> str:
        return f"#{self.tag_id} on {self.day}"
