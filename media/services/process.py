"""Making of an uploaded file what pages show. It may be begun many times; it is done once."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from media import sandbox, store
from media.derived import weights
from media.lease import LeaseLost, kept, lease_end
from media.models import Attachment, Kind, Purpose, State
from media.sandbox import GIVEN_UP, REASONS, Limits
from media.signals import attachment_processed
from media.sniff import HEAD, sniff
from media.store import StorageFull
from media.tasks import convert_attachment
from media.variants import keep_variants
from media.video.queue import request_conversion
from media.work.task import Job, Made, Refused

TRIES = 5
RETRY = timedelta(seconds=60)
OVERDUE = timedelta(minutes=10)  # a file that nobody has begun by then is queued again
MIB = 1024 * 1024
FACTS = ("kind", "width", "height", "duration", "blurhash", "color", "wave", "chapters")
logger = logging.getLogger(__name__)


class TakesLong(Exception):
    """This file has to be converted, which is work for another queue."""


def process_file(pk: int, *, converts: bool = False) -> bool:
    """Prepare the file ``pk``; returns whether it is ready or failed now, false when it is not ours to do.

    Who begins takes a lease and renews it every few seconds while the work goes on. A lease that ran out may be taken
    by anybody; whoever had it before then finds that their work counts no more. What would take long is passed on
    unless ``converts`` says that there is time.
    """
    attachment = _take(pk)
    if attachment is None:
        return False
    try:
        _prepare(attachment, converts)
    except TakesLong:
        _pass_on(attachment)
        return False
    except Refused as refused:
        _finish(attachment, state=State.FAILED, error=REASONS.get(refused.code, REASONS["broken"]))
    except LeaseLost:
        logger.info("A file was taken over by somebody else", extra={"attachment": pk})
        return False
    except (OSError, StorageFull) as error:  # the disk, not the file
        logger.exception("A file could not be prepared", extra={"attachment": pk})
        _try_again_later(attachment, counts=not store.is_full(error))
        return False
    return True


def _take(pk: int) -> Attachment | None:
    """Take the lease of a file that waits, or whose worker is not heard of any more."""
    now = timezone.now()
    free = Q(state=State.WAITING, due__isnull=False) | Q(state=State.WORKING, due__lt=now)
    taken = Attachment.objects.filter(free, pk=pk).update(state=State.WORKING, due=lease_end(), tries=F("tries") + 1)
    attachment = Attachment.objects.filter(pk=pk).first() if taken else None
    if attachment is not None and attachment.tries > TRIES:
        _finish(attachment, state=State.FAILED, error=GIVEN_UP)
        return None
    return attachment


def _prepare(attachment: Attachment, converts: bool) -> None:
    renew = partial(_renew, attachment)
    with ExitStack() as open_files, store.work_folder() as folder:
        with kept(renew):
            source = open_files.enter_context(store.fetched(attachment.raw))
        made = run_steps(attachment, source, folder, renew, converts)
        renew()
        with kept(renew):
            variants = keep_variants(attachment, made, folder)
    facts = {name: getattr(made, name) for name in FACTS}
    if made.needs_converting:
        _hand_over(attachment, variants=variants, **facts)
        return
    original = variants["original"]
    _finish(
        attachment, state=State.READY, error="", variants=variants, is_loop=made.is_loop, size=original["bytes"],
        content_type=original["type"], **facts, **weights(made.kind, variants),
    )  # fmt: skip


def run_steps(attachment: Attachment, source: BinaryIO, folder: Path, beat: Callable[[], None], converts: bool) -> Made:
    """Ask for the cheap step first, for the dear one only where browsers play nothing else."""
    found = sniff(source.read(HEAD))
    if found is None:
        raise Refused("broken")
    size = attachment.size // MIB + 1
    job: Job = {"step": "keep", "reader": found.reader, "purpose": attachment.purpose, "limits": {}}
    if found.kind == Kind.IMAGE:
        made = sandbox.run({**job, "step": "image"}, Limits(30, 60, 96), source, folder, beat)
    else:
        made = sandbox.run(job, Limits(240, 480, size + size // 4 + 16), source, folder, beat)
    is_sound = made.kind == Kind.AUDIO
    if made.needs_converting and is_sound and not converts:
        raise TakesLong
    if made.needs_converting and is_sound:
        made = sandbox.run({**job, "step": "convert"}, _limits_to_convert(made, size), source, folder, beat)
    if attachment.purpose != Purpose.POST and made.kind != Kind.IMAGE:
        raise Refused("no_picture")
    return made


def _limits_to_convert(made: Made, size: int) -> Limits:
    """Ten times the film's own time, and an hour at most."""
    wall = min(3600, 120 + 10 * int(made.duration or 60))
    return Limits(cpu=2 * wall, wall=wall, file_size=4 * size + 64)


def _renew(attachment: Attachment) -> None:
    """Say that the work goes on; LeaseLost when it is somebody else's by now."""
    if not _mine(attachment).update(due=lease_end()):
        raise LeaseLost


@transaction.atomic
def _pass_on(attachment: Attachment) -> None:
    """Give the lease back, and the file to the queue where things take long."""
    if _mine(attachment).update(state=State.WAITING, due=timezone.now() + OVERDUE, tries=F("tries") - 1):
        convert_attachment.enqueue(attachment.pk)


@transaction.atomic
def _hand_over(attachment: Attachment, **facts: Any) -> None:
    """Leave a film that browsers do not play to the passes that make its qualities: the first one makes it ready."""
    if _mine(attachment).update(state=State.WAITING, due=None, **facts):
        request_conversion(attachment)


def _try_again_later(attachment: Attachment, *, counts: bool) -> None:
    """Put a file back; that the disk is full may last for hours and is no failure of the file's."""
    tries = F("tries") if counts else F("tries") - 1
    _mine(attachment).update(state=State.WAITING, due=timezone.now() + RETRY, tries=tries)


def _mine(attachment: Attachment) -> Any:
    return Attachment.objects.filter(pk=attachment.pk, state=State.WORKING, tries=attachment.tries)


def _finish(attachment: Attachment, **facts: Any) -> None:
    """Write the outcome, delete what was uploaded, and tell; nothing of that when the file is no longer ours."""
    facts |= {"raw": "", "due": None}
    with transaction.atomic():
        if not _mine(attachment).update(**facts):
            _clear_if_vanished(attachment)
            return
        if facts.get("kind") == Kind.VIDEO and not facts["is_loop"]:
            request_conversion(attachment)
        raw = attachment.raw
        for name, value in facts.items():
            setattr(attachment, name, value)
        transaction.on_commit(partial(_tell, attachment, raw))


def _tell(attachment: Attachment, raw: str) -> None:
    if attachment.state == State.FAILED:
        store.remove(attachment.folder)
    else:
        store.delete(raw)
    attachment_processed.send_robust(sender=Attachment, about=attachment)


def _clear_if_vanished(attachment: Attachment) -> None:
    """The row went while we worked, and its folder may have been emptied before we filled it."""
    if not Attachment.objects.filter(pk=attachment.pk).exists():
        store.remove(attachment.folder)
