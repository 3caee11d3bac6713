"""People as pages show them: one person, those around them, and whom one might like to meet."""

from __future__ import annotations

import re
from functools import cache

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Window
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.meeting import directory, endorsements, whom_to_show
from accounts.models import Endorsement, Follow, PersonNote, User
from accounts.models.user import UserQuerySet, username_shape
from accounts.relations import Relation, relations
from core.pagination import PAGE_SIZE, START, Cursor, Page, cut
from core.prepared import Prepared, person_at
from core.words import sought_in
from feeds.podcasts import sounds_for_everybody
from posts.models import FeaturedTag, Pin

KNOWN_SHOWN = 3
KNOWN_NAMED = 2
FOUND = 10


def get_person(username: str, viewer: User | None) -> User:
    """Return the person of that name with their pictures, and what there is to ask for on their page.

    That is whether they have a podcast, pinned something, show tags, recommend people (``has_podcast``, ``has_pins``,
    ``has_tags``, ``has_endorsed``), and what the viewer noted about them (``private_note``). Http404 for nobody and for
    somebody unseen alike.
    """
    name = username.lower()
    who = [] if viewer is None else [viewer.pk]
    found = _people(viewer is None).objects(*who, name) if re.match(username_shape.regex, name) else []
    if not found:
        raise Http404
    person: User = found[0]
    return person


@cache
def _people(is_anonymous: bool) -> Prepared:
    def build(*places: int) -> QuerySet[User]:
        viewer = None if is_anonymous else person_at(User, places[0])
        people: UserQuerySet = User.objects.visible_to(viewer).select_related("avatar", "header")
        page = people.filter(username=places[-1]).annotate(
            has_podcast=Exists(sounds_for_everybody().filter(attachment__owner=OuterRef("pk"))),
            has_pins=Exists(Pin.objects.filter(user=OuterRef("pk"))),
            has_tags=Exists(FeaturedTag.objects.filter(user=OuterRef("pk"))),
            has_endorsed=Exists(Endorsement.objects.filter(endorser=OuterRef("pk"))),
        )
        if viewer is None:
            return page
        note = PersonNote.objects.filter(author=viewer, about=OuterRef("pk"))
        return page.annotate(private_note=Subquery(note.values("text")))

    return Prepared(build, 1 if is_anonymous else 2)


def followers_known(person: User, viewer: User) -> tuple[list[User], int]:
    """Return some of the people ``viewer`` follows who follow ``person``, and how many there are."""
    shown = _followers_known().objects(viewer.pk, person.pk)
    return shown, shown[0].total if shown else 0


@cache
def _followers_known() -> Prepared:
    def build(who: int, person: int) -> QuerySet[User]:
        viewer = person_at(User, who)
        ties = Follow.objects.filter(followee=person, follower__in=viewer.following())
        people = whom_to_show(viewer).filter(pk__in=ties.values("follower"), hides_ties=False).for_display()
        return people.annotate(total=Window(Count("pk"))).order_by("-followers_count", "pk")[:KNOWN_SHOWN]

    return Prepared(build, 2, anew=True)


def endorsed_by(person: User, viewer: User | None, limit: int) -> list[User]:
    """Return whom ``person`` recommends, of those ``viewer`` may see, last recommended first."""
    who = [] if viewer is None else [viewer.pk]
    return [row.endorsed for row in _endorsed(viewer is None, limit).objects(*who, person.pk)]


@cache
def _endorsed(is_anonymous: bool, limit: int) -> Prepared:
    def build(*places: int) -> QuerySet[Endorsement]:
        viewer = None if is_anonymous else person_at(User, places[0])
        return endorsements(person_at(User, places[-1]), viewer)[:limit]

    return Prepared(build, 1 if is_anonymous else 2)


def read_followers(person: User, viewer: User | None, cursor: Cursor = START) -> Page[User]:
    """Return a page of those who follow ``person``, last come first; its cursors are ids of follows."""
    return _read_ties(Follow.objects.filter(followee=person), "follower", viewer, cursor)


def read_following(person: User, viewer: User | None, cursor: Cursor = START) -> Page[User]:
    """Return a page of those whom ``person`` follows, last chosen first; its cursors are ids of follows."""
    return _read_ties(Follow.objects.filter(follower=person), "followee", viewer, cursor)


def _read_ties(ties: QuerySet[Follow], side: str, viewer: User | None, cursor: Cursor) -> Page[User]:
    seen = ties.filter(**{f"{side}__in": User.objects.visible_to(viewer)}).select_related(f"{side}__avatar")
    rows = {tie.pk: tie for tie in cursor.bound(seen)[: PAGE_SIZE + 1]}
    shown, older, newer = cut(list(rows), cursor)
    return Page([getattr(rows[pk], side) for pk in shown], older, newer)


def with_relations(people: list[User], viewer: User | None) -> list[tuple[User, Relation]]:
    """Return each person with what ties the viewer to them."""
    ties = relations(viewer, people)
    return [(person, ties[person.pk]) for person in people]


def name_some(people: list[User], count: int) -> str:
    """Return "Jonas, Theo and 11 more you follow" for ``count`` people of whom ``people`` are some."""
    names = [person.name for person in people[: KNOWN_NAMED if count > KNOWN_NAMED else count]]
    more = count - len(names)
    if more:
        words = ngettext("%(names)s and %(n)s more you follow", "%(names)s and %(n)s more you follow", more)
        return words % {"names": ", ".join(names), "n": more}
    if len(names) == 1:
        return _("%(name)s, whom you follow") % {"name": names[0]}
    return _("%(name)s and %(other)s, whom you follow") % {"name": names[0], "other": names[1]}


def read_directory(viewer: User | None, order: str, cursor: Cursor = START) -> Page[User]:
    """Return a page of who likes to be found: ``active``, whose newest post is newest, or ``new``, who came last."""
    key = "pk" if order == "new" else "last_post_id"
    rows = list(cursor.bound(directory(viewer, order), key)[: PAGE_SIZE + 1])
    by_key = {getattr(person, key): person for person in rows}
    shown, older, newer = cut(list(by_key), cursor)
    return Page([by_key[place] for place in shown], older, newer)


def newest_people(viewer: User | None, limit: int = 6) -> list[User]:
    """Return who came last."""
    return list(_whom_to_put_forward(viewer).for_display().order_by("-pk")[:limit])


def find_people(words: str, viewer: User | None, limit: int = FOUND, *, followed_by: User | None = None) -> list[User]:
    """Return people whose name begins with ``words``, or whose shown name has them; of the last the beginning will do.

    Accents and capitals do not matter, as everywhere in search.
    """
    found = Q(username__startswith=words.removeprefix("@").lower())
    if sought := sought_in(words):
        found |= Q(sought__contains=sought)
    people = whom_to_show(viewer).filter(found)
    people = people.filter(pk__in=followed_by.following()) if followed_by else people
    return list(people.for_display().order_by("-followers_count", "pk")[:limit])


def _whom_to_put_forward(viewer: User | None) -> UserQuerySet:
    """People the house may suggest: those who said they like to be."""
    return whom_to_show(viewer).filter(is_discoverable=True)
