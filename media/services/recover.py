"""Taking up again what was left lying."""

from __future__ import annotations

from django.utils import timezone

from media import store
from media.models import Attachment, State
from media.services.process import OVERDUE
from media.tasks import process_attachment
from media.video.queue import recover_conversions


def recover_files() -> int:
    """Queue again every file whose worker is not heard of any more, or that nobody has begun; returns how many.

    What killed workers had half made goes.
    """
    store.clear_dead_work()
    now = timezone.now()
    overdue = Attachment.objects.filter(due__lt=now, state__in=[State.WAITING, State.WORKING])
    recovered = 0
    for pk in overdue.order_by("due").values_list("pk", flat=True)[:100]:
        if overdue.filter(pk=pk).update(state=State.WAITING, due=now + OVERDUE):
            process_attachment.enqueue(pk)
            recovered += 1
    return recovered + recover_conversions()
