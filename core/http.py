"""Small things about requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest

if TYPE_CHECKING:
    from accounts.models import User


def viewer_of(request: HttpRequest) -> User | None:
    """Return who is looking; anonymous is ``None``."""
    return request.user if request.user.is_authenticated else None
