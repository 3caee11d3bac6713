"""The files of a composer: those already uploaded, in their order, and those that came with the form itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.models import User
from core.display import focus
from core.ids import MAX_ID
from core.ratelimit import RateLimited, check, wait_words
from core.text import normalize_text
from media.models import Attachment, Kind
from media.services.receive import receive_file
from media.video.poster import choose_poster, frames_of
from posts.models import Post, ScheduledPost
from posts.models.post import ATTACHMENTS

AIM = re.compile(r"-?[0-9](\.[0-9]{1,6})?", re.ASCII)
DESCRIPTION_LENGTH = Attachment._meta.get_field("description").max_length or 0


@dataclass
class Item:
    """A file in the composer, and what is wrong with its description."""

    attachment: Attachment
    error: str = ""

    @property
    def thumb(self) -> str:
        """The address of a small picture of it; nothing where there is none to be had."""
        if self.attachment.kind == Kind.IMAGE:
            return self.attachment.url("w320")
        return self.attachment.url("poster") if "poster" in self.attachment.variants else ""

    @property
    def large(self) -> str:
        """The address of a picture that shows all of it."""
        return self.attachment.url("w640")

    @property
    def frames(self) -> list[tuple[str, str, bool]]:
        """The frames of which one stands for a film: name, address, and whether it is that one."""
        return [(name, self.attachment.url(name), is_shown) for name, is_shown in frames_of(self.attachment)]

    @property
    def place(self) -> str:
        """The classes that keep what matters in view."""
        return focus(self.attachment)

    @property
    def is_aimed(self) -> bool:
        """Whether somebody has said what matters in it."""
        return bool(self.attachment.focus_x or self.attachment.focus_y)


@dataclass
class Tray:
    """All files of a composer, and sentences about those that are not in it."""

    items: list[Item] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @property
    def attachments(self) -> list[Attachment]:
        """The files in their order, with the descriptions as typed."""
        return [item.attachment for item in self.items]

    @property
    def is_sound(self) -> bool:
        """Whether everything that was handed in can be published."""
        return not self.errors and not any(item.error for item in self.items)

    @property
    def room(self) -> int:
        """How many more files a post takes."""
        return max(0, ATTACHMENTS - len(self.items))


def tray_of(attachments: Sequence[Attachment]) -> Tray:
    """Return the tray of a post that stands."""
    return Tray([Item(file) for file in attachments])


def read_tray(
    request: HttpRequest, actor: User, of: Post | None = None, scheduled: ScheduledPost | None = None
) -> Tray:
    """Return the files a form names and brings; what came with the form is stored, so that no error loses it."""
    tray = Tray(_named(request, actor, of, scheduled))
    if len(tray.items) < len(set(request.POST.getlist("attachment"))):
        tray.errors.append(_("One of the files is no longer there. Please add it again."))
    for item in tray.items:
        _describe(item, request.POST.get(f"description_{item.attachment.pk}"))
        _choose_frame(item, actor, request.POST.get(f"poster_{item.attachment.pk}"))
        _aim(item.attachment, *(request.POST.get(f"focus_{axis}_{item.attachment.pk}") for axis in "xy"))
    for upload in request.FILES.getlist("files"):
        _take_in(tray, actor, upload)
    _move(tray, request.POST.get("action", ""))
    return tray


def _named(request: HttpRequest, actor: User, of: Post | None, scheduled: ScheduledPost | None) -> list[Item]:
    """Return the actor's own free files that the form names, in its order."""
    wanted = list(dict.fromkeys(_ids(request.POST.getlist("attachment"))))[: 2 * ATTACHMENTS]
    free = Q(post_place=None) if of is None else Q(post_place=None) | Q(post_place__post=of)
    free &= Q(scheduled_place=None) | Q(scheduled_place__scheduled=scheduled) if scheduled else Q(scheduled_place=None)
    found = {file.pk: file for file in Attachment.objects.filter(free, owner=actor, pk__in=wanted)}
    return [Item(found[pk]) for pk in wanted if pk in found]


def _ids(values: list[str]) -> list[int]:
    return [int(value) for value in values if value.isascii() and value.isdigit() and len(value) <= 19
            and int(value) <= MAX_ID]  # fmt: skip


def _describe(item: Item, typed: str | None) -> None:
    if typed is None:
        return
    try:
        item.attachment.description = normalize_text(typed).strip()
    except ValidationError as broken:
        item.error = broken.messages[0]
    if len(item.attachment.description) > DESCRIPTION_LENGTH:
        item.error = _("That is %(count)s characters; at most %(limit)s fit.") % {
            "count": len(item.attachment.description),
            "limit": DESCRIPTION_LENGTH,
        }


def _choose_frame(item: Item, actor: User, frame: str | None) -> None:
    """Show another frame of a film, where one was chosen; what nobody offered is left out."""
    if (frame, False) in frames_of(item.attachment):
        choose_poster(actor, item.attachment, str(frame))


def _aim(file: Attachment, *typed: str | None) -> None:
    """Note what matters in a picture, from -1 (left, bottom) to 1; what no slider can say is left out."""
    for name, value in zip(("focus_x", "focus_y"), typed, strict=True):
        if value is not None and AIM.fullmatch(value):
            setattr(file, name, max(-1.0, min(1.0, float(value))))


def _take_in(tray: Tray, actor: User, upload: UploadedFile[bytes]) -> None:
    """Store one uploaded file, or say why not."""
    if not tray.room:
        tray.errors.append(_("%(name)s: A post takes up to %(limit)s files.") % {
            "name": upload.name, "limit": ATTACHMENTS})  # fmt: skip
        return
    try:
        check("upload", f"user:{actor.pk}")
        tray.items.append(Item(receive_file(actor, upload)))
    except ValidationError as refused:
        tray.errors.append(f"{upload.name}: {refused.messages[0]}")
    except RateLimited as limit:
        tray.errors.append(too_many_files(limit))


def too_many_files(limit: RateLimited) -> str:
    """Return what to say to somebody who brings too many files at once."""
    return _("That were many files at once. You can add more in %(wait)s.") % {"wait": wait_words(limit.retry_after)}


def _move(tray: Tray, action: str) -> None:
    """Do what a button beside a file says: ``remove:<id>``, ``up:<id>``, ``down:<id>``."""
    verb, _sep, which = action.partition(":")
    place = next((n for n, item in enumerate(tray.items) if str(item.attachment.pk) == which), None)
    if place is None:
        return
    if verb == "remove":
        del tray.items[place]
        return
    other = place + {"up": -1, "down": 1}.get(verb, 0)
    if 0 <= other < len(tray.items):
        tray.items[place], tray.items[other] = tray.items[other], tray.items[place]
