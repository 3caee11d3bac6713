"""Films in the admin: what is still to be made of them, and why it was not."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.admin import FactAdmin, WhenFilter
from core.http import viewer_of
from media.access import access_to
from media.models import Caption, Conversion
from media.video.queue import request_conversion


@admin.register(Conversion)
class ConversionAdmin(FactAdmin):
    """Films whose qualities are being made, wait for it, or were given up."""

    list_display = ["attachment", "percent", "is_leased", "begun", "failures", "error", "due", "when"]
    list_select_related = ["attachment"]
    list_filter = ["is_leased", WhenFilter]
    search_fields = ["=attachment__id", "attachment__owner__username"]
    fields = ["attachment", "percent", "is_leased", "begun", "failures", "error", "due", "when"]
    actions = ["try_again"]

    @admin.action(description=_("Try again"), permissions=["view"])
    def try_again(self, request: HttpRequest, chosen: QuerySet[Conversion]) -> None:
        """Put the films into the queue once more; what somebody is at goes on undisturbed."""
        resting = list(chosen.filter(is_leased=False).select_related("attachment"))
        for conversion in resting:
            request_conversion(conversion.attachment)
        count = len(resting)
        said = ngettext("%(n)s film is tried again.", "%(n)s films are tried again.", count)
        self.message_user(request, said % {"n": count}, messages.SUCCESS)


@admin.register(Caption)
class CaptionAdmin(FactAdmin):
    """What was written to films and sounds; its words to those who may see the file on the site."""

    list_display = ["attachment", "language", "changed", "when"]
    list_select_related = ["attachment"]
    list_filter = [WhenFilter]
    search_fields = ["=attachment__id", "attachment__owner__username"]

    def get_fields(self, request: HttpRequest, obj: Caption | None = None) -> Any:
        """Leave out the words where the file is not for whoever looks."""
        is_seen = obj is not None and bool(access_to(obj.attachment, viewer_of(request)))
        return ["attachment", "language", *(["text"] if is_seen else []), "changed", "when"]
