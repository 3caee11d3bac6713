"""Making room: what can be made again goes, in a fixed order, and comes back when somebody asks for it.

Originals are never touched, nor what every page shows at once (posters, covers, waves, faces). A file's entry stays,
marked as gone; whoever asks for it gets the original meanwhile, where that can stand in.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.db.models import QuerySet, Sum
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.ids import id_at
from media import store
from media.derived import spare_files, weights
from media.models import Attachment, Conversion, Kind, State
from media.services.process import run_steps
from media.tasks import remake_variants
from media.variants import keep_variants
from media.video.queue import request_conversion
from media.work.task import Refused

LONG_AGO, LATELY = timedelta(days=90), timedelta(days=7)
ASK_AGAIN_SECONDS = 600  # how often one file is put into the queue, however many ask for it
BATCH = 100
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Step:
    """One kind of file of one age."""

    kind: str
    older_than: timedelta
    words: str | Promise

    def files(self) -> QuerySet[Attachment]:
        """Return the files of this step that still have something to spare, the oldest first."""
        before = id_at(timezone.now() - self.older_than)
        rows = Attachment.objects.filter(kind=self.kind, spare__gt=0, state=State.READY, pk__lt=before)
        return rows.exclude(pk__in=Conversion.objects.values("pk")).order_by("pk")


# Films first: they are the largest by far, and play in their original as well. What is younger than a week stays.
STEPS = (
    Step(Kind.VIDEO, LONG_AGO, _("Qualities of films older than 90 days")),
    Step(Kind.AUDIO, LONG_AGO, _("Copies of sounds older than 90 days")),
    Step(Kind.IMAGE, LONG_AGO, _("Sizes of pictures older than 90 days")),
    Step(Kind.VIDEO, LATELY, _("Qualities of films older than 7 days")),
    Step(Kind.AUDIO, LATELY, _("Copies of sounds older than 7 days")),
    Step(Kind.IMAGE, LATELY, _("Sizes of pictures older than 7 days")),
)


def spare_bytes() -> list[tuple[Step, int]]:
    """Return the steps in order, with what each would free beyond those before it; two queries."""
    found: dict[tuple[str, timedelta], int] = {}
    for age in (LONG_AGO, LATELY):
        rows = Attachment.objects.filter(spare__gt=0, state=State.READY, pk__lt=id_at(timezone.now() - age))
        for kind, size in rows.order_by().values_list("kind").annotate(size=Sum("spare")):
            found[kind, age] = size
    before = {(step.kind, LATELY): found.get((step.kind, LONG_AGO), 0) for step in STEPS}
    return [(step, found.get((step.kind, step.older_than), 0) - before.get((step.kind, step.older_than), 0))
            for step in STEPS]  # fmt: skip


def evict_files(size: int) -> int:
    """Free at least ``size`` bytes, in the order of STEPS, as far as there is something to spare; returns how many."""
    freed = 0
    for attachment in _next_files():
        if freed >= size:
            break
        freed += evict(attachment.pk)
    return freed


def evict(pk: int) -> int:
    """Evict what can be made again of one file; returns the bytes that were freed."""
    with transaction.atomic():
        row = Attachment.objects.select_for_update(of=("self",)).filter(pk=pk, state=State.READY).first()
        if row is None:
            return 0
        going = spare_files(row.kind, row.variants)
        for variant in row.variants.values():
            if variant["file"] in going:
                variant["gone"] = True
        _save(row)
        transaction.on_commit(partial(_delete, list(going)))
    return sum(going.values())


def request_remake(attachment: Attachment) -> None:
    """Have what was evicted of a file made again, soon; asking often is asking once."""
    if not cache.add(f"remake:{attachment.pk}", True, ASK_AGAIN_SECONDS):
        return
    if attachment.kind == Kind.VIDEO:
        request_conversion(attachment)
    else:
        remake_variants.enqueue(attachment.pk)


def remake_file(pk: int) -> bool:
    """Make again what was evicted of a picture or a sound; returns whether there was something to do."""
    row = Attachment.objects.filter(pk=pk, state=State.READY).first()
    if row is None or not _gone(row):
        return False
    with store.fetched(row.variants["original"]["file"]) as source, store.work_folder() as folder:
        try:
            made = run_steps(row, source, folder, _nothing, converts=True)
        except Refused:
            logger.exception("A file cannot be made again", extra={"attachment": pk})
            return False
        made.variants = {name: variant for name, variant in made.variants.items() if name in _gone(row)}
        kept = keep_variants(row, made, folder)
    with transaction.atomic():
        fresh = Attachment.objects.select_for_update(of=("self",)).filter(pk=pk).first()
        if fresh is None:
            store.remove(row.folder)
            return False
        fresh.variants |= kept
        _save(fresh)
    return True


def _next_files() -> Iterator[Attachment]:
    """Yield what may be evicted, in order; each batch is asked for when it is needed."""
    for step in STEPS:
        after = 0
        while batch := list(step.files().filter(pk__gt=after).only("pk")[:BATCH]):
            yield from batch
            after = batch[-1].pk


def _gone(row: Attachment) -> set[str]:
    return {name for name, variant in row.variants.items() if variant.get("gone")}


def _save(row: Attachment) -> None:
    facts: dict[str, Any] = weights(row.kind, row.variants)
    row.weight, row.spare = facts["weight"], facts["spare"]
    row.save(update_fields=["variants", "weight", "spare"])


def _delete(names: list[str]) -> None:
    for name in names:
        store.delete(name)


def _nothing() -> None:
    """There is no lease to renew: making twice is making the same."""
