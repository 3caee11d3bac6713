"""What follows when the row of a file goes, by whatever way."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_delete
from django.dispatch import receiver

from media.models import Attachment, Upload
from media.tasks import delete_folder
from media.uploads.parts import folder_of


@receiver(post_delete, sender=Attachment)
def forget_files(instance: Attachment, **_kwargs: Any) -> None:
    """Delete the files soon; the task is written in the same transaction, so neither goes without the other."""
    delete_folder.enqueue(instance.folder)


@receiver(post_delete, sender=Upload)
def forget_parts(instance: Upload, **_kwargs: Any) -> None:
    """Delete what waited for the rest of an upload; for one that became a file there is nothing left."""
    if instance.attachment_id is None:
        delete_folder.enqueue(folder_of(instance.key))
