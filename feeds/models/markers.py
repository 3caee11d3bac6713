"""How far somebody has read."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.ids import TimedModel


class Marker(TimedModel):
    """The last entry of a timeline that somebody has read, on whatever device; ``version`` counts its changes."""

    class Timeline(models.TextChoices):
        HOME = "home", _("Home")
        NOTIFICATIONS = "notifications", _("Notifications")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="markers",
        db_index=False,
        verbose_name=_("person"),
    )
    timeline = models.CharField(_("timeline"), max_length=13, choices=Timeline)
    last_read_id = models.BigIntegerField(_("last read"))
    version = models.PositiveIntegerField(_("version"), default=1)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("reading mark")
        verbose_name_plural = _("reading marks")
        constraints = [models.UniqueConstraint(fields=["user", "timeline"], name="marker_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.timeline}"
