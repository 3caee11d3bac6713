"""What rings, and on which device."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from notifications.models import NotificationPolicy, PushSubscription

ALERTS = [
    ("mention", _("Answers and mentions")),
    ("quote", _("Quotes")),
    ("status", _("New posts of people I asked to hear of")),
    ("follow", _("New followers")),
    ("follow_request", _("People who ask to follow me")),
    ("favourite", _("Likes")),
    ("reblog", _("Shares")),
    ("poll", _("Polls that have ended")),
    ("update", _("Changes of posts I shared")),
    ("quoted_update", _("Changes of posts I quoted")),
    ("moderation_warning", _("Messages from the moderators")),
]
STAFF_ALERTS = [("admin.report", _("Reports")), ("admin.sign_up", _("People who would like to join"))]
USUAL = ["mention", "quote", "status", "follow", "follow_request", "poll", "moderation_warning"]


class PolicyForm(forms.ModelForm[NotificationPolicy]):
    """What becomes of notifications from five sorts of people."""

    class Meta:
        model = NotificationPolicy
        fields = [
            "for_not_following", "for_not_followers", "for_new_accounts", "for_private_mentions", "for_limited_accounts"
        ]  # fmt: skip
        help_texts = {
            "for_new_accounts": _("Accounts that are younger than thirty days."),
            "for_private_mentions": _("From people you don't follow, unless they answer you."),
        }


class DeviceForm(forms.Form):
    """A device, as the browser describes it, and what it rings for."""

    endpoint = forms.CharField(max_length=2048, widget=forms.HiddenInput)
    p256dh = forms.CharField(max_length=200, widget=forms.HiddenInput)
    auth = forms.CharField(max_length=64, widget=forms.HiddenInput)
    alerts = forms.MultipleChoiceField(
        label=_("This device rings for"), required=False, widget=forms.CheckboxSelectMultiple
    )
    policy = forms.ChoiceField(label=_("About what these people do"), choices=PushSubscription.Policy)

    def __init__(self, *args: Any, is_staff: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["alerts"].choices = ALERTS + (STAFF_ALERTS if is_staff else [])  # type: ignore[attr-defined]
