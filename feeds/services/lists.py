"""Lists of people: made, changed, and who is on them."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services.turns import wait_turn
from core.text import normalize_text
from feeds.models import ListMember, PeopleList, RepliesPolicy
from feeds.models.lists import LISTS, MEMBERS, TITLE_LENGTH


@transaction.atomic
def create_list(
    actor: User, title: str, *, replies_policy: str = RepliesPolicy.LIST, is_exclusive: bool = False
) -> PeopleList:
    """Make an empty list; ValidationError, under its field, for no name, one too long, and beyond fifty lists."""
    if not actor.is_active:
        raise PermissionDenied
    wait_turn(actor)
    if PeopleList.objects.filter(owner=actor).count() >= LISTS:
        raise ValidationError({"title": _("You can have up to %(limit)s lists.") % {"limit": LISTS}})
    made = PeopleList(owner=actor, is_exclusive=is_exclusive)
    _describe(made, title, replies_policy)
    made.save(force_insert=True)
    return made


@transaction.atomic
def change_list(
    actor: User,
    people: PeopleList,
    *,
    title: str | None = None,
    replies_policy: str | None = None,
    is_exclusive: bool | None = None,
) -> PeopleList:
    """Change what a list is called and does; what is ``None`` stays."""
    people = _own(actor, people)
    _describe(people, people.title if title is None else title, replies_policy or people.replies_policy)
    people.is_exclusive = people.is_exclusive if is_exclusive is None else is_exclusive
    people.save()
    return people


@transaction.atomic
def delete_list(actor: User, people: PeopleList) -> None:
    """Delete a list; the people on it never knew of it."""
    _own(actor, people).delete()


@transaction.atomic
def add_to_list(actor: User, people: PeopleList, persons: Iterable[User]) -> None:
    """Put persons whom the actor can see on a list; who is on it already stays there once.

    Raises PermissionDenied for somebody unseen, ValidationError beyond five hundred.
    """
    people = _own(actor, people)
    wanted = {person.pk for person in persons}
    if User.objects.visible_to(actor).filter(pk__in=wanted).exclude(pk__in=actor.apart_from()).count() < len(wanted):
        raise PermissionDenied
    new = wanted - set(people.members.filter(person__in=wanted).values_list("person", flat=True))
    if people.members.count() + len(new) > MEMBERS:
        raise ValidationError(_("A list takes up to %(limit)s people.") % {"limit": MEMBERS})
    ListMember.objects.bulk_create(ListMember(list=people, person_id=pk) for pk in sorted(new))


@transaction.atomic
def remove_from_list(actor: User, people: PeopleList, persons: Iterable[User]) -> None:
    """Take persons off a list; who is not on it stays off."""
    _own(actor, people).members.filter(person__in=[person.pk for person in persons]).delete()


def _own(actor: User, people: PeopleList) -> PeopleList:
    found = PeopleList.objects.select_for_update(no_key=True).filter(pk=people.pk, owner=actor).first()
    if found is None:
        raise PermissionDenied
    return found


def _describe(people: PeopleList, title: str, replies_policy: str) -> None:
    title = normalize_text(title).strip()
    if not title:
        raise ValidationError({"title": _("Give it a name.")})
    if len(title) > TITLE_LENGTH:
        raise ValidationError({"title": _("A name takes up to %(limit)s characters.") % {"limit": TITLE_LENGTH}})
    if replies_policy not in RepliesPolicy.values:
        raise ValidationError({"replies_policy": _("Choose which answers it shows.")})
    people.title, people.replies_policy = title, replies_policy
