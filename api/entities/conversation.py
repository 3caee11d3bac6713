"""Posts for people mentioned, gathered by who takes part."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from accounts.models import User
from api.entities.account import Account, accounts_by_id
from api.entities.status import Status, statuses_of
from posts.models import Participation


class Conversation(TypedDict):
    """One conversation from the person's side."""

    id: str
    unread: bool
    accounts: list[Account]
    last_status: Status | None


def conversations_of(sides: Sequence[Participation], viewer: User) -> list[Conversation]:
    """Return conversations with ``others`` and ``card`` filled; a fixed number of queries for all."""
    accounts = accounts_by_id(person.pk for side in sides for person in side.others)
    cards = [side.card for side in sides if side.card]
    posts = {card.pk: status for card, status in zip(cards, statuses_of(cards, viewer), strict=True)}
    return [
        {
            "id": str(side.pk),
            "unread": side.is_unread,
            "accounts": [accounts[person.pk] for person in side.others],
            "last_status": posts.get(side.card.pk) if side.card else None,
        }
        for side in sides
    ]
