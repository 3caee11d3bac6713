"""Posts for people mentioned, gathered by who takes part."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.ids import TimedModel
from posts.models.post import Post


class Conversation(TimedModel):
    """The same people talking among themselves. ``key`` is made of their ids, so each set of people has one."""

    key = models.CharField(max_length=64, unique=True, editable=False)

    class Meta:
        verbose_name = _("conversation")
        verbose_name_plural = _("conversations")

    def __str__(self) -> str:
        return f"{self.pk}"


class Participation(TimedModel):
    """One person's side of a conversation. Put away, it comes back with the next post."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="sides")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="conversations",
        db_index=False,
        verbose_name=_("person"),
    )
    last_post = models.ForeignKey(Post, on_delete=models.SET_NULL, null=True, related_name="+")
    is_unread = models.BooleanField(_("unread"), default=False)
    is_put_away = models.BooleanField(_("put away"), default=False)

    # Filled by ``posts.conversations``: who else takes part, and the last post that may be seen.
    others: list[User]
    card: Post | None

    class Meta:
        verbose_name = _("side of a conversation")
        verbose_name_plural = _("sides of conversations")
        constraints = [models.UniqueConstraint(fields=["conversation", "user"], name="takes_part_once")]
        indexes = [
            models.Index(fields=["user", "-last_post"], name="conversations_of_user"),
            models.Index(fields=["user"], condition=models.Q(is_unread=True), name="unread_conversations"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.conversation_id}"


class Message(models.Model):
    """Which conversation a post for people mentioned belongs to."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="messages", db_index=False)
    post = models.OneToOneField(Post, on_delete=models.CASCADE, related_name="message")

    class Meta:
        verbose_name = _("post of a conversation")
        verbose_name_plural = _("posts of conversations")
        indexes = [models.Index(fields=["conversation", "-post"], name="message_of_conversation")]

    def __str__(self) -> str:
        return f"{self.post_id} in {self.conversation_id}"
