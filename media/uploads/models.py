"""Rows about files on their way, and about how much may be kept."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.ids import TimedModel


class Upload(TimedModel):
    """A file that comes in parts. How much of it is here is asked of the storage, never kept twice.

    ``final`` names the upload that this part became a piece of; ``attachment`` the file that came of a complete one.
    """

    KEEPS_FILES = False  # the sweep need not spare a file because of this row

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="uploads", verbose_name=_("brought by")
    )
    key = models.CharField(max_length=32, unique=True, editable=False)
    length = models.BigIntegerField(_("size"), help_text=_("In bytes, as declared when it began."))
    name = models.CharField(_("name"), max_length=255, blank=True)
    is_partial = models.BooleanField(default=False, help_text=_("One of several that come side by side."))
    final = models.ForeignKey("self", on_delete=models.CASCADE, null=True, blank=True, related_name="parts")
    attachment = models.ForeignKey(
        "media.Attachment", on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("file")
    )
    writer = models.CharField(max_length=32, blank=True, help_text=_("Who writes now; an older writer finds out."))
    expires = models.DateTimeField(_("expires"))

    class Meta:
        verbose_name = _("upload")
        verbose_name_plural = _("uploads")
        indexes = [models.Index(fields=["expires"], name="upload_expires")]
        constraints = [models.CheckConstraint(condition=models.Q(length__gt=0), name="upload_has_length")]

    def __str__(self) -> str:
        return self.name or self.key

    @property
    def is_done(self) -> bool:
        """Whether its bytes have gone on to where they belong."""
        return self.final_id is not None or self.attachment_id is not None


class StorageRules(models.Model):
    """How much may be kept, where the owner of the site says other than the configuration; there is one row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    person_mb = models.PositiveBigIntegerField(
        _("for each person (MB)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Empty: as the configuration says (QUOTA_PERSON_MB)."),
    )
    site_mb = models.PositiveBigIntegerField(
        _("for the whole site (MB)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Empty: as the configuration says (QUOTA_SITE_MB)."),
    )

    class Meta:
        verbose_name = _("room for files")
        verbose_name_plural = _("room for files")
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="storage_rules_are_one")]

    def __str__(self) -> str:
        return str(self._meta.verbose_name)


class Quota(models.Model):
    """More, or less, room for one person than everybody has."""

    owner = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="quota", verbose_name=_("person")
    )
    megabytes = models.PositiveBigIntegerField(
        _("megabytes"), null=True, blank=True, help_text=_("Empty: as much as the site has.")
    )
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("room for one person")
        verbose_name_plural = _("room for single people")

    def __str__(self) -> str:
        return f"{self.owner}: {self.megabytes if self.megabytes is not None else '∞'} MB"
