"""Ringing devices while nobody looks at the site: Web Push (RFC 8030, 8291, 8292)."""

from notifications.push.keys import public_key
from notifications.push.subscriptions import change_subscription, subscribe, subscription_of, unsubscribe

__all__ = ["change_subscription", "public_key", "subscribe", "subscription_of", "unsubscribe"]
