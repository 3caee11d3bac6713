"""Files people bring: one row for each, whatever its kind. This room knows nothing of posts."""

import secrets
from datetime import datetime
from pathlib import PurePath

from django.conf import settings
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.ids import TimedModel, moment_of
from media.uploads.models import Quota, StorageRules, Upload
from media.video.models import Caption, Conversion

__all__ = [
    "Attachment", "Caption", "Conversion", "Kind", "Purpose", "Quota", "State", "StorageRules", "Sweep", "Upload",
    "new_key",
]  # fmt: skip


class Kind(models.TextChoices):
    """What a file is, told by its content and never by its name."""

    IMAGE = "image", _("Picture")
    VIDEO = "video", _("Video")
    AUDIO = "audio", _("Sound")


class State(models.TextChoices):
    """How far the work on a file has come."""

    WAITING = "waiting", _("Waiting")
    WORKING = "working", _("In progress")
    READY = "ready", _("Ready")
    FAILED = "failed", _("Failed")


class Purpose(models.TextChoices):
    """What a file was brought for; a face and a header are pictures cut to their place."""

    POST = "post", _("For a post")
    AVATAR = "avatar", _("As a face")
    HEADER = "header", _("As a header")


def new_key() -> str:
    """Return the unguessable folder name of a file (128 bits)."""
    return secrets.token_hex(16)


class Attachment(TimedModel):
    """One uploaded file with what was measured about it and what was made of it.

    ``variants`` maps a variant's name (``original``; of pictures ``w320`` (WebP) and ``a320`` (AVIF) and other widths,
    ``j1280`` (JPEG); of films ``frame1`` and so on, of which one is the ``poster``, ``film`` (MP4 for whoever knows no
    playlists), ``hls`` with the qualities ``v240`` and their playlists ``l240``, ``board`` with its ``sheet``, and,
    while the first quality is being made, its beginning ``begun`` with a playlist ``opening`` that grows; ``avatar``,
    ``header``; of sounds ``aac``, ``opus``, ``cover``, ``peaks``) to ``{"file": stored name, "type": MIME type,
    "width": px, "height": px, "bytes": n}``. It is empty until the file is ready: what was uploaded is never shown,
    only what was made of it. A variant that was evicted to make room keeps its
    entry, with ``"gone": true``: it is made again of the original when somebody asks for it.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="attachments", verbose_name=_("brought by")
    )
    key = models.CharField(max_length=32, unique=True, default=new_key, editable=False)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    purpose = models.CharField(max_length=6, choices=Purpose, default=Purpose.POST)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING)
    error = models.CharField(
        _("problem"), max_length=200, blank=True, help_text=_("In English; ``problem`` says it to a reader.")
    )
    raw = models.CharField(max_length=80, blank=True, help_text=_("What was uploaded, until the work is done."))
    percent = models.PositiveSmallIntegerField(default=0, help_text=_("How much of the work is done."))
    tries = models.PositiveSmallIntegerField(default=0, help_text=_("How often the work was begun."))
    due = models.DateTimeField(
        null=True, blank=True, help_text=_("When the work is to be begun again unless there is a sign of life.")
    )
    name = models.CharField(max_length=255, blank=True, help_text=_("The file's name as its owner had it."))
    content_type = models.CharField(_("content type"), max_length=64)
    size = models.BigIntegerField(default=0)
    weight = models.BigIntegerField(default=0, help_text=_("Bytes of all that is stored of it."))
    spare = models.BigIntegerField(default=0, help_text=_("Bytes of that which could be made again."))
    description = models.CharField(
        _("description"), max_length=1500, blank=True, help_text=_("What there is to see or hear.")
    )
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    duration = models.FloatField(null=True, help_text=_("Seconds."))
    is_loop = models.BooleanField(default=False, help_text=_("A short film without sound that plays by itself."))
    blurhash = models.CharField(max_length=64, blank=True)
    color = models.CharField(max_length=7, blank=True, help_text=_("Mean colour, as #rrggbb."))
    wave = models.JSONField(default=list, blank=True, help_text=_("64 loudness values from 0 to 100, for sounds."))
    chapters = models.JSONField(
        default=list, blank=True, help_text=_('Of a sound, in order: ``{"start": seconds, "title": text}``.')
    )
    focus_x = models.FloatField(default=0)
    focus_y = models.FloatField(default=0)
    captions_in = models.JSONField(
        default=list, blank=True, help_text=_("The languages there are captions in, as ``Caption`` has them.")
    )
    variants = models.JSONField(default=dict, blank=True)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        indexes = [
            models.Index(fields=["due"], condition=models.Q(due__isnull=False), name="attachment_due"),
            models.Index(fields=["kind", "id"], condition=models.Q(spare__gt=0), name="attachment_spare"),
            models.Index(fields=["owner", "kind"], name="attachment_owner_kind"),
        ]

    def __str__(self) -> str:
        return self.name or f"{self.kind} {self.pk}"

    @property
    def folder(self) -> str:
        """Where all of it is stored."""
        return f"{self.key[:2]}/{self.key}"

    @property
    def playlist(self) -> str:
        """Its address as an adaptive film, or as what there is of one so far; empty where there is neither."""
        for name in ("hls", "opening"):
            if name in self.variants and not self.variants[name].get("gone"):
                return f"{self.url(name)}.m3u8"
        return ""

    @property
    def is_growing(self) -> bool:
        """Whether only the beginning can be watched adaptively, and more of it from moment to moment."""
        return "opening" in self.variants

    @property
    def problem(self) -> str:
        """Why it could not be taken, in the reader's language."""
        return gettext(self.error) if self.error else ""

    def url(self, variant: str = "original") -> str:
        """Return the address of a variant, or of the nearest one where that was not made."""
        return f"/media/{self.key}/{self._nearest(variant)}"

    def _nearest(self, variant: str) -> str:
        if variant == "poster":  # it is one of the frames; under that frame's name, so that another one is seen at once
            chosen = PurePath(self.variants.get("poster", {}).get("file", "")).stem
            return chosen if chosen in self.variants else "poster" if "poster" in self.variants else "original"
        if variant in {"film", "original"} and variant not in self.variants:  # of a film that is still being made
            return "draft" if "draft" in self.variants else "original"
        if variant in self.variants or not variant.startswith("w"):
            return variant if variant in self.variants else "original"
        widths = sorted(int(name[1:]) for name in self.variants if name.startswith("w"))
        if not widths:
            return "original"
        return f"w{next((width for width in widths if width >= int(variant[1:])), widths[-1])}"


class Sweep(TimedModel):
    """One look through all that is stored; its id says when."""

    files = models.PositiveIntegerField(_("files looked at"), default=0)
    orphans = models.PositiveIntegerField(_("orphans"), default=0, help_text=_("Stored files that belonged to no row."))
    unused = models.PositiveIntegerField(_("unused uploads"), default=0)
    freed = models.BigIntegerField(_("freed bytes"), default=0)

    class Meta:
        verbose_name = _("look through the storage")
        verbose_name_plural = _("storage")

    def __str__(self) -> str:
        return f"{self.files} · {self.orphans}"

    @property
    def when(self) -> datetime:
        """When it ended."""
        return moment_of(self.pk)
