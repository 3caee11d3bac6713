"""Who may sign in how. Both ways find the person of a session, which every request does, without building the query."""

from __future__ import annotations

from functools import cache
from typing import Any

from allauth.account.auth_backends import AuthenticationBackend as AllauthBackend
from django.contrib.auth.backends import ModelBackend

from accounts.models import User
from core.prepared import Prepared


class QuickBackend(ModelBackend):
    """Finds people by their id."""

    def get_user(self, user_id: Any) -> User | None:
        """Return the person with their picture, which stands on every page, if they may be here."""
        user: User | None = next(iter(_with_picture().objects(int(user_id))), None)
        return user if user and self.user_can_authenticate(user) else None


class PasswordBackend(QuickBackend):
    """By name and password."""


class AuthenticationBackend(QuickBackend, AllauthBackend):  # type: ignore[misc]  # allauth has no types
    """By name or address and password, by a code, by a passkey."""


@cache
def _with_picture() -> Prepared:
    return Prepared(lambda pk: User.objects.select_related("avatar").filter(pk=pk), 1)
