"""Files in the admin."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.defaultfilters import filesizeformat
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from core.admin import FactAdmin, HouseAdmin, SecretFactAdmin, WhenFilter
from core.http import viewer_of
from media.access import access_to
from media.admin_quota import QuotaAdmin
from media.admin_storage import StorageAdmin
from media.models import Attachment, StorageRules, Upload
from media.video.admin import CaptionAdmin, ConversionAdmin

__all__ = [
    "AttachmentAdmin", "CaptionAdmin", "ConversionAdmin", "QuotaAdmin", "StorageAdmin", "StorageRulesAdmin",
    "UploadAdmin",
]  # fmt: skip


@admin.register(Attachment)
class AttachmentAdmin(FactAdmin):
    """Files and how far the work on them has come; what they show, and say, to those who may see them on the site."""

    list_display = ["kind", "state", "owner", "shape", "takes", "problem", "when"]
    list_display_links = ["kind"]
    list_filter = ["state", "kind", WhenFilter]
    list_select_related = ["owner"]
    search_fields = ["=id", "owner__username", "=key"]
    fields = ["kind", "state", "problem", "owner", "content_type", "shape", "takes", "made", "when"]
    change_form_template = "media/admin_file.html"

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the file to whoever may see it."""
        file = self.get_object(request, object_id)
        is_seen = isinstance(file, Attachment) and bool(access_to(file, viewer_of(request)))
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), "is_seen": is_seen})

    @admin.display(description=_("problem"), ordering="error")
    def problem(self, file: Attachment) -> str:
        """Why it could not be taken, in the reader's language."""
        return file.problem or "–"

    @admin.display(description=_("size"))
    def shape(self, file: Attachment) -> str:
        """Pixels or seconds."""
        pixels = f"{file.width} × {file.height}" if file.width else ""
        seconds = f"{file.duration:.0f} s" if file.duration else ""
        return " · ".join(filter(None, [pixels, seconds])) or "–"

    @admin.display(description=_("takes"), ordering="size")
    def takes(self, file: Attachment) -> str:
        """What the original takes."""
        return filesizeformat(file.size)

    @admin.display(description=_("made of it"))
    def made(self, file: Attachment) -> SafeString:
        """The names of its variants."""
        return format_html("{}", ", ".join(sorted(file.variants)) or "–")


@admin.register(Upload)
class UploadAdmin(SecretFactAdmin):
    """Files on their way."""

    list_display = ["name", "owner", "takes", "is_partial", "expires", "when"]
    list_select_related = ["owner"]
    list_filter = ["is_partial", WhenFilter]
    search_fields = ["=id", "owner__username", "name"]
    fields = ["name", "owner", "takes", "is_partial", "attachment", "expires", "when"]

    @admin.display(description=_("takes"), ordering="length")
    def takes(self, upload: Upload) -> str:
        """The size that was announced."""
        return filesizeformat(upload.length)


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
