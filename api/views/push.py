"""Ringing the device of an app: each token has one subscription at most."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from rest_framework import serializers

from api.endpoint import Call, endpoint
from api.entities.push import WebPushSubscription, subscription_of
from api.errors import Refused
from api.fields import Flag, Params, Text
from notifications import push
from notifications.dialect import TYPES
from notifications.models import PushSubscription


class Keys(Params):
    """The keys of the device, base64url (RFC 8291)."""

    p256dh = Text(required=True)
    auth = Text(required=True)


class Device(Params):
    """Where the device is rung."""

    endpoint = Text(required=True, max_length=2048)
    keys = Keys(required=True)
    standard = Flag(help_text="Whether the device reads aes128gcm (RFC 8291), not the older aesgcm.")


class Alert(Flag):
    """Whether it rings for a type; a dot in its name is part of the name, not a step into something nested."""

    def bind(self, field_name: str, parent: Any) -> None:
        """Take the name as it is."""
        super().bind(field_name, parent)
        self.source_attrs = [field_name]


class Alerts(Params):
    """For which types it rings."""

    def get_fields(self) -> dict[str, Any]:
        """Return one flag for each type; some names have a dot in them, which no attribute may have."""
        return {name: Alert() for name in sorted(TYPES)}


class Data(Params):
    """For what it rings."""

    alerts = Alerts(required=False)
    policy = serializers.ChoiceField(PushSubscription.Policy.values, required=False)


class Subscription(Params):
    """A device, and for what it rings."""

    subscription = Device(required=True)
    data = Data(required=False)
    policy = serializers.ChoiceField(
        PushSubscription.Policy.values, required=False, help_text="The same as in `data`, where some clients have it."
    )


class SubscriptionChanges(Params):
    """For what a device rings."""

    data = Data(required=False)
    policy = serializers.ChoiceField(PushSubscription.Policy.values, required=False)


@endpoint("POST", "api/v1/push/subscription", "push", takes=Subscription, gives=WebPushSubscription)
def subscribe(call: Call) -> WebPushSubscription:
    """Ring a device; it takes the place of the one this token had."""
    said = call.params
    device, data = said["subscription"], said.get("data", {})
    row = push.subscribe(
        call.person,
        endpoint=device["endpoint"],
        p256dh=device["keys"]["p256dh"],
        auth=device["keys"]["auth"],
        token=_token(call),
        is_standard=device.get("standard", False),
        alerts=_wanted(data),
        policy=data.get("policy", said.get("policy", PushSubscription.Policy.ALL)),
    )
    return subscription_of(row)


@endpoint("GET", "api/v1/push/subscription", "push", gives=WebPushSubscription, statuses=(404,))
def show(call: Call) -> WebPushSubscription:
    """What this token has subscribed."""
    return subscription_of(_own(call))


@endpoint("PUT", "api/v1/push/subscription", "push", takes=SubscriptionChanges, gives=WebPushSubscription)
def change(call: Call) -> WebPushSubscription:
    """Change for what the device rings."""
    row, said = _own(call), call.params
    data = said.get("data", {})
    push.change_subscription(
        row,
        alerts=_wanted(data) if "alerts" in data else None,
        policy=data.get("policy", said.get("policy")),
    )
    return subscription_of(row)


@endpoint("DELETE", "api/v1/push/subscription", "push")
def unsubscribe(call: Call) -> dict[str, str]:
    """Ring the device no more."""
    push.unsubscribe(token=_token(call))
    return {}


def _token(call: Call) -> str:
    """Return the name under which the token's subscription is kept."""
    if call.token is None:
        raise Refused(422, "This method requires an authenticated user")
    return str(call.token.pk)


def _own(call: Call) -> PushSubscription:
    row = push.subscription_of(token=_token(call))
    if row is None:
        raise Http404
    return row


def _wanted(data: dict[str, Any]) -> list[str]:
    return [name for name, is_on in data.get("alerts", {}).items() if is_on]
