"""What a reader leaves on a post."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.ids import TimedModel


class Like(TimedModel):
    """Somebody likes a post."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="likes",
        db_index=False,
        verbose_name=_("person"),
    )
    post = models.ForeignKey("posts.Post", on_delete=models.CASCADE, related_name="likes", db_index=False)

    class Meta:
        verbose_name = pgettext_lazy("noun", "like")
        verbose_name_plural = pgettext_lazy("noun", "likes")
        constraints = [models.UniqueConstraint(fields=["post", "user"], name="like_once")]
        indexes = [models.Index(fields=["user", "-id"], name="like_by_user")]

    def __str__(self) -> str:
        return f"{self.user_id} likes {self.post_id}"


class Bookmark(TimedModel):
    """Somebody keeps a post for later; nobody else sees it."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="bookmarks",
        db_index=False,
        verbose_name=_("person"),
    )
    post = models.ForeignKey("posts.Post", on_delete=models.CASCADE, related_name="bookmarks", db_index=False)

    class Meta:
        verbose_name = pgettext_lazy("noun", "bookmark")
        verbose_name_plural = pgettext_lazy("noun", "bookmarks")
        constraints = [models.UniqueConstraint(fields=["post", "user"], name="bookmark_once")]
        indexes = [models.Index(fields=["user", "-id"], name="bookmark_by_user")]

    def __str__(self) -> str:
        return f"{self.user_id} keeps {self.post_id}"
