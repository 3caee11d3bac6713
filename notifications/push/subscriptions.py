"""Which devices ring, for what."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from allauth.usersessions.models import UserSession
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.fetch import Refused, check_address
from notifications.dialect import TYPES
from notifications.models import PushSubscription
from notifications.push.keys import encode
from notifications.push.sealing import read_device_keys


@transaction.atomic
def subscribe(
    user: User,
    *,
    endpoint: str,
    p256dh: str,
    auth: str,
    token: str | None = None,
    session: UserSession | None = None,
    is_standard: bool = False,
    alerts: Collection[str] = (),
    policy: str = PushSubscription.Policy.ALL,
) -> PushSubscription:
    """Let a device ring for ``alerts`` (types of the client API); it takes the place of the one its token or session
    had before.

    Raises ValidationError for an address that is not called, keys that are none, and an unknown policy;
    PermissionDenied for a session of somebody else.
    """
    if session is not None and session.user_id != user.pk:
        raise PermissionDenied
    device = _checked_device(endpoint, p256dh, auth) | {"is_standard": is_standard, "failures": 0}
    wanted = {"alerts": _known(alerts), "policy": _checked_policy(policy)}
    owner = {"user": user, "auth_epoch": user.auth_epoch}
    PushSubscription.objects.filter(endpoint=endpoint).exclude(user=user).delete()  # the browser has changed hands
    subscription, _is_new = PushSubscription.objects.update_or_create(
        token=token, session=session, defaults={**owner, **device, **wanted}
    )
    return subscription


def subscription_of(*, token: str | None = None, session: UserSession | None = None) -> PushSubscription | None:
    """Return what a token or a session has subscribed, if it still rings."""
    if token is None and session is None:
        return None
    return PushSubscription.objects.alive().filter(token=token, session=session).first()


def change_subscription(
    subscription: PushSubscription, *, alerts: Collection[str] | None = None, policy: str | None = None
) -> None:
    """Change what a device rings for; what is not given stays."""
    if alerts is not None:
        subscription.alerts = _known(alerts)
    if policy is not None:
        subscription.policy = _checked_policy(policy)
    subscription.save(update_fields=["alerts", "policy"])


def unsubscribe(*, token: str | None = None, session: UserSession | None = None) -> None:
    """Let the device of a token or a session ring no more; also called when a token is revoked."""
    if token is not None or session is not None:
        PushSubscription.objects.filter(token=token, session=session).delete()


def _checked_device(endpoint: str, p256dh: str, auth: str) -> dict[str, Any]:
    try:
        check_address(endpoint)
    except Refused as error:
        raise ValidationError({"endpoint": _("This address is not called: %(why)s") % {"why": error}}) from None
    try:
        device, secret = read_device_keys(p256dh, auth)
    except ValueError:
        raise ValidationError({"keys": _("These are no keys of a device.")}) from None
    return {"endpoint": endpoint, "p256dh": encode(device), "auth": encode(secret)}


def _known(alerts: Collection[str]) -> list[str]:
    return sorted(TYPES & set(alerts))


def _checked_policy(policy: str) -> str:
    if policy not in PushSubscription.Policy.values:
        raise ValidationError({"policy": _("There is no such choice.")})
    return policy
