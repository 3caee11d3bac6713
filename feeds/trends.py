"""What many people care about just now: the same for everybody, worked out once in a few minutes.

Links have no trends here: posts keep no cards of what they link to.
"""

from __future__ import annotations

from datetime import UTC, timedelta

from django.core.cache import cache as shared
from django.db.models import F, Sum
from django.utils import timezone

from accounts.models import User
from core.ids import id_at
from posts.display import get_cards
from posts.models import Hashtag, Post, TagDay, Visibility

DAYS = 3  # a post is new for so long
TAG_DAYS = 2
SECONDS = 300
FEW = 2  # one person's favourite word is no trend
KEPT = 100


def trending_tags(limit: int = 10, offset: int = 0) -> list[Hashtag]:
    """Return the tags that most people used yesterday and today (UTC), most first."""
    ids: list[int] = shared.get_or_set("trending-tags", _find_tags, SECONDS) or []
    shown = ids[offset : offset + limit]
    tags = Hashtag.objects.filter(hidden_at=None).in_bulk(shown)
    return [tags[pk] for pk in shown if pk in tags]


def trending_posts(viewer: User | None, limit: int = 20, offset: int = 0) -> list[Post]:
    """Return the public posts of the last days that were liked, shared and answered most, as cards for ``viewer``."""
    ids: list[int] = shared.get_or_set("trending-posts", _find_posts, SECONDS) or []
    seen = Post.objects.visible_to(viewer).wanted_by(viewer).filter(pk__in=ids).values_list("pk", flat=True)
    wanted = set(seen) if ids else set()
    shown = [pk for pk in ids if pk in wanted][offset : offset + limit]
    cards = get_cards(shown, viewer)
    return [cards[pk] for pk in shown if pk in cards]


def _find_tags() -> list[int]:
    since = timezone.now().astimezone(UTC).date() - timedelta(days=TAG_DAYS - 1)
    days = TagDay.objects.filter(day__gte=since, tag__hidden_at=None).values("tag")
    counted = days.annotate(who=Sum("people"), n=Sum("uses")).filter(who__gte=FEW).order_by("-who", "-n", "tag")
    return list(counted.values_list("tag", flat=True)[:KEPT])


def _find_posts() -> list[int]:
    """A share counts twice: it carries a post to people who would not have met it."""
    since = id_at(timezone.now() - timedelta(days=DAYS))
    public = Post.objects.visible_to(None).top_level()
    public = public.filter(visibility=Visibility.PUBLIC, share_of=None, pk__gte=since)
    public = public.filter(author__limited_at=None, author__is_discoverable=True, is_sensitive=False, spoiler="")
    weight = F("likes_count") + 2 * F("shares_count") + F("comments_count")
    found = public.annotate(weight=weight).filter(weight__gte=FEW).order_by("-weight", "-pk")
    return list(found.values_list("pk", flat=True)[:KEPT])
