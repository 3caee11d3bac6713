"""What several kinds of endpoints do alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import Http404

from accounts.models import User
from api.answers import Paged
from api.entities.account import account_of, people_by_id
from api.entities.status import statuses_of
from api.paging import Span, page_of, paged
from posts.display import get_cards
from posts.models import Post


def get_post(pk: int, viewer: User | None) -> Post:
    """Return a post with all its card shows; Http404 for one the viewer may not see."""
    card = get_cards([pk], viewer).get(pk)
    if card is None:
        raise Http404
    return card


def get_person(pk: int, viewer: User | None, *, with_apart: bool = False) -> User:
    """Return a person with their pictures; Http404 for one the viewer may not see.

    ``with_apart`` finds those too who block the viewer: a block is answered, and lifted, across a block.
    """
    people = User.objects.filter(is_active=True) if with_apart else User.objects.visible_to(viewer)
    person: User | None = people.select_related("avatar", "header").filter(pk=pk).first()
    if person is None:
        raise Http404
    return person


def page_of_posts(ids: Sequence[int], viewer: User | None, span: Span, keys: Sequence[int] | None = None) -> Paged:
    """Return a page of the posts with these ids, in this order; ``keys`` is what orders it, if not the ids."""
    cards = get_cards(ids, viewer)
    shown = [cards[pk] for pk in ids if pk in cards]
    return paged(statuses_of(shown, viewer), ids if keys is None else keys, span)


def page_of_people(
    rows: QuerySet[Any],
    span: Span,
    who: str,
    viewer: User | None,
    entity: Callable[[User, Any], Any] | None = None,
    *,
    with_apart: bool = False,
) -> Paged:
    """Return a page of the people whom ``who`` of each row names, by the id of the row; nobody the viewer may not see.

    ``entity(person, row)`` makes more of them than an account. ``with_apart`` is for the lists of whom one parted from.
    """
    seen = User.objects.filter(is_active=True) if with_apart else User.objects.visible_to(viewer)
    if viewer is not None and not with_apart:
        seen = seen.exclude(pk__in=viewer.apart_from())
    found = page_of(rows.filter(**{f"{who}__in": seen}), span)
    people = people_by_id(getattr(row, f"{who}_id") for row in found)
    pairs = [(people[getattr(row, f"{who}_id")], row) for row in found]
    items = [entity(person, row) if entity else account_of(person) for person, row in pairs]
    return paged(items, [row.pk for row in found], span)
