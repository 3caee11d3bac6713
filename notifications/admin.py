"""The bell in the admin, for looking only."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from core.admin import SecretFactAdmin, WhenFilter
from notifications.models import (
    AcceptedSender,
    Notification,
    NotificationPolicy,
    NotificationRequest,
    PushKey,
    PushSubscription,
)


@admin.register(Notification)
class NotificationAdmin(SecretFactAdmin):
    """Who was told what, when."""

    list_display = ["user", "kind", "actor", "post_number", "when"]
    list_display_links = ["user"]
    list_filter = ["kind", WhenFilter]
    list_select_related = ["user", "actor"]
    search_fields = ["=user__username", "=actor__username"]
    fields = ["user", "kind", "actor", "post_number", "when"]

    @admin.display(description=_("post"))
    def post_number(self, notification: Notification) -> str:
        """The number of the post."""
        return f"#{notification.post_id}" if notification.post_id else "–"


@admin.register(NotificationPolicy)
class PolicyAdmin(SecretFactAdmin):
    """What people let ring."""

    list_display = ["user", "for_not_following", "for_not_followers", "for_new_accounts", "for_private_mentions"]
    list_select_related = ["user"]
    search_fields = ["=user__username"]


@admin.register(NotificationRequest, AcceptedSender)
class SenderAdmin(SecretFactAdmin):
    """Whose notifications wait, and whose always ring."""

    list_display = ["user", "sender", "when"]
    list_select_related = ["user", "sender"]
    list_filter = [WhenFilter]
    search_fields = ["=user__username", "=sender__username"]
    fields = ["user", "sender", "when"]


@admin.register(PushSubscription)
class PushSubscriptionAdmin(SecretFactAdmin):
    """Devices that ring: whose they are and how they do, never where they are or their keys."""

    list_display = ["user", "created", "failures", "policy"]
    list_select_related = ["user"]
    search_fields = ["=user__username"]
    fields = ["user", "created", "failures", "policy", "alerts", "is_standard"]


@admin.register(PushKey)
class PushKeyAdmin(SecretFactAdmin):
    """The public half of the key by which push services know this site."""

    list_display = ["public"]
    fields = ["public"]
