"""Films on their way to the worker."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from media.models import Attachment, Conversion
from media.tasks import convert_film

OVERDUE = timedelta(minutes=10)  # a film that nobody has begun by then is queued again


@transaction.atomic
def request_conversion(attachment: Attachment) -> None:
    """Have the qualities of a film made, from the beginning; asking twice is asking once, and wakes a parked one."""
    fresh = {"due": timezone.now() + OVERDUE, "is_leased": False, "error": "", "failures": 0, "percent": 0}
    Conversion.objects.update_or_create(attachment=attachment, defaults=fresh)
    convert_film.enqueue(attachment.pk)


def recover_conversions() -> int:
    """Queue again every film whose worker is not heard of any more, or that nobody has begun; returns how many."""
    now = timezone.now()
    overdue = Conversion.objects.filter(due__lt=now)
    recovered = 0
    for pk in overdue.order_by("due").values_list("pk", flat=True)[:100]:
        if overdue.filter(pk=pk).update(is_leased=False, due=now + OVERDUE):
            convert_film.enqueue(pk)
            recovered += 1
    return recovered
