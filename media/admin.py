"""Files in the admin."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from core.admin import FactAdmin, HouseAdmin, SecretFactAdmin, WhenFilter
from media.admin_storage import StorageAdmin
from media.models import Attachment, Quota, StorageRules, Upload
from media.video.admin import CaptionAdmin, ConversionAdmin

__all__ = [
    "AttachmentAdmin", "CaptionAdmin", "ConversionAdmin", "QuotaAdmin", "StorageAdmin", "StorageRulesAdmin",
    "UploadAdmin",
]  # fmt: skip


@admin.register(Attachment)
class AttachmentAdmin(FactAdmin):
    """Files and how far the work on them has come."""

    list_display = ["kind", "state", "owner", "shape", "megabytes", "error", "when"]
    list_display_links = ["kind"]
    list_filter = ["state", "kind", WhenFilter]
    list_select_related = ["owner"]
    search_fields = ["=id", "owner__username", "=key"]
    fields = ["kind", "state", "error", "owner", "content_type", "shape", "megabytes", "description", "made", "when"]

    @admin.display(description=_("size"))
    def shape(self, file: Attachment) -> str:
        """Pixels or seconds."""
        pixels = f"{file.width} × {file.height}" if file.width else ""
        seconds = f"{file.duration:.0f} s" if file.duration else ""
        return " · ".join(filter(None, [pixels, seconds])) or "–"

    @admin.display(description=_("MB"), ordering="size")
    def megabytes(self, file: Attachment) -> str:
        """The size of the original."""
        return number_format(file.size / 1_000_000, 1)

    @admin.display(description=_("made of it"))
    def made(self, file: Attachment) -> SafeString:
        """The names of its variants."""
        return format_html("{}", ", ".join(sorted(file.variants)) or "–")


@admin.register(Upload)
class UploadAdmin(SecretFactAdmin):
    """Files on their way."""

    list_display = ["name", "owner", "megabytes", "is_partial", "expires", "when"]
    list_select_related = ["owner"]
    list_filter = ["is_partial", WhenFilter]
    search_fields = ["=id", "owner__username", "name"]
    fields = ["name", "owner", "megabytes", "is_partial", "attachment", "expires", "when"]

    @admin.display(description=_("MB"), ordering="length")
    def megabytes(self, upload: Upload) -> str:
        """The size that was announced."""
        return number_format(upload.length / 1_000_000, 1)


@admin.register(StorageRules)
class StorageRulesAdmin(HouseAdmin):
    """How much may be kept; there is one row, made by the first upload or here."""

    list_display = ["__str__", "person_mb", "site_mb"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Only as long as there is none."""
        return super().has_add_permission(request) and not StorageRules.objects.exists()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Empty fields say the same as no row."""
        return False


@admin.register(Quota)
class QuotaAdmin(HouseAdmin):
    """More, or less, room for single people."""

    list_display = ["owner", "megabytes", "note"]
    list_display_links = ["owner"]
    list_select_related = ["owner"]
    search_fields = ["owner__username", "note"]
    autocomplete_fields = ["owner"]
