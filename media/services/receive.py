"""Taking in what somebody brings."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import PurePath
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import File
from django.db import transaction
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _

from core.text import legible, normalize_text
from media import store
from media.models import Attachment, Kind, Purpose, State
from media.services.process import OVERDUE, process_file
from media.signals import attachment_described
from media.sniff import HEAD, FileType, sniff
from media.store import StorageFull
from media.tasks import process_attachment
from media.uploads.quota import require_room
from media.video.convert import make_qualities

if TYPE_CHECKING:
    from accounts.models import User

MB: Final = 1024 * 1024
# The setting MEDIA_SIZES replaces single ones.
SIZES: Final = {Kind.IMAGE: 20 * MB, Kind.AUDIO: 500 * MB, Kind.VIDEO: 2048 * MB}
NAME_LENGTH = Attachment._meta.get_field("name").max_length or 0
_seat = BoundedSemaphore()
DESCRIPTION_LENGTH = Attachment._meta.get_field("description").max_length or 0


def receive_file(
    owner: User,
    upload: File[bytes],
    *,
    description: str = "",
    purpose: str = Purpose.POST,
    announced: int = 0,
    at_once: Collection[str] = (),
) -> Attachment:
    """Store what ``owner`` uploaded and have it prepared by the worker; a face or a header is prepared at once.

    So are the kinds ``at_once``, unless that takes long or this process is at another. ``announced`` bytes of it are
    counted among the owner's already. Raises ValidationError with a sentence when it is no file we take, too large, or
    (faces and headers) damaged; and of its kinds QuotaExceeded when it is too much for this person or site, StorageFull
    when there is no room.
    """
    size = upload.size or 0
    upload.seek(0)
    found = check_head(upload.read(HEAD), size, purpose)
    upload.seek(0)
    require_room(owner, size, announced=announced)
    if not store.has_room(0 if announced else size):  # what was announced lies on the disk already
        raise StorageFull
    attachment = Attachment(
        owner=owner, kind=found.kind, content_type=found.mime, name=shown_name(upload.name or ""), purpose=purpose,
        size=upload.size or 0, description=_sound_description(description), due=timezone.now() + OVERDUE,
    )  # fmt: skip
    attachment.raw = f"{attachment.folder}/raw.{found.suffix}"
    store.put(upload, attachment.raw)
    with _seated(found.kind in at_once) as is_seated:
        try:
            _save(attachment, waits=not is_seated)
        except BaseException:
            store.remove(attachment.folder)
            raise
        if purpose != Purpose.POST:
            return _prepared(attachment)
        if is_seated:
            _process_now(attachment)
    return attachment


def check_head(head: bytes, size: int, purpose: str = Purpose.POST) -> FileType:
    """Return what a file of ``size`` bytes beginning with ``head`` is; ValidationError with why we do not take it."""
    if not size:
        raise ValidationError(_("This file is empty."), code="empty")
    found = sniff(head)
    if found is None:
        raise ValidationError(
            _(
                "We do not take this kind of file. Pictures: JPEG, PNG, WebP, AVIF, HEIC, GIF, TIFF, BMP. "
                "Video: MP4, MOV, WebM, MKV, AVI, MPEG. Sound: MP3, M4A, AAC, OGG, FLAC, WAV."
            ),
            code="type",
        )
    kind = Kind(found.kind)
    if purpose != Purpose.POST and kind != Kind.IMAGE:
        raise ValidationError(_("This has to be a picture."), code="type")
    limit = size_limit(kind)
    if size > limit:
        sentences = {
            Kind.IMAGE: _("This picture has %(size)s; at most %(limit)s fit."),
            Kind.VIDEO: _("This video has %(size)s; at most %(limit)s fit."),
            Kind.AUDIO: _("This recording has %(size)s; at most %(limit)s fit."),
        }
        words = {"size": filesizeformat(size), "limit": filesizeformat(limit)}
        raise ValidationError(sentences[kind] % words, code="size")
    return found


def size_limit(kind: Kind) -> int:
    """Return how many bytes a file of a kind may have."""
    limits: dict[Any, int] = {**SIZES, **getattr(settings, "MEDIA_SIZES", {})}
    return limits[kind]


@transaction.atomic
def set_description(actor: User, attachment: Attachment, description: str) -> None:
    """Say what there is to see or hear; ValidationError when it is too long, PermissionDenied for others' files."""
    _require_own(actor, attachment)
    attachment.description = _sound_description(description)
    attachment.save(update_fields=["description"])
    attachment_described.send(Attachment, about=attachment)


def set_focus(actor: User, attachment: Attachment, x: float, y: float) -> None:
    """Say where the important part is: -1 (left, bottom) to 1 (right, top), as Mastodon's API has it."""
    _require_own(actor, attachment)
    if not (-1 <= x <= 1 and -1 <= y <= 1):
        raise ValidationError(_("The focal point has to be inside the picture."))
    attachment.focus_x, attachment.focus_y = x, y
    attachment.save(update_fields=["focus_x", "focus_y"])


def shown_name(name: str) -> str:
    """Return the last part of a file's name as it may be shown: no paths, no invisible characters."""
    last = PurePath(legible(name).replace("\\", "/")).name
    plain = "".join(char for char in last if unicodedata.category(char)[0] != "C")
    stem, dot, suffix = plain.rpartition(".")
    return plain if len(plain) <= NAME_LENGTH else f"{stem[: NAME_LENGTH - 12]}{dot}{suffix[:11]}"


def _sound_description(description: str) -> str:
    plain = normalize_text(description).strip()
    if len(plain) > DESCRIPTION_LENGTH:
        raise ValidationError(
            _("The description is too long: %(count)s characters; at most %(limit)s fit."),
            params={"count": len(plain), "limit": DESCRIPTION_LENGTH},
        )
    return plain


@transaction.atomic
def _save(attachment: Attachment, *, waits: bool) -> None:
    """Keep the row and, in the same transaction, the task; without one, whoever was killed is noticed by ``due``."""
    attachment.save()
    if attachment.purpose == Purpose.POST and waits:
        process_attachment.enqueue(attachment.pk)


@contextmanager
def _seated(wants: bool) -> Iterator[bool]:
    """Whether a file may be prepared while its owner waits: one in each process, for each takes a thread and memory."""
    is_seated = settings.MEDIA_AT_ONCE or wants
    is_seated = is_seated and _seat.acquire(blocking=settings.MEDIA_AT_ONCE)
    try:
        yield is_seated
    finally:
        if is_seated:
            _seat.release()


def _process_now(attachment: Attachment) -> None:
    """Prepare a file before anybody hears of it; on a site for client tests also what takes long."""
    if not process_file(attachment.pk, converts=settings.MEDIA_AT_ONCE) and settings.MEDIA_AT_ONCE:
        make_qualities(attachment.pk)
    attachment.refresh_from_db()


def _prepared(attachment: Attachment) -> Attachment:
    """Prepare a picture while its owner waits, so that the form can say what is wrong with it."""
    process_file(attachment.pk)
    attachment.refresh_from_db()
    if attachment.state != State.READY:
        problem = attachment.problem or _("This picture could not be prepared. Please try again.")
        attachment.delete()
        raise ValidationError(problem, code="broken")
    return attachment


def _require_own(actor: User, attachment: Attachment) -> None:
    if attachment.owner_id != actor.pk:
        raise PermissionDenied
