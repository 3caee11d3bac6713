"""Which frame stands for a film until it is played."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from media.models import Attachment

if TYPE_CHECKING:
    from accounts.models import User

FRAME = re.compile(r"frame[0-9]{1,2}", re.ASCII)


def frames_of(attachment: Attachment) -> list[tuple[str, bool]]:
    """Return the names of the frames there are to choose from, and which of them is shown."""
    shown = attachment.variants.get("poster", {}).get("file")
    names = sorted(name for name in attachment.variants if FRAME.fullmatch(name))
    return [(name, attachment.variants[name]["file"] == shown) for name in names]


@transaction.atomic
def choose_poster(actor: User, attachment: Attachment, frame: str) -> None:
    """Let ``frame`` stand for a film of one's own; ValidationError where there is no such frame."""
    if attachment.owner_id != actor.pk:
        raise PermissionDenied
    fresh = Attachment.objects.select_for_update().get(pk=attachment.pk)
    if not FRAME.fullmatch(frame) or frame not in fresh.variants:
        raise ValidationError(_("There is no such picture of this film."))
    fresh.variants["poster"] = fresh.variants[frame]
    fresh.save(update_fields=["variants"])
    attachment.variants = fresh.variants
