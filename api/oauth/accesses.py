"""Which apps may act for a person, and what they may do."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from accounts.models import User
from api.oauth.models import AccessToken, Application
from api.oauth.words import Sentence, sentences_of


@dataclass
class Access:
    """An app, and what it may do for a person, be it on several devices."""

    app: Application
    since: datetime
    last_used: date | None = None
    scopes: set[str] = field(default_factory=set)

    @property
    def sentences(self) -> list[Sentence]:
        """What it may do, in words."""
        return sentences_of(self.scopes)


def accesses_of(person: User) -> list[Access]:
    """Return the apps that may act for a person, the one let in last first."""
    found: dict[int, Access] = {}
    for token in AccessToken.objects.filter(user=person).select_related("application").order_by("-pk"):
        if token.application is None:
            continue
        access = found.setdefault(token.application.pk, Access(token.application, token.created))
        access.since = min(access.since, token.created)
        access.scopes |= token.granted
        if token.last_used and (access.last_used is None or token.last_used > access.last_used):
            access.last_used = token.last_used
    return list(found.values())
