"""From the text that an app sends to what it may do. Every request of every app asks this, so it is one query."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from accounts.services.presence import note_presence
from api.oauth.models import AccessToken, digest
from core.prepared import Prepared

MAX_LENGTH = 200


def token_of(raw: str) -> AccessToken | None:
    """Return the token in force with its app and its person (with picture), or None. One query.

    Once a day one more notes that it is in use. The person may be inactive: whoever lets the app act looks at that.
    """
    if not raw or len(raw) > MAX_LENGTH or not raw.isascii():
        return None
    token: AccessToken | None = next(iter(_in_force().objects(digest(raw))), None)
    if token is not None:
        note_use(token)
    return token


def note_use(token: AccessToken) -> None:
    """Write down the day, unless it is written already, and count the person among those who are here."""
    today = timezone.now().date()
    if token.last_used != today:
        token.last_used = today
        AccessToken.objects.filter(pk=token.pk).update(last_used=today)
        if token.user is not None and token.user.is_active:
            note_presence(token.user)


def still_in_force(keys: Iterable[int]) -> set[int]:
    """Return those of these tokens' keys that have not been taken back, and whose people may act: for open streams."""
    acting = Q(user=None) | Q(user__is_active=True)
    tokens = AccessToken.objects.filter(acting, pk__in=set(keys), expires__gt=timezone.now())
    return set(tokens.values_list("pk", flat=True))


@cache
def _in_force() -> Prepared:
    tokens = AccessToken.objects.select_related("application", "user__avatar")
    return Prepared(lambda checksum: tokens.filter(token_checksum=checksum, expires__gt=Now()), 1)
