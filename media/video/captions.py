"""Captions: what is said, for those who do not hear it, in as many languages as somebody writes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from django.conf.locale import LANG_INFO
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from media.models import Attachment, Caption, Kind
from media.video.vtt import Cue, write_captions

if TYPE_CHECKING:
    from accounts.models import User

LANGUAGES: Final = 30
CODE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?", re.ASCII)


def language_names() -> list[tuple[str, str]]:
    """Return the languages captions may be in, by their own names."""
    known = [(code, str(info["name_local"])) for code, info in LANG_INFO.items() if "name_local" in info]
    return sorted(known, key=lambda entry: entry[1].casefold())


@transaction.atomic
def save_captions(actor: User, attachment: Attachment, language: str, cues: Sequence[Cue]) -> Caption:
    """Keep captions of one's own film or sound, in place of those it had in that language.

    Raises PermissionDenied for others' files, ValidationError with a sentence for what cannot have captions.
    """
    _require_own(actor, attachment)
    if attachment.kind == Kind.IMAGE or attachment.is_loop:
        raise ValidationError(_("Captions belong to films and sounds."))
    if not CODE.fullmatch(language):
        raise ValidationError(_("Choose a language."))
    Attachment.objects.select_for_update().get(pk=attachment.pk)
    if attachment.captions.exclude(language=language).count() >= LANGUAGES:
        raise ValidationError(_("There are captions in %(n)s languages already."), params={"n": LANGUAGES})
    text = write_captions(cues)
    caption, _is_new = attachment.captions.update_or_create(language=language, defaults={"text": text})
    _note_languages(attachment)
    return caption


@transaction.atomic
def delete_captions(actor: User, attachment: Attachment, language: str) -> None:
    """Take the captions in a language away; where there are none, nothing happens."""
    _require_own(actor, attachment)
    Attachment.objects.select_for_update().get(pk=attachment.pk)
    attachment.captions.filter(language=language).delete()
    _note_languages(attachment)


def _note_languages(attachment: Attachment) -> None:
    """Write the languages beside the file, so that no card has to ask for them."""
    attachment.captions_in = sorted(attachment.captions.values_list("language", flat=True))
    attachment.save(update_fields=["captions_in"])


def _require_own(actor: User, attachment: Attachment) -> None:
    if attachment.owner_id != actor.pk:
        raise PermissionDenied
