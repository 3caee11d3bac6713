"""Making files really gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied

from media import store
from media.models import Attachment

if TYPE_CHECKING:
    from accounts.models import User


def discard_attachment(actor: User, attachment: Attachment) -> None:
    """Delete a file of one's own, with everything made of it; PermissionDenied for others' files."""
    if attachment.owner_id != actor.pk:
        raise PermissionDenied
    attachment.delete()


def delete_files(folder: str) -> int:
    """Delete what is stored in the folder of a file whose row is gone; returns how many files there were."""
    key = folder.rpartition("/")[2]
    return 0 if Attachment.objects.filter(key=key).exists() else store.remove(folder)
