"""The numbered log in the admin, for looking only. It stands here because ``events`` is on the floor of ``core``."""

from __future__ import annotations

from django.contrib import admin

from core.admin import SecretFactAdmin
from events.models import Epoch, Event, IdempotencyKey, Stream


@admin.register(Stream)
class StreamAdmin(SecretFactAdmin):
    """Streams and their newest numbers."""

    list_display = ["name", "head"]
    search_fields = ["name"]


@admin.register(Event)
class EventAdmin(SecretFactAdmin):
    """What happened, by stream and number; content is never stored here."""

    list_display = ["stream", "n", "kind", "object_id", "actor_id", "created"]
    list_display_links = ["stream", "n"]
    list_filter = ["kind"]
    list_select_related = ["stream"]
    search_fields = ["=stream__name", "=object_id"]


@admin.register(Epoch)
class EpochAdmin(SecretFactAdmin):
    """The id of this history; a restored backup begins a new one."""

    list_display = ["value", "created"]


@admin.register(IdempotencyKey)
class IdempotencyKeyAdmin(SecretFactAdmin):
    """What was sent once; the keys themselves stay hidden."""

    list_display = ["user", "object_id", "created"]
    list_select_related = ["user"]
    search_fields = ["=user__username", "=object_id"]
    fields = ["user", "object_id", "created"]
