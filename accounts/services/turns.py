"""One thing after the other."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied

from accounts.models import User


def wait_turn(person: User) -> None:
    """Let what one person does at the same moment happen one after the other, each to the end of its transaction.

    Whoever counts what somebody has, so that it stays at so many, asks for this first: two at once could both be the
    last. Raises PermissionDenied for somebody whose account was erased a moment ago.
    """
    if not list(User.objects.select_for_update(no_key=True).filter(pk=person.pk).values_list("pk")):
        raise PermissionDenied
