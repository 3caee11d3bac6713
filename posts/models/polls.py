"""A question with answers to choose from, and who chose which."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.ids import TimedModel

OPTIONS = (2, 10)  # at least, at most
OPTION_LENGTH = 100
LASTS = (timedelta(minutes=5), timedelta(days=31))


class PollQuerySet(models.QuerySet["Poll"]):
    """Questions about polls."""

    def for_display(self, viewer: User | None) -> Self:
        """The same polls with their options and what ``viewer`` chose (``own``); two queries, however many."""
        if viewer is None:
            chosen: Any = models.Value(None, output_field=models.JSONField())
        else:
            ballots = Ballot.objects.filter(poll=models.OuterRef("pk"), user=viewer)
            chosen = models.Subquery(ballots.values("choices")[:1])
        return self.annotate(own=chosen).prefetch_related("options")


class Poll(TimedModel):
    """The poll of a post. ``closed_at`` is set once its end has been told."""

    post = models.OneToOneField("posts.Post", on_delete=models.CASCADE, related_name="poll")
    ends_at = models.DateTimeField(_("ends"))
    is_multiple = models.BooleanField(_("several answers may be chosen"), default=False)
    hides_totals = models.BooleanField(_("counts are shown at the end"), default=False)
    voters_count = models.PositiveIntegerField(_("voters"), default=0, editable=False)
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = PollQuerySet.as_manager()

    # Filled by ``for_display``: the positions the viewer chose, ``None`` without a vote.
    own: list[int] | None

    class Meta:
        verbose_name = _("poll")
        verbose_name_plural = _("polls")
        indexes = [models.Index(fields=["ends_at"], condition=models.Q(closed_at=None), name="poll_to_close")]

    def __str__(self) -> str:
        return f"poll of {self.post_id}"

    @property
    def is_over(self) -> bool:
        """Whether its time is up."""
        return self.ends_at <= timezone.now()

    @property
    def shows_totals(self) -> bool:
        """Whether anybody may see how often each answer was chosen."""
        return self.is_over or not self.hides_totals

    @property
    def votes_count(self) -> int:
        """How many answers were chosen, by all voters together; read after ``for_display``."""
        return sum(option.votes_count for option in self.options.all())


class PollOption(models.Model):
    """One of the answers."""

    poll = models.ForeignKey(Poll, on_delete=models.CASCADE, related_name="options", db_index=False)
    position = models.PositiveSmallIntegerField(_("position"))
    title = models.CharField(_("answer"), max_length=OPTION_LENGTH)
    votes_count = models.PositiveIntegerField(_("votes"), default=0, editable=False)

    class Meta:
        verbose_name = _("answer of a poll")
        verbose_name_plural = _("answers of polls")
        ordering = ["poll", "position"]
        constraints = [models.UniqueConstraint(fields=["poll", "position"], name="poll_option_once")]

    def __str__(self) -> str:
        return f"{self.poll_id}[{self.position}]"


class Ballot(TimedModel):
    """What one person chose in a poll: one row for each voter, so the database itself lets nobody vote twice."""

    poll = models.ForeignKey(Poll, on_delete=models.CASCADE, related_name="ballots", db_index=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="ballots", verbose_name=_("person")
    )
    choices: Any = models.JSONField(_("chosen"), default=list, help_text=_("Positions of the answers."))

    class Meta:
        verbose_name = _("ballot")
        verbose_name_plural = _("ballots")
        constraints = [models.UniqueConstraint(fields=["poll", "user"], name="vote_once")]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.poll_id}"
