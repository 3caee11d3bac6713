"""Looking for what is stored and belongs to nobody, and for uploads that nobody used."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import groupby
from pathlib import PurePosixPath
from typing import Any

from django.db import transaction
from django.db.models import Exists, ManyToOneRel, OuterRef, QuerySet
from django.utils import timezone

from core.ids import id_at
from media import store
from media.derived import weights
from media.models import Attachment, Conversion, State, Sweep
from media.storages.place import Stored

UNUSED_FOR = timedelta(days=1)
FRESH = timedelta(hours=1)  # what is younger may belong to a row that is just being written
KEPT_FOR = timedelta(days=90)  # records of sweeps
BATCH = 500
FIELDS = ("key", "kind", "state", "raw", "variants", "weight", "spare")


def sweep_orphans() -> int:
    """Delete uploads nobody has used for a day, and stored files without a row; returns how many there were.

    Both are counted on the storage page of the admin; so is how many files were looked at.
    """
    unused = sum(_delete_unused(pk) for pk in list(_unused().values_list("pk", flat=True)[:BATCH]))
    done = Sweep(unused=unused)
    for prefix in (f"{n:02x}" for n in range(256)):
        stored = list(store.files(prefix))
        done.files += len(stored)
        for orphan in _orphans(stored):
            store.delete(orphan.name)
            done.orphans, done.freed = done.orphans + 1, done.freed + orphan.size
    left = store.clear_work(UNUSED_FOR.total_seconds())
    done.orphans += left
    done.save()
    Sweep.objects.filter(pk__lt=id_at(timezone.now() - KEPT_FOR)).delete()
    return unused + done.orphans


@transaction.atomic
def _delete_unused(pk: int) -> bool:
    """Delete a file unless somebody uses it by now; who takes it at this moment waits, and finds it gone."""
    list(Attachment.objects.select_for_update().filter(pk=pk).values_list("pk"))
    attachment = in_no_use(Attachment.objects.filter(pk=pk)).first()
    if attachment is not None:
        attachment.delete()
    return attachment is not None


def _orphans(stored: list[Stored]) -> Iterator[Stored]:
    """Yield those of the stored files, all below one prefix, that no row knows and that are not fresh."""
    by_key = {key: list(files) for key, files in groupby(stored, key=lambda file: _key(file.name))}
    busy = Exists(Conversion.objects.filter(attachment=OuterRef("pk"), due__isnull=False))
    known = Attachment.objects.filter(key__in=by_key).only(*FIELDS).annotate(busy=busy)
    rows = {row.key: row for row in known}
    _put_right(rows.values())
    old = time.time() - FRESH.total_seconds()
    for key, files in by_key.items():
        yield from (file for file in files if file.changed < old and not _belongs(file.name, rows.get(key)))


def _belongs(name: str, row: Any) -> bool:
    """Whether a row knows a file: by its name, or as a neighbour of one it names in a folder further down (HLS)."""
    if row is None:
        return False
    if row.busy or row.state in {State.WAITING, State.WORKING}:
        return True
    known = {row.raw, *(variant["file"] for variant in row.variants.values())}
    further = {str(PurePosixPath(one).parent) for one in known} - {row.folder}
    return name in known or any(name.startswith(f"{folder}/") for folder in further if folder.startswith(row.folder))


def _put_right(rows: Iterable[Attachment]) -> None:
    """Write down what files weigh where that is not said, or not any more."""
    for row in rows:
        right = weights(row.kind, row.variants)
        if row.state == State.READY and (row.weight, row.spare) != (right["weight"], right["spare"]):
            Attachment.objects.filter(pk=row.pk).update(**right)


def _key(name: str) -> str:
    return name.split("/")[1]


def _unused() -> QuerySet[Attachment]:
    """Files a day old that nothing uses."""
    return in_no_use(Attachment.objects.filter(pk__lt=id_at(timezone.now() - UNUSED_FOR)).order_by("pk"))


def in_no_use(files: QuerySet[Attachment]) -> QuerySet[Attachment]:
    """Those of the files that no row of any model points at: posts, drafts, faces, whatever there is or will be."""
    for relation in Attachment._meta.get_fields(include_hidden=True):
        if isinstance(relation, ManyToOneRel) and getattr(relation.related_model, "KEEPS_FILES", True):
            users = relation.related_model._default_manager.filter(**{relation.field.name: OuterRef("pk")})
            files = files.exclude(Exists(users))
    return files
