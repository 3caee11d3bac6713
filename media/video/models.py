"""Rows about films: the work that is still to be done on one, and what is said in it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.ids import TimedModel


class Conversion(models.Model):
    """The work on the qualities of one film. The row is there as long as something is left to do.

    Who works holds a lease until ``due`` and is told from others by ``begun``; before that ``due`` says when it is put
    into the queue once more. ``failures`` are those of the work, not of workers that vanished. A row with an ``error``
    is parked.
    """

    KEEPS_FILES = False  # the sweep need not spare a file because of this row

    attachment = models.OneToOneField(
        "media.Attachment", on_delete=models.CASCADE, primary_key=True, related_name="conversion",
        verbose_name=_("file"),
    )  # fmt: skip
    due = models.DateTimeField(
        _("due"), null=True, help_text=_("When the work may be begun unless there is a sign of life.")
    )
    is_leased = models.BooleanField(_("in progress"), default=False)
    begun = models.PositiveSmallIntegerField(_("begun"), default=0, help_text=_("How often the work was begun."))
    failures = models.PositiveSmallIntegerField(_("failures"), default=0)
    error = models.CharField(_("problem"), max_length=200, blank=True)
    percent = models.PositiveSmallIntegerField(_("percent"), default=0)

    class Meta:
        verbose_name = _("film to convert")
        verbose_name_plural = _("films to convert")
        indexes = [models.Index(fields=["due"], condition=models.Q(due__isnull=False), name="conversion_due")]

    def __str__(self) -> str:
        return f"{self.attachment_id} · {self.percent} %"

    @property
    def problem(self) -> str:
        """Why it was given up, in the reader's language."""
        return gettext(self.error) if self.error else ""


class Caption(TimedModel):
    """What is said in a film or a recording, in one language: clean WebVTT, as it is sent."""

    KEEPS_FILES = False  # as above

    attachment = models.ForeignKey(
        "media.Attachment", on_delete=models.CASCADE, related_name="captions", verbose_name=_("file")
    )
    language = models.CharField(_("language"), max_length=12)
    text = models.TextField(_("text"))
    changed = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("captions")
        verbose_name_plural = _("captions")
        constraints = [models.UniqueConstraint(fields=["attachment", "language"], name="captions_once_a_language")]

    def __str__(self) -> str:
        return f"{self.attachment_id} · {self.language}"
