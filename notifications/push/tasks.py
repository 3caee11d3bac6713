"""Ringing devices, after the answer. They have a queue of their own: no mail waits for a push service that does not
answer. Each task survives a vanished row and a second run."""

from __future__ import annotations

from django.utils import timezone
from django_tasks import task

from notifications.models import Notification, PushSubscription
from notifications.push.delivery import count_failure, deliver, later


@task(queue_name="push")
def ring_device(subscription_pk: int, line_pk: int, tries: int = 1) -> None:
    """Send one line to one device; where nobody answers, try again later, four times at most."""
    subscription = PushSubscription.objects.filter(pk=subscription_pk).first()
    line = Notification.objects.select_related("user", "actor__avatar", "post").filter(pk=line_pk).first()
    if subscription is None or line is None:
        return
    asked = deliver(subscription, line)
    if asked is None:
        return
    pause = later(tries, asked)
    if pause is None:
        count_failure(subscription)
    else:
        ring_device.using(run_after=timezone.now() + pause).enqueue(subscription_pk, line_pk, tries + 1)
