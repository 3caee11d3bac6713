"""Writes by which people say who they are and how the site treats them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import FormerName, User
from accounts.models.user import FIELD_COUNT, username_shape
from accounts.names import is_reserved, normalize_name, skeleton_of
from core.text import normalize_text, render_bio, render_field
from media.models import Attachment

RENAME_PAUSE = timedelta(days=30)
DESCRIPTION_LENGTH = 1500


class NameTaken(ValidationError):
    """Somebody has the name, had it, or has one that looks like it."""

    def __init__(self) -> None:
        super().__init__(_("Somebody has this name, or one that looks just like it. Choose another one."), code="taken")


class RenamedLately(ValidationError):
    """The last change of the name is too fresh."""

    def __init__(self) -> None:
        super().__init__(_("You changed your name less than thirty days ago."), code="lately")


@transaction.atomic
def change_profile(
    person: User, *, display_name: str, bio: str, fields: Iterable[tuple[str, str]], is_bot: bool = False
) -> None:
    """Save what a person says about themselves, and its HTML; rows of ``fields`` without words are left out."""
    person.display_name = normalize_text(display_name).strip()
    person.bio = normalize_text(bio).strip()
    person.bio_html = render_bio(person.bio, known=_known_names).html
    rows = [(normalize_text(name).strip(), normalize_text(value).strip()) for name, value in fields]
    person.fields = [
        {"name": name, "value": value, "html": render_field(value)} for name, value in rows if name or value
    ][:FIELD_COUNT]
    person.is_bot = is_bot
    person.save(update_fields=["display_name", "bio", "bio_html", "fields", "is_bot"])


@transaction.atomic
def change_picture(person: User, place: str, picture: Attachment | None) -> None:
    """Put ``picture`` in ``place`` (avatar or header); the one before is deleted with its files."""
    before: Attachment | None = getattr(person, place)
    setattr(person, place, picture)
    person.save(update_fields=[place])
    if before is not None and before != picture:
        before.delete()


def describe_picture(person: User, place: str, description: str) -> None:
    """Say what the picture in ``place`` (avatar or header) shows, for those who do not see it; nothing without one.

    Raises ValidationError for too many words.
    """
    picture: Attachment | None = getattr(person, place)
    description = normalize_text(description).strip()
    if len(description) > DESCRIPTION_LENGTH:
        raise ValidationError({place: _("At most %(limit)s characters fit.") % {"limit": DESCRIPTION_LENGTH}})
    if picture is not None:
        picture.description = description
        picture.save(update_fields=["description"])


def change_preferences(person: User, **preferences: object) -> None:
    """Save settings that concern the person alone, such as ``theme``, ``language`` or ``is_locked``."""
    for name, value in preferences.items():
        setattr(person, name, value)
    person.save(update_fields=list(preferences))


def may_rename_at(person: User) -> datetime | None:
    """Return from when on the person may change their name again; ``None`` means now."""
    again = person.renamed_at + RENAME_PAUSE if person.renamed_at else None
    return again if again and again > timezone.now() else None


def sound_name(typed: str, *, of: User | None = None, may_be_reserved: bool = False) -> str:
    """Return a name as it is kept (S08); somebody's present name (``of``) is good in any case.

    Raises ValidationError for one of another shape, one the house keeps for itself, and one that is taken.
    """
    name = normalize_name(typed)
    username_shape(name)
    if of is not None and name == of.username:
        return name
    if not may_be_reserved and is_reserved(name):
        raise ValidationError(_("The house keeps this name for itself. Choose another one."), code="reserved")
    if is_name_taken(name, by_other_than=of):
        raise NameTaken
    return name


def rename_person(person: User, name: str) -> None:
    """Change the name in a person's address, once in thirty days. The old one stays reserved for them.

    Raises RenamedLately and NameTaken.
    """
    if name == person.username:
        return
    if may_rename_at(person):
        raise RenamedLately
    if is_name_taken(name, by_other_than=person):
        raise NameTaken
    try:
        with transaction.atomic():
            old = person.username
            FormerName.objects.filter(name=name, person=person).delete()
            FormerName.objects.create(name=old, skeleton=skeleton_of(old), person=person)
            person.username, person.renamed_at = name, timezone.now()
            person.save(update_fields=["username", "skeleton", "renamed_at"])
    except IntegrityError:
        person.refresh_from_db(fields=["username", "skeleton", "renamed_at"])
        raise NameTaken from None


def is_name_taken(name: str, *, by_other_than: User | None = None) -> bool:
    """Whether ``name`` belongs to somebody, did once, or can be taken for one that does (S08)."""
    skeleton = skeleton_of(name)
    people = User.objects.filter(skeleton=skeleton) | User.objects.filter(username=name)
    former = FormerName.objects.filter(skeleton=skeleton)
    if by_other_than is not None:
        people, former = people.exclude(pk=by_other_than.pk), former.exclude(person=by_other_than)
    return people.exists() or former.exists()


def _known_names(names: set[str]) -> set[str]:
    return set(User.objects.filter(username__in=names, is_active=True).values_list("username", flat=True))
