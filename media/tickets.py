"""Addresses that say by themselves for whom they are.

Apps load files without a token. A file that is not for everybody therefore gets an address with a ticket: who asks,
for which file, on which day, signed. It grants nothing: whether that person may see the file is asked as always.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from django.contrib.auth import get_user_model
from django.core.signing import BadSignature, Signer
from django.utils import timezone

from media.models import Attachment

if TYPE_CHECKING:
    from accounts.models import User

NAME: Final = "ticket"
GOOD_FOR: Final = 2  # days; a day's address stays the same all day, so that apps can keep what they loaded


def with_ticket(address: str, file: Attachment, holder_id: int) -> str:
    """Return the address of a file for one person, good today and tomorrow."""
    return f"{address}?{NAME}={_signer(file.key).sign(f'{holder_id}.{_today().isoformat()}')}"


def holder_of(ticket: str, key: str) -> User | None:
    """Return who a ticket for the file with this key is for; None for one that is false, too old or of nobody."""
    try:
        holder, day = _signer(key).unsign(ticket).split(".")
        is_good = date.fromisoformat(day) > _today() - timedelta(days=GOOD_FOR)
    except (BadSignature, ValueError):
        return None
    person: User | None = (
        get_user_model()._default_manager.filter(pk=holder, is_active=True).first() if is_good else None
    )
    return person


def _signer(key: str) -> Signer:
    return Signer(salt=f"media.ticket.{key}")


def _today() -> date:
    return timezone.now().date()
