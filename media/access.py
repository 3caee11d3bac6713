"""Who may see a file. This room knows nothing of posts, so rooms above say it for theirs."""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from typing import TYPE_CHECKING

from media.models import Attachment, Purpose

if TYPE_CHECKING:
    from accounts.models import User


class Access(IntEnum):
    """How far a file may travel."""

    NONE = 0
    SOME = 1
    """This viewer may see it; no cache in between may keep it."""
    EVERYBODY = 2


Checker = Callable[[Attachment, "User | None"], Access]
_checkers: list[Checker] = []


def register_checker(checker: Checker) -> Checker:
    """Let ``checker`` say what a viewer (``None`` is the public) may see; call it when the app starts."""
    if checker not in _checkers:
        _checkers.append(checker)
    return checker


def access_to(attachment: Attachment, viewer: User | None) -> Access:
    """Return the widest access that anybody grants: faces and headers are public, one's own files are one's own."""
    if attachment.purpose != Purpose.POST:
        return Access.EVERYBODY
    granted = max((checker(attachment, viewer) for checker in _checkers), default=Access.NONE)
    is_own = viewer is not None and attachment.owner_id == viewer.pk
    return max(granted, Access.SOME) if is_own else granted
