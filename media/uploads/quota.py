"""How much a person and the whole site may keep, and how much is left of that.

A person's share counts what they brought, as large as it was, and what they have announced and not brought yet. The
site's counts everything that lies on its disk, also what was made of files.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db.models import QuerySet, Sum
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from media.models import Attachment, Quota, StorageRules, Upload

if TYPE_CHECKING:
    from accounts.models import User

MB = 1024 * 1024
SITE_SECONDS = 60  # how old the sum over the whole site may be


class QuotaExceeded(ValidationError):
    """There would be more than this person, or the site, may keep; the sentence says what to do."""

    def __init__(self, message: str, *, is_of_site: bool) -> None:
        super().__init__(message, code="quota")
        self.is_of_site = is_of_site


@dataclass(frozen=True)
class Room:
    """How much is used, and how much there may be (bytes; ``None`` is without a limit)."""

    used: int
    limit: int | None

    @property
    def left(self) -> int | None:
        """How much more fits."""
        return None if self.limit is None else max(0, self.limit - self.used)

    @property
    def percent(self) -> int:
        """How full it is, from 0 to 100."""
        return 0 if not self.limit else min(100, 100 * self.used // self.limit)

    @property
    def is_tight(self) -> bool:
        """Whether the end is near enough to say so."""
        return self.limit is not None and self.used > 0.9 * self.limit


def room_of(person: User) -> Room:
    """Return a person's share, uploads under way included."""
    return Room(_sum(Attachment.objects.filter(owner=person), "size") + _announced(person), _limit_of(person))


def room_of_site() -> Room:
    """Return the site's share; the sum is up to a minute old."""
    limit = _limit_of_site()
    return Room(_used_by_all() if limit is not None else 0, limit)


def site_left_below(room: Room) -> int | None:
    """Return how much the whole site has left where that is less than a person's ``room``; else ``None``."""
    left = room_of_site().left
    return left if left is not None and (room.left is None or left < room.left) else None


def require_room(person: User, size: int, *, announced: int = 0) -> None:
    """Raise QuotaExceeded where ``size`` more bytes do not fit; ``announced`` of them are counted already."""
    room = room_of(person)
    if room.limit is not None and room.used - announced + size > room.limit:
        sentence = _(
            "This file has %(size)s, and you have %(left)s left of %(limit)s. "
            "Delete posts with large files, or ask the moderators for more room."
        )
        words = {
            "size": filesizeformat(size),
            "left": filesizeformat(max(0, room.limit - room.used + announced)),
            "limit": filesizeformat(room.limit),
        }
        raise QuotaExceeded(sentence % words, is_of_site=False)
    left = room_of_site().left
    if left is not None and size - announced > left:
        raise QuotaExceeded(
            _("The site has no room left for this file. Tell the moderators, and try again later."), is_of_site=True
        )


def _limit_of(person: User) -> int | None:
    own = Quota.objects.filter(owner=person).first()
    if own is not None:
        return None if own.megabytes is None else own.megabytes * MB
    return _bytes(_rules().person_mb, settings.QUOTA_PERSON_MB)


def _limit_of_site() -> int | None:
    return _bytes(_rules().site_mb, settings.QUOTA_SITE_MB)


def _bytes(chosen: int | None, configured: int) -> int | None:
    """Return a limit in bytes; a configured 0 is none."""
    megabytes = chosen if chosen is not None else configured
    return megabytes * MB if megabytes else None


def _rules() -> StorageRules:
    return StorageRules.objects.first() or StorageRules()


def _announced(person: User) -> int:
    """Return the bytes of uploads that are not files yet, each part by itself."""
    return _sum(Upload.objects.filter(owner=person, final=None, attachment=None), "length")


def _used_by_all() -> int:
    used: int = cache.get_or_set("site-files", lambda: _sum(Attachment.objects.all(), "weight"), SITE_SECONDS) or 0
    return used + _sum(Upload.objects.filter(final=None, attachment=None), "length")


def _sum(rows: QuerySet[Attachment] | QuerySet[Upload], column: str) -> int:
    return rows.aggregate(total=Sum(column))["total"] or 0
