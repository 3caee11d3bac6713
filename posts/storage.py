"""What one's own files take, and what of them is in no use."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db.models import Count, QuerySet, Sum

from accounts.models import User
from media.models import Attachment, Conversion, Kind, Upload
from media.services.sweep import in_no_use
from media.uploads.quota import Room, room_of, site_left_below
from media.uploads.services import received_of

LARGEST = 20


@dataclass(frozen=True)
class Share:
    """What all files of one kind take together."""

    kind: Kind
    bytes: int
    count: int

    @property
    def label(self) -> str:
        """The kind in the reader's language."""
        return str(self.kind.label)


@dataclass
class Coming:
    """A file on its way, in one part or in several."""

    name: str
    keys: list[str] = field(default_factory=list)
    here: int = 0
    length: int = 0


@dataclass(frozen=True)
class Storage:
    """What somebody's files take: in all, by kind, the largest of them (``post_place`` loaded), and what is coming.

    ``given_up`` are films that play as they were brought, and in no other quality. ``site_left`` is how much the whole
    site has left (bytes) where that is less than the person has.
    """

    room: Room
    shares: list[Share]
    largest: list[Attachment]
    coming: list[Coming]
    given_up: list[Conversion]
    site_left: int | None


def storage_of(person: User) -> Storage:
    """Return what a person's files take."""
    files, room = Attachment.objects.filter(owner=person), room_of(person)
    sums = files.values("kind").annotate(bytes=Sum("size"), count=Count("pk")).order_by()
    rows = {row["kind"]: row for row in sums}
    return Storage(
        room,
        [Share(Kind(kind), rows[kind]["bytes"], rows[kind]["count"]) for kind in Kind.values if kind in rows],
        list(files.select_related("post_place__post").order_by("-size", "-pk")[:LARGEST]),
        _coming(person),
        list(given_up_films(person)[:LARGEST]),
        site_left_below(room),
    )


def given_up_films(person: User) -> QuerySet[Conversion]:
    """Return the person's films whose qualities could not be made, the newest first; ``problem`` says why."""
    parked = Conversion.objects.filter(attachment__owner=person).exclude(error="")
    return parked.select_related("attachment__post_place").order_by("-pk")


def unused_file(person: User, pk: int) -> Attachment | None:
    """Return a file of the person's that nothing uses, neither a post nor one to come; nothing for any other."""
    found: Attachment | None = in_no_use(Attachment.objects.filter(owner=person, pk=pk)).first()
    return found


def _coming(person: User) -> list[Coming]:
    found: dict[str, Coming] = {}
    for upload in Upload.objects.filter(owner=person, final=None, attachment=None).order_by("pk"):
        coming = found.setdefault(upload.name if upload.is_partial and upload.name else upload.key, Coming(upload.name))
        coming.keys.append(upload.key)
        coming.here += received_of(upload)
        coming.length += upload.length
    return list(found.values())
