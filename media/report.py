"""What is stored, and how long the room will last: the numbers of the storage page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Q, Sum
from django.utils import timezone
from django.utils.functional import Promise

from core.ids import id_at
from media import store
from media.models import Attachment, Kind, Sweep
from media.services.evict import Step, spare_bytes
from media.storages.moving import Moving
from media.uploads.quota import Room, room_of_site

PEOPLE = 15
WEEKS = 12
RECENT = 4  # weeks that say how fast it grows now
SWEEPS = 5
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class KindUse:
    """What one kind of file takes (bytes)."""

    words: str | Promise
    files: int
    kept: int
    """Originals, and what every page needs at once."""
    spare: int

    @property
    def all(self) -> int:
        """Both together."""
        return self.kept + self.spare


@dataclass(frozen=True)
class Report:
    """The numbers; bytes, oldest week first."""

    kinds: list[KindUse]
    people: list[Any]
    weeks: list[tuple[date, int]]
    room: int | None
    """What is left: of the disk, or of what the site may keep, whichever is less; None where nobody can tell."""
    site: Room
    """What the site may keep, and what of that is taken."""
    steps: list[tuple[Step, int, int]]
    """What may be evicted, in order: each step, what it frees, and what all steps up to it free."""
    sweeps: list[Sweep]
    is_moving: bool

    @property
    def all(self) -> int:
        """All that is stored."""
        return sum(kind.all for kind in self.kinds)

    @property
    def heaviest_week(self) -> int:
        """What the bars of the weeks are measured by."""
        return max([size for _monday, size in self.weeks] + [1])

    @property
    def a_week(self) -> int:
        """How much came in a week, lately."""
        return sum(size for _begin, size in self.weeks[-RECENT:]) // RECENT

    @property
    def days_left(self) -> int | None:
        """For how many days the room will do if it goes on like this; None where that cannot be said."""
        if self.room is None or not self.a_week:
            return None
        return self.room * WEEK.days // self.a_week


def report() -> Report:
    """Return all of it, in seven queries however much there is."""
    site = room_of_site()
    return Report(
        kinds=_kinds(), people=_people(), weeks=_weeks(timezone.now()), room=_room(site), site=site, steps=_steps(),
        sweeps=list(Sweep.objects.order_by("-pk")[:SWEEPS]), is_moving=isinstance(store.place(), Moving),
    )  # fmt: skip


def _kinds() -> list[KindUse]:
    rows = Attachment.objects.order_by().values("kind")
    found = {row["kind"]: row for row in rows.annotate(files=Count("pk"), weight=Sum("weight"), spare=Sum("spare"))}
    return [
        KindUse(Kind(kind).label, row["files"], row["weight"] - row["spare"], row["spare"])
        for kind in Kind.values
        if (row := found.get(kind))
    ]


def _people() -> list[Any]:
    rows = Attachment.objects.order_by().values("owner_id", "owner__username", "owner__display_name")
    return list(rows.annotate(files=Count("pk"), weight=Sum("weight")).order_by("-weight", "owner_id")[:PEOPLE])


def _weeks(now: datetime) -> list[tuple[date, int]]:
    """Return what came in each of the last weeks and is still here, told by the ids of files; one query."""
    begins = [now - (WEEKS - number) * WEEK for number in range(WEEKS)]
    sums = {
        f"week{number}": Sum("weight", filter=Q(pk__gte=id_at(begin), pk__lt=id_at(begin + WEEK)), default=0)
        for number, begin in enumerate(begins)
    }
    found = Attachment.objects.filter(pk__gte=id_at(begins[0])).aggregate(**sums)
    return [(begin.date(), found[f"week{number}"]) for number, begin in enumerate(begins)]


def _room(site: Room) -> int | None:
    rooms = [store.place().free(), site.left]
    return min((room for room in rooms if room is not None), default=None)


def _steps() -> list[tuple[Step, int, int]]:
    steps, together = [], 0
    for step, size in spare_bytes():
        together += size
        steps.append((step, size, together))
    return steps
