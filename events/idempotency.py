"""A create that arrives twice is done once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils import timezone

from events.models import IdempotencyKey

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

KEPT = timedelta(hours=24)


def claim(user: AbstractBaseUser, key: str) -> tuple[IdempotencyKey, bool]:
    """Take ``key`` for the work that follows in this transaction; returns (row, whether it is new).

    A row that is not new names the object made the first time. A twin that comes at the same moment waits for the
    first one's commit (PostgreSQL: on the unique index; SQLite: on the write lock).
    """
    try:
        with transaction.atomic():
            return IdempotencyKey.objects.create(user_id=user.pk, key=key), True
    except IntegrityError:
        return IdempotencyKey.objects.get(user_id=user.pk, key=key), False


def keys_of(made_by: Mapping[int, int]) -> dict[int, str]:
    """Return the key under which each object was made; ``made_by`` names the user of each object id."""
    rows = IdempotencyKey.objects.filter(user__in=set(made_by.values()), object_id__in=made_by)
    return {row.object_id: row.key for row in rows if row.object_id and made_by[row.object_id] == row.user_id}


def forget_old_keys() -> int:
    """Delete keys older than a day; returns how many."""
    deleted, _ = IdempotencyKey.objects.filter(created__lt=timezone.now() - KEPT).delete()
    return deleted
