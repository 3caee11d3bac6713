"""What stands first on somebody's page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from django.db.models import QuerySet

from accounts.models import User
from core.prepared import Prepared
from posts.display import get_cards
from posts.models import Pin, Post
from posts.models.places import PINS


def pinned_posts(person: User, viewer: User | None) -> list[Post]:
    """Return the posts a person pinned, as far as ``viewer`` may see them, last pinned first, ready for cards."""
    ids = pinned_ids(person)
    return only_pinned(ids, get_cards(ids, viewer) if ids else {})


def pinned_ids(person: User) -> list[int]:
    """Return the ids of what a person pinned, last pinned first; more than are shown, for some may be gone."""
    return _pins().keys(person.pk)


def only_pinned(ids: Sequence[int], cards: Mapping[int, Post]) -> list[Post]:
    """Return of the cards those that are shown as pinned."""
    return [cards[pk] for pk in ids if pk in cards][:PINS]


@cache
def _pins() -> Prepared:
    def build(person: int) -> QuerySet[Pin, int]:
        pins = Pin.objects.filter(user=person).order_by("-pk")
        return pins.values_list("post", flat=True)[: 4 * PINS]  # pins of deleted posts stay for an hour

    return Prepared(build, 1)
