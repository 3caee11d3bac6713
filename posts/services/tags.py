"""Following tags, showing them on one's page, and counting how much each is used."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services.turns import wait_turn
from core.ids import id_at
from core.text import tag_name
from posts.models import FeaturedTag, Hashtag, Post, PostTag, TagDay, TagFollow, Visibility
from posts.models.tags import FEATURED_TAGS, FOLLOWED_TAGS

DAYS_KEPT = 30


@transaction.atomic
def follow_tag(actor: User, name: str) -> Hashtag:
    """Bring public posts with a tag into the actor's home timeline; following twice is following once.

    Nobody has to have used the tag before. Raises ValidationError for what is no tag, and beyond a hundred.
    """
    tag = _tag(actor, name)
    wait_turn(actor)
    follows = TagFollow.objects.filter(user=actor)
    if follows.filter(tag=tag).exists():
        return tag
    if follows.count() >= FOLLOWED_TAGS:
        raise ValidationError(_("You can follow up to %(limit)s tags.") % {"limit": FOLLOWED_TAGS})
    TagFollow.objects.create(user=actor, tag=tag)
    return tag


@transaction.atomic
def unfollow_tag(actor: User, name: str) -> None:
    """Follow a tag no longer; without following it, nothing happens."""
    TagFollow.objects.filter(user=actor, tag__name=tag_name(name)).delete()


@transaction.atomic
def feature_tag(actor: User, name: str) -> FeaturedTag:
    """Show a tag on the actor's page; twice is once. ValidationError for what is no tag, and beyond ten."""
    tag = _tag(actor, name)
    wait_turn(actor)
    featured = FeaturedTag.objects.filter(user=actor).select_related("tag")
    existing = featured.filter(tag=tag).first()
    if existing:
        return existing
    if featured.count() >= FEATURED_TAGS:
        raise ValidationError(_("Your page has room for %(limit)s tags.") % {"limit": FEATURED_TAGS})
    return FeaturedTag.objects.create(user=actor, tag=tag)


@transaction.atomic
def unfeature_tag(actor: User, name: str) -> None:
    """Take a tag off the actor's page again."""
    FeaturedTag.objects.filter(user=actor, tag__name=tag_name(name)).delete()


def count_tag_days() -> int:
    """Count anew how much each tag was used today and yesterday (UTC), and forget old days; returns how many rows."""
    today = timezone.now().astimezone(UTC).date()
    TagDay.objects.filter(day__lt=today - timedelta(days=DAYS_KEPT)).delete()
    return sum(_count_day(day) for day in (today - timedelta(days=1), today))


def _count_day(day: date) -> int:
    begin = datetime(day.year, day.month, day.day, tzinfo=UTC)
    within = {"post__gte": id_at(begin), "post__lt": id_at(begin + timedelta(days=1))}
    public = Post.objects.visible_to(None).filter(visibility=Visibility.PUBLIC, author__limited_at=None)
    public = public.filter(pk__gte=within["post__gte"], pk__lt=within["post__lt"])
    used = PostTag.objects.filter(post__in=public, **within).values("tag").order_by("tag")
    counted = used.annotate(n=Count("post"), who=Count("post__author", distinct=True)).values_list("tag", "n", "who")
    rows = [TagDay(tag_id=tag, day=day, uses=uses, people=people) for tag, uses, people in counted]
    with transaction.atomic():
        TagDay.objects.filter(day=day).exclude(tag__in=[row.tag_id for row in rows]).delete()
        TagDay.objects.bulk_create(
            rows, 500, update_conflicts=True, unique_fields=["tag", "day"], update_fields=["uses", "people"]
        )
    return len(rows)


def _tag(actor: User, name: str) -> Hashtag:
    canonical = tag_name(name.removeprefix("#"))
    if not canonical:
        raise ValidationError(_("A tag is one word of letters and digits."))
    if not actor.is_active:
        raise PermissionDenied
    tag, _made = Hashtag.objects.get_or_create(name=canonical, defaults={"shown": canonical})
    if tag.hidden_at:
        raise ValidationError(_("This tag was taken away by the moderators."))
    return tag
