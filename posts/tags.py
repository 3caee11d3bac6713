"""Tags as pages and the API show them: found by name, with how much they are used and what they are to the viewer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, timedelta
from functools import cache

from django.db.models import Count, Max, QuerySet
from django.utils import timezone

from accounts.models import User
from core.ids import moment_of
from core.pagination import PAGE_SIZE, START, Cursor, Page, cut
from core.prepared import Prepared
from core.text import tag_name
from posts.models import FeaturedTag, Hashtag, Post, PostTag, TagDay, TagFollow, Visibility
from posts.models.tags import FEATURED_TAGS

HISTORY = 7  # days
Use = tuple[date, int, int]


@dataclass(frozen=True)
class TagFacts:
    """How much a tag was used on each of the last seven days (day, posts, people), today first; whose it is."""

    history: list[Use] = field(default_factory=list)
    following: bool = False
    featuring: bool = False


def find_tag(name: str) -> Hashtag | None:
    """Return the tag of that name, in whatever letters; nothing for one nobody used or that was taken away."""
    return Hashtag.objects.filter(name=tag_name(name) or "", hidden_at=None).first()


def tag_facts(tags: Iterable[Hashtag], viewer: User | None, *, with_history: bool = True) -> dict[int, TagFacts]:
    """Return by id of the tag what is known of it; one query, two more for somebody signed in, however many tags.

    Without history (``with_history``) no use is counted, and its query is spared.
    """
    ids = [tag.pk for tag in tags]
    today = timezone.now().astimezone(UTC).date()
    days = [today - timedelta(days=n) for n in range(HISTORY)]
    rows = TagDay.objects.filter(tag__in=ids, day__gte=days[-1]).values_list("tag", "day", "uses", "people")
    used = {(tag, day): (uses, people) for tag, day, uses, people in rows} if ids and with_history else {}
    followed, featured = (_own(model, viewer, ids) for model in (TagFollow, FeaturedTag))
    return {
        pk: TagFacts([(day, *used.get((pk, day), (0, 0))) for day in days], pk in followed, pk in featured)
        for pk in ids
    }


def followed_tags(viewer: User, cursor: Cursor = START, size: int = PAGE_SIZE) -> Page[TagFollow]:
    """Return a page of the tags somebody follows, last chosen first; its cursors are ids of the follows."""
    follows = TagFollow.objects.filter(user=viewer, tag__hidden_at=None).select_related("tag")
    rows = {row.pk: row for row in cursor.bound(follows)[: size + 1]}
    shown, older, newer = cut(list(rows), cursor, size)
    return Page([rows[pk] for pk in shown], older, newer)


def featured_tags(person: User) -> list[FeaturedTag]:
    """Return the tags on somebody's page with ``posts_count`` and ``last_post_at`` (a date); two queries."""
    featured: list[FeaturedTag] = _featured().objects(person.pk)
    used = {tag: (n, last) for tag, n, last in _used_by(person, [row.tag_id for row in featured])} if featured else {}
    for row in featured:
        row.posts_count, last = used.get(row.tag_id, (0, None))
        row.last_post_at = moment_of(last).date() if last else None
    return sorted(featured, key=lambda row: -row.posts_count)


@cache
def _featured() -> Prepared:
    def build(person: int) -> QuerySet[FeaturedTag]:
        return FeaturedTag.objects.filter(user=person, tag__hidden_at=None).select_related("tag").order_by("pk")

    return Prepared(build, 1)


def suggest_tags(person: User, limit: int = FEATURED_TAGS) -> list[Hashtag]:
    """Return the tags somebody uses most and does not show on their page yet."""
    shown = FeaturedTag.objects.filter(user=person).values("tag")
    used = PostTag.objects.filter(post__in=_public_of(person), tag__hidden_at=None).exclude(tag__in=shown)
    counted = used.values("tag").annotate(n=Count("post")).order_by("-n", "tag").values_list("tag", flat=True)
    ids = list(counted[:limit])
    tags = Hashtag.objects.in_bulk(ids)
    return [tags[pk] for pk in ids]


def _own(model: type[TagFollow] | type[FeaturedTag], viewer: User | None, ids: list[int]) -> set[int]:
    if viewer is None or not ids:
        return set()
    return set(model._default_manager.filter(user=viewer, tag__in=ids).values_list("tag", flat=True))


def _used_by(person: User, tags: list[int]) -> QuerySet[PostTag, tuple[int, int, int]]:
    used = PostTag.objects.filter(tag__in=tags, post__in=_public_of(person))
    return used.values("tag").annotate(n=Count("post"), last=Max("post")).order_by().values_list("tag", "n", "last")


def _public_of(person: User) -> QuerySet[Post]:
    open_to_all = [Visibility.PUBLIC, Visibility.UNLISTED]
    return Post.objects.filter(author=person, visibility__in=open_to_all, deleted_at=None, hidden_at=None)
