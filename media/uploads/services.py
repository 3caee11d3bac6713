"""Every write to uploads: begun, gone on with, put together, ended."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from media import store
from media.models import Attachment, StorageRules, Upload, new_key
from media.services.receive import check_head, receive_file, shown_name
from media.sniff import HEAD
from media.store import StorageFull
from media.uploads import parts
from media.uploads.parts import Broken, Piece
from media.uploads.protocol import Checksum, Wish, Wrong
from media.uploads.quota import require_room

if TYPE_CHECKING:
    from accounts.models import User

KEPT = timedelta(hours=24)  # how long an upload waits for its next bytes
MOST_OPEN = 100  # uploads, parts included, that one person may have under way
BATCH = 500


class Writing:
    """Bytes on their way into one upload. It needs no database, so whoever brings them may do so in any thread."""

    def __init__(self, upload: Upload, offset: int, checksum: Checksum | None, target: parts.Target) -> None:
        self.upload, self.target, self.checksum = upload, target, checksum
        self.begin = self.at = offset
        self.sum = hashlib.new(checksum.algorithm) if checksum else None
        self.head = b""
        self.trouble: Exception | None = None
        """What stopped it: Wrong, ValidationError or OSError. What came before stays."""

    @property
    def is_full(self) -> bool:
        """Whether the last byte is here."""
        return self.at == self.upload.length

    def write(self, data: bytes) -> bool:
        """Append; false when nothing more is wanted, and ``trouble`` says why."""
        try:
            if self.at + len(data) > self.upload.length:
                raise Wrong(413, "More arrived than was announced.")
            if self.at < HEAD and not self.upload.is_partial:
                self._look(data)
            self.target.write(data)
        except (Wrong, ValidationError, OSError) as trouble:
            self.trouble = trouble
            return False
        self.at += len(data)
        if self.sum:
            self.sum.update(data)
        return True

    def end(self, *, is_whole: bool = True) -> None:
        """Keep what came and let go; what a checksum does not vouch for is taken back."""
        try:
            if self.checksum and self.sum and (not is_whole or self.sum.digest() != self.checksum.digest):
                self.target.discard()
                self.trouble = self.trouble or Wrong(460, "The checksum does not fit. Send these bytes again.")
            self.target.keep()
        except OSError as trouble:
            self.trouble = trouble
        finally:
            self.target.close()

    def _look(self, data: bytes) -> None:
        """Refuse a file that we do not take as soon as its first bytes are here."""
        if self.begin == 0:
            self.head = (self.head + data)[:HEAD]
            if len(self.head) == min(HEAD, self.upload.length):
                check_head(self.head, self.upload.length)


def check_room(owner: User, size: int) -> None:
    """Raise ValidationError (QuotaExceeded, StorageFull) where ``size`` more bytes do not fit."""
    require_room(owner, size)
    if not store.has_room(size):
        raise StorageFull


@transaction.atomic
def begin_upload(owner: User, wish: Wish) -> Upload:
    """Announce a file, or one of several parts of it; ValidationError with a sentence where it cannot be taken."""
    StorageRules.objects.select_for_update().get_or_create(pk=1)  # whoever announces at the same moment waits
    if not wish.length:
        raise ValidationError(_("This file is empty."), code="empty")
    if owner.uploads.filter(final=None, attachment=None).count() >= MOST_OPEN:
        raise ValidationError(_("Many of your uploads are not finished yet. Finish or remove some first."), code="many")
    check_room(owner, wish.length)
    return Upload.objects.create(
        owner=owner, key=new_key(), length=wish.length, name=shown_name(wish.name), is_partial=wish.is_partial,
        expires=timezone.now() + KEPT,
    )  # fmt: skip


def join_uploads(owner: User, wish: Wish) -> Upload:
    """Make one upload of complete parts and return it, finished; the same parts again are the same upload.

    Raises Wrong for parts that are not there, not complete, or part of something else; ValidationError as at the end
    of every upload.
    """
    missing = [key for key, length in owner.uploads.filter(key__in=wish.parts, is_partial=True, final=None)
               .values_list("key", "length") if parts.received(key) != length]  # fmt: skip
    if missing:
        raise Wrong(409, "Some of these parts are not complete.")
    final, pieces = _gathered(owner, wish)
    complete_upload(final, pieces)
    return final


def take_up(upload: Upload, offset: int, length: int | None, checksum: Checksum | None) -> Writing:
    """Return where the next bytes are written to; ``length`` says how many come, where that is known.

    Raises Wrong for another offset than the next one, Busy while another connection still writes.
    """
    if upload.is_done or upload.parts.exists():
        raise Wrong(403, "This upload is finished.")
    if offset != parts.received(upload.key):
        raise Wrong(409, "This upload goes on at another place.")
    if length is not None and offset + length > upload.length:
        raise Wrong(413, "More would arrive than was announced.")
    writer = secrets.token_hex(8)
    Upload.objects.filter(pk=upload.pk).update(writer=writer, expires=timezone.now() + KEPT)
    upload.writer = writer
    try:
        return Writing(upload, offset, checksum, parts.open_part(upload.key, offset, writer))
    except OSError as error:
        if error.errno in store.DISK_FULL:
            raise StorageFull from error
        raise


def is_writer(upload: Upload) -> bool:
    """Whether nobody has taken this upload up since; the connection of whoever did before is dead to its client."""
    return Upload.objects.filter(pk=upload.pk, writer=upload.writer).exists()


def settle(writing: Writing) -> int:
    """Say what came of a writing that ended: returns how many bytes are here, and finishes an upload that is complete.

    Raises what stopped it, in the language of now. A file that we do not take is forgotten at once.
    """
    trouble = writing.trouble
    if isinstance(trouble, ValidationError):
        writing.upload.delete()
        check_head(writing.head, writing.upload.length)  # the same again, in this reader's language
    if isinstance(trouble, OSError) and trouble.errno in store.DISK_FULL:
        raise StorageFull
    if trouble is not None:
        raise trouble
    return finish_if_complete(writing.upload)


def finish_if_complete(upload: Upload) -> int:
    """Return how many bytes of an upload are here; where that is all, it becomes a file."""
    if upload.is_done:
        return upload.length
    here = parts.received(upload.key)
    pieces = list(upload.parts.order_by("pk")) if not here else []
    if pieces:  # a final upload that was never put together to its end
        complete_upload(upload, pieces)
        return upload.length
    if here == upload.length and not upload.is_partial:
        complete_upload(upload, [upload])
    return here


def complete_upload(upload: Upload, pieces: list[Upload]) -> Attachment:
    """Make a file of a complete upload; one that is made already is returned. Raises as ``receive_file`` does."""
    if upload.attachment is not None:
        return upload.attachment
    try:
        with parts.whole(upload.key, upload.name, [Piece(piece.key, piece.length) for piece in pieces]) as file:
            attachment = receive_file(upload.owner, file, announced=upload.length)
    except (Broken, FileNotFoundError):
        upload.refresh_from_db()
        if upload.attachment is not None:  # somebody else was quicker
            return upload.attachment
        upload.delete()
        raise Wrong(410, "Parts of this upload are missing. Send the file again.") from None
    except StorageFull:
        raise
    except ValidationError:
        upload.delete()
        raise
    if not Upload.objects.filter(pk=upload.pk, attachment=None).update(attachment=attachment):
        attachment.delete()
        upload.refresh_from_db()
        return complete_upload(upload, pieces)
    upload.attachment = attachment
    for key in {upload.key, *(piece.key for piece in pieces)}:
        store.remove(parts.folder_of(key))
    return attachment


def received_of(upload: Upload) -> int:
    """Return how many bytes of an upload are here."""
    return upload.length if upload.is_done else parts.received(upload.key)


def end_upload(upload: Upload) -> None:
    """Stop an upload and forget what came of it; a file that was made of it stays. Its bytes go by ``receivers``."""
    upload.delete()


def forget_expired() -> int:
    """Forget uploads that nobody went on with for a day, and finished ones; returns how many."""
    expired = list(Upload.objects.filter(expires__lt=timezone.now()).order_by("expires")[:BATCH])
    for upload in expired:
        upload.delete()
    return len(expired)


@transaction.atomic
def _gathered(owner: User, wish: Wish) -> tuple[Upload, list[Upload]]:
    """Return the upload that these parts are, made now or before, and its parts in order."""
    rows = Upload.objects.select_for_update().filter(owner=owner, key__in=wish.parts, is_partial=True).order_by("pk")
    found = {piece.key: piece for piece in rows}
    pieces = [found[key] for key in wish.parts if key in found]
    if len(pieces) != len(wish.parts):
        raise Wrong(404, "Some of these parts are not there.")
    known = {piece.final_id for piece in pieces}
    if len(known) > 1:
        raise Wrong(409, "Some of these parts belong to another upload.")
    if (joined := known.pop()) is not None:
        return Upload.objects.get(pk=joined), pieces
    final = Upload.objects.create(
        owner=owner, key=new_key(), length=sum(piece.length for piece in pieces), name=shown_name(wish.name),
        expires=timezone.now() + KEPT,
    )  # fmt: skip
    Upload.objects.filter(pk__in=[piece.pk for piece in pieces]).update(final=final)
    return final, pieces
