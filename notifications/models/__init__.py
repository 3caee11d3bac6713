"""The bell, whose notifications ring in it, and the devices that ring with it."""

from notifications.models.bell import EVERY_TIME, Kind, Notification
from notifications.models.policy import AcceptedSender, NotificationPolicy, NotificationRequest, Treatment
from notifications.models.push import PushKey, PushSubscription

__all__ = [
    "EVERY_TIME",
    "AcceptedSender",
    "Kind",
    "Notification",
    "NotificationPolicy",
    "NotificationRequest",
    "PushKey",
    "PushSubscription",
    "Treatment",
]
