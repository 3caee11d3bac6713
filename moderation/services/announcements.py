"""What the house says to everybody, and who has read it."""

from __future__ import annotations

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from core.text import normalize_text, render_post
from events.log import announce
from moderation.models import Announcement, AnnouncementRead
from moderation.signals import announcement_published, announcement_withdrawn

SHOWN = 3  # above a timeline
_KEY = "announcements"
_SECONDS = 10


@transaction.atomic
def save_announcement(announcement: Announcement) -> None:
    """Save an announcement with its HTML, and say that it can be read now, or no longer.

    Raises ValidationError for what is none: without a text, or over before it begins.
    """
    announcement.text = normalize_text(announcement.text).strip()
    announcement.clean_fields()
    announcement.validate_constraints()
    announcement.html = render_post(announcement.text).html
    if announcement.is_published and announcement.published_at is None:
        announcement.published_at = timezone.now()
    announcement.save()
    transaction.on_commit(_forget)
    fact = announcement_published if announcement.is_published else announcement_withdrawn
    announce(fact, "announcement", actor=None, about=announcement, streams=[])


@transaction.atomic
def delete_announcement(announcement: Announcement) -> None:
    """Delete an announcement for everybody."""
    pk = announcement.pk
    announcement.delete()
    transaction.on_commit(_forget)
    announcement.pk = pk
    announce(announcement_withdrawn, "announcement", actor=None, about=announcement, streams=[])


def dismiss_announcement(actor: User, announcement: Announcement) -> None:
    """Put an announcement away for ``actor``; doing it twice is doing it once."""
    AnnouncementRead.objects.get_or_create(announcement=announcement, person=actor)


def read_announcements(viewer: User | None, *, with_read: bool = True) -> list[Announcement]:
    """Return what is to be read now, newest first, each with ``is_read``; without what was put away if asked."""
    found = Announcement.objects.current().for_reader(viewer)
    return [announcement for announcement in found if with_read or not announcement.is_read]


def banners(viewer: User | None) -> list[Announcement]:
    """Return what stands above the timelines: what is to be read now and was not put away.

    What there is was asked for at most ten seconds ago; where there is nothing, no query is made.
    """
    current: list[Announcement] | None = cache.get(_KEY)
    if current is None:
        current = list(Announcement.objects.current()[:SHOWN])
        cache.set(_KEY, current, _SECONDS)
    if viewer is None or not current:
        return current
    read = set(
        AnnouncementRead.objects.filter(person=viewer, announcement__in=current).values_list("announcement", flat=True)
    )
    return [announcement for announcement in current if announcement.pk not in read]


def _forget() -> None:
    cache.delete(_KEY)
