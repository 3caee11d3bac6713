"""Which mail addresses lead into an account.

One that is confirmed does. One that is not leads into an account that has no confirmed one: whoever signed up with it
may have given anybody's. One that waits to take the place of a confirmed one leads nowhere: it is a proposal, perhaps
mistyped, and who reads its mail is nobody yet (OWASP Authentication Cheat Sheet, "Changing A User's Registered Email
Address").
"""

from __future__ import annotations

from allauth.account.internal.userkit import filter_users_by_email
from allauth.account.models import EmailAddress

from accounts.models import User


def people_at(email: str) -> list[User]:
    """Return whose account ``email`` leads into: of who has confirmed it, else of all who signed up with it, the first
    of them first.
    """
    found: list[User] = filter_users_by_email(email, prefer_verified=True, for_login=True)
    others = EmailAddress.objects.filter(user__in=found, verified=True).exclude(email=email.lower())
    settled = set(others.values_list("user", flat=True))
    return sorted((person for person in found if person.pk not in settled), key=lambda person: person.pk)


def is_proposal(address: EmailAddress) -> bool:
    """Whether an address waits to take the place of a confirmed one."""
    others = EmailAddress.objects.filter(user=address.user_id, verified=True).exclude(pk=address.pk)
    return not address.verified and others.exists()
