"""Noting how far somebody has read."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from core.ids import MAX_ID
from feeds.models import Marker


@transaction.atomic
def save_marker(actor: User, timeline: str, last_read_id: int) -> Marker:
    """Note the last entry of ``timeline`` (``home`` or ``notifications``) that the actor has read; returns the mark.

    The last word holds, also when it goes back. Raises ValidationError for another timeline or no id.
    """
    if timeline not in Marker.Timeline.values or not 0 <= last_read_id <= MAX_ID:
        raise ValidationError(_("There is no such place to read on."))
    if not actor.is_active:
        raise PermissionDenied
    Marker.objects.update_or_create(
        user=actor,
        timeline=timeline,
        defaults={"last_read_id": last_read_id, "version": F("version") + 1, "updated_at": timezone.now()},
        create_defaults={"last_read_id": last_read_id},
    )
    return Marker.objects.get(user=actor, timeline=timeline)
