"""Bringing a message to a device by its push service, and learning when there is no such device any more."""

from __future__ import annotations

from datetime import timedelta
from functools import cache

from django.db.models import F

from accounts.models import Follow, User
from core.fetch import Answer, Refused, Unreachable, send
from core.prepared import Prepared
from notifications.dialect import TYPE_OF
from notifications.models import Notification, PushSubscription
from notifications.push.keys import public_key, signed_claim
from notifications.push.messages import message_for
from notifications.push.sealing import Sealed, seal

TTL = 2 * 24 * 3600  # seconds a push service keeps a message for a device that is off
GONE = {404, 410}
LATER = {408, 425, 429, *range(500, 600)}
PAUSES = [timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6)]
MOST_FAILURES = 10  # messages in a row that could not be brought
Policy = PushSubscription.Policy


def subscriptions_for(line: Notification) -> list[PushSubscription]:
    """Return the devices that ring for a line of the bell."""
    kind = TYPE_OF.get(line.kind)
    return [row for row in _alive().objects(line.user_id) if kind in row.alerts and _is_wanted(row, line)]


@cache
def _alive() -> Prepared:
    return Prepared(lambda who: PushSubscription.objects.alive().filter(user=who), 1)


def deliver(subscription: PushSubscription, line: Notification) -> timedelta | None:
    """Send one line to one device; returns after how long to try once more, ``None`` for never.

    What was read, withdrawn or went out of sight in the meantime is not sent.
    """
    if not _still_rings(subscription, line):
        return None
    try:
        answer = _send(subscription, line)
    except Refused:
        subscription.delete()
        return None
    except Unreachable:
        return PAUSES[0]
    if answer.status in GONE:
        subscription.delete()
    elif answer.status in LATER:
        return _asked_pause(answer)
    elif 200 <= answer.status < 300:
        PushSubscription.objects.filter(pk=subscription.pk).exclude(failures=0).update(failures=0)
    else:
        count_failure(subscription)
    return None


def count_failure(subscription: PushSubscription) -> None:
    """Note that a message was given up; after ten in a row the device is given up."""
    row = PushSubscription.objects.filter(pk=subscription.pk)
    row.update(failures=F("failures") + 1)
    row.filter(failures__gte=MOST_FAILURES).delete()


def headers_for(endpoint: str, sealed: Sealed, *, is_standard: bool) -> dict[str, str]:
    """Return what goes with a sealed message: who calls (RFC 8292), how long to keep it, how it is sealed."""
    claim, own = signed_claim(endpoint), public_key()
    headers = {"TTL": str(TTL), "Urgency": "normal", "Content-Type": "application/octet-stream", **sealed.headers}
    if is_standard:
        return headers | {"Authorization": f"vapid t={claim}, k={own}"}
    return headers | {
        "Authorization": f"WebPush {claim}",
        "Crypto-Key": f"{sealed.headers['Crypto-Key']};p256ecdsa={own}",
    }


def _send(subscription: PushSubscription, line: Notification) -> Answer:
    is_standard = subscription.is_standard
    sealed = seal(message_for(line), subscription.p256dh, subscription.auth, is_standard=is_standard)
    headers = headers_for(subscription.endpoint, sealed, is_standard=is_standard)
    return send("POST", subscription.endpoint, headers=headers, body=sealed.body, most=1024)


def _still_rings(subscription: PushSubscription, line: Notification) -> bool:
    user: User = line.user
    if line.pk <= user.last_seen_notification:
        return False
    lines = Notification.objects.visible_to(user).wanted_by(user).in_bell()
    alive = PushSubscription.objects.alive().filter(pk=subscription.pk, user=user)
    return alive.exists() and lines.filter(pk=line.pk).exists()


def _is_wanted(subscription: PushSubscription, line: Notification) -> bool:
    """Whether the device wants to hear of who caused the line; what the house says has no such person."""
    if subscription.policy == Policy.ALL or line.actor_id is None:
        return subscription.policy != Policy.NONE
    if subscription.policy == Policy.FOLLOWED:
        return Follow.objects.filter(follower=line.user_id, followee=line.actor_id).exists()
    if subscription.policy == Policy.FOLLOWER:
        return Follow.objects.filter(follower=line.actor_id, followee=line.user_id).exists()
    return False


def _asked_pause(answer: Answer) -> timedelta:
    """Return how long the push service asks us to wait, within reason."""
    asked = answer.headers.get("retry-after", "")
    seconds = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 0
    return min(max(timedelta(seconds=seconds), PAUSES[0]), PAUSES[-1])


def later(tries: int, asked: timedelta) -> timedelta | None:
    """Return when to try once more after ``tries`` tries: what was asked, at least our own growing pauses."""
    return max(asked, PAUSES[tries - 1]) if tries <= len(PAUSES) else None
