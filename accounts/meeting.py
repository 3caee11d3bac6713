"""Whom one might like to meet: people recommended, known by those one follows, or put forward by the house."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from accounts.models import DismissedSuggestion, Endorsement, Follow, FollowRequest, User
from accounts.models.user import UserQuerySet

SUGGESTED = 40
NEAR = 100  # of the people one follows, those followed last: whom they follow is looked at
MORE = 200  # looked at besides those asked for, as some of them are known or do not want to be suggested


@dataclass(frozen=True)
class Suggestion:
    """Somebody to meet, and why: ``friends_of_friends`` with how many of them, or ``most_followed``."""

    person: User
    sources: tuple[str, ...]
    friends: int = 0


def whom_to_show(viewer: User | None) -> UserQuerySet:
    """People put forward by the house: neither limited nor apart from the viewer."""
    people: UserQuerySet = User.objects.visible_to(viewer).filter(limited_at=None)
    return people if viewer is None else people.exclude(pk__in=viewer.apart_from())


def directory(viewer: User | None, order: str = "active") -> QuerySet[User]:
    """Return who likes to be found, ``active`` (who posted last comes first) or ``new`` (who came last)."""
    people = whom_to_show(viewer).filter(is_discoverable=True).for_display()
    if order == "new":
        return people.order_by("-pk")
    return people.exclude(last_post_id=None).order_by("-last_post_id")


def endorsements(person: User, viewer: User | None) -> QuerySet[Endorsement]:
    """Return whom ``person`` recommends, of those ``viewer`` may see, newest first; with the person and picture."""
    rows = Endorsement.objects.filter(endorser=person, endorsed__in=whom_to_show(viewer))
    return rows.select_related("endorsed__avatar").order_by("-pk")


def familiar_followers(viewer: User, people: Iterable[User]) -> dict[int, list[User]]:
    """Return for each of ``people`` the followers whom ``viewer`` follows too, many followers first; two queries.

    Empty for those who hide their ties, and for the viewer, who knows.
    """
    asked = [person for person in people if not person.hides_ties and person.pk != viewer.pk]
    found: dict[int, list[User]] = {person.pk: [] for person in people}
    ties = Follow.objects.filter(
        followee__in=[person.pk for person in asked],
        follower__in=whom_to_show(viewer).filter(pk__in=viewer.following(), hides_ties=False),
    )
    pairs = list(ties.order_by("-follower__followers_count", "follower").values_list("followee_id", "follower_id"))
    cards = User.objects.for_display().in_bulk({follower for _, follower in pairs})
    for followee, follower in pairs:
        found[followee].append(cards[follower])
    return found


def suggest_people(viewer: User | None, limit: int = SUGGESTED, offset: int = 0) -> list[Suggestion]:
    """Return people to meet: those followed by many whom the viewer follows first, then those with many followers.

    Nobody whom the viewer follows, asked to follow, muted, is apart from or put away; only who likes to be suggested
    and has said something. At most three queries.
    """
    people = whom_to_show(viewer).filter(is_discoverable=True).exclude(last_post_id=None)
    counts: dict[int, int] = {}
    if viewer is not None:
        people = _not_yet_known(people, viewer)
        counts = _known_by_friends(viewer, offset + limit + MORE)
    cards = people.for_display().in_bulk(list(counts))
    friends = [pk for pk in counts if pk in cards][: offset + limit]
    near = friends[offset:]
    found = [Suggestion(cards[pk], ("friends_of_friends",), counts[pk]) for pk in near]
    rest, begin = limit - len(near), max(offset - len(friends), 0)
    if rest > 0:
        popular = people.exclude(pk__in=friends).for_display().order_by("-followers_count", "pk")
        found += [Suggestion(person, ("most_followed",)) for person in popular[begin : begin + rest]]
    return found


def _not_yet_known(people: UserQuerySet, viewer: User) -> UserQuerySet:
    return (
        people.exclude(pk=viewer.pk)
        .exclude(pk__in=viewer.following())
        .exclude(pk__in=viewer.muting())
        .exclude(pk__in=FollowRequest.objects.filter(follower=viewer).values("followee"))
        .exclude(pk__in=DismissedSuggestion.objects.filter(viewer=viewer).values("person"))
    )


def _known_by_friends(viewer: User, limit: int) -> dict[int, int]:
    """Return how many of those the viewer followed last follow whom, most first; asked before who may be suggested,
    as deciding that about everybody costs far more."""
    near = Follow.objects.filter(follower=viewer).order_by("-pk").values("followee")[:NEAR]
    ties = Follow.objects.filter(follower__in=near, follower__hides_ties=False).exclude(followee__in=viewer.following())
    counted = ties.order_by().values("followee").annotate(n=Count("pk")).order_by("-n", "followee")
    return dict(counted.values_list("followee", "n")[:limit])
