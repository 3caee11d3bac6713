"""What the words of a post point at: people and tags."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.ids import TimedModel


class Hashtag(models.Model):
    """A word people gather under. ``name`` is case-folded; ``shown`` is as it was first written in public."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    shown = models.CharField(_("as shown"), max_length=100)
    hidden_at = models.DateTimeField(_("hidden since"), null=True, blank=True)
    created = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")

    def __str__(self) -> str:
        return f"#{self.shown}"

    def get_absolute_url(self) -> str:
        """Return the address of the tag's timeline."""
        return f"/tags/{self.name}"


class PostTag(models.Model):
    """A post carries a tag; ordered for keyset paging."""

    tag = models.ForeignKey(Hashtag, on_delete=models.CASCADE, related_name="+", db_index=False, verbose_name=_("tag"))
    post = models.ForeignKey("posts.Post", on_delete=models.CASCADE, related_name="post_tags")

    class Meta:
        verbose_name = _("tag of a post")
        verbose_name_plural = _("tags of posts")
        constraints = [models.UniqueConstraint(fields=["tag", "post"], name="post_tag_once")]

    def __str__(self) -> str:
        return f"{self.post_id} #{self.tag_id}"


class Mention(TimedModel):
    """A post addresses a person."""

    post = models.ForeignKey("posts.Post", on_delete=models.CASCADE, related_name="mentions")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="mentions",
        db_index=False,
        verbose_name=_("person"),
    )

    class Meta:
        verbose_name = pgettext_lazy("noun", "mention")
        verbose_name_plural = pgettext_lazy("noun", "mentions")
        constraints = [models.UniqueConstraint(fields=["user", "post"], name="mention_once")]

    def __str__(self) -> str:
        return f"{self.post_id} @{self.user_id}"
