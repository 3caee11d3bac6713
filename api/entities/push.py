"""Devices that are rung."""

from __future__ import annotations

from typing import TypedDict

from notifications.dialect import TYPES
from notifications.models import PushSubscription
from notifications.push import public_key


class WebPushSubscription(TypedDict):
    """Where an app wants to be rung, and for what. ``id`` is a number, as three clients insist."""

    id: int
    endpoint: str
    standard: bool
    server_key: str
    alerts: dict[str, bool]
    policy: str


def subscription_of(row: PushSubscription) -> WebPushSubscription:
    """Return a subscription."""
    return {
        "id": row.pk,
        "endpoint": row.endpoint,
        "standard": row.is_standard,
        "server_key": public_key(),
        "alerts": {name: name in row.alerts for name in sorted(TYPES)},
        "policy": row.policy,
    }
