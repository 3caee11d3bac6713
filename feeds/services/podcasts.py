"""Describing one's podcast."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.text import normalize_text
from feeds.models import Category, PodcastCard
from feeds.models.podcast import DESCRIPTION_LENGTH, TITLE_LENGTH
from media.video.captions import language_names


@transaction.atomic
def describe_podcast(
    actor: User, *, title: str = "", description: str = "", category: str = "", language: str = "", is_explicit: bool
) -> PodcastCard:
    """Say what one's podcast is called and about; what is empty is said for the person.

    Raises ValidationError, under its field, for what is too long or none of those there are.
    """
    if not actor.is_active:
        raise PermissionDenied
    title, description = " ".join(normalize_text(title).split()), normalize_text(description).strip()
    if len(title) > TITLE_LENGTH:
        raise ValidationError({"title": _("The title is too long.")})
    if len(description) > DESCRIPTION_LENGTH:
        raise ValidationError({"description": _("The description is too long.")})
    if category not in Category.values:
        raise ValidationError({"category": _("Choose one of the categories.")})
    if language and language not in dict(language_names()):
        raise ValidationError({"language": _("Choose a language.")})
    said = {"title": title, "description": description, "category": category, "language": language}
    card, _is_new = PodcastCard.objects.update_or_create(person=actor, defaults={**said, "is_explicit": is_explicit})
    return card
