"""Who sees what, asked for many readers at once. The rules themselves stay where they are: ``Post.objects.visible_to``
and the timelines of ``feeds``. A comment in a lively thread is a question for each distinct reader, so questions are
prepared: building one costs ten times what asking it costs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache

from django.db.models import QuerySet

from accounts.models import Follow, User
from core.pagination import Cursor
from core.prepared import Prepared, person_at
from feeds.timelines import home_ids, in_local
from posts.models import Post, PostTag, TagFollow, Visibility
from posts.models.post import PostQuerySet

Rule = Callable[[User | None], PostQuerySet]
Ids = QuerySet[Post, int]

SLACK = 20  # posts on a home timeline between the new ones that were told of before
_STEPS = (1, 2, 4, 8, 16, 32, 64, 128, 256)  # how many ids a prepared question may have


def seen_by(viewer_id: int | None, ids: Iterable[int]) -> set[int]:
    """Return those of the posts ``ids`` that the reader may see."""
    return _among(_visible, viewer_id, ids)


def meant_for(viewer_id: int | None, ids: Iterable[int]) -> set[int]:
    """Return those of the posts ``ids`` that the reader could see before they went."""
    return _among(_meant, viewer_id, ids)


def on_local(viewer_id: int | None, ids: Iterable[int]) -> set[int]:
    """Return those of the posts ``ids`` that belong on the local timeline as the reader sees it."""
    return _among(in_local, viewer_id, ids)


def on_home(viewer_ids: Iterable[int], posts: Iterable[Post]) -> dict[int, set[int]]:
    """Return for each reader those of the new ``posts`` that belong on their home timeline.

    Only readers who follow an author or a tag, or are an author, are asked further: of thousands who are here most are
    not concerned.
    """
    posts, viewer_ids = list(posts), set(viewer_ids)
    authors = {post.author_id for post in posts}
    followers = Follow.objects.filter(followee__in=authors, follower__in=viewer_ids)
    ids = {post.pk for post in posts}
    tags = PostTag.objects.filter(post__in=ids).values("tag")
    drawn = TagFollow.objects.filter(user__in=viewer_ids, tag__in=tags).values_list("user", flat=True)
    concerned = set(followers.values_list("follower", flat=True)) | set(drawn) | (authors & viewer_ids)
    below = Cursor(max(ids, default=0) + 1)
    people = User.objects.filter(pk__in=concerned)
    return {person.pk: ids & set(home_ids(person, below, len(ids) + SLACK)) for person in people}


def carrying(tag: str, viewer_id: int | None, ids: Iterable[int]) -> set[int]:
    """Return those of the posts ``ids`` that belong on the timeline of the tag of that name."""
    carriers = PostTag.objects.filter(tag__name=tag, post__in=set(ids), post__author__limited_at=None)
    public = carriers.filter(post__visibility=Visibility.PUBLIC).values_list("post", flat=True)
    return _among(_wanted, viewer_id, public)


def with_media(ids: Iterable[int]) -> set[int]:
    """Return those of the posts ``ids`` that have files."""
    return set(Post.objects.filter(pk__in=set(ids), attachments_count__gt=0).values_list("pk", flat=True))


def _wanted(viewer: User | None) -> PostQuerySet:
    return Post.objects.visible_to(viewer).wanted_by(viewer)


def _visible(viewer: User | None) -> PostQuerySet:
    return Post.objects.visible_to(viewer)


def _meant(viewer: User | None) -> PostQuerySet:
    return Post.objects.meant_for(viewer)


def _among(rule: Rule, viewer_id: int | None, ids: Iterable[int]) -> set[int]:
    wanted = sorted(set(ids))
    found: set[int] = set()
    for start in range(0, len(wanted), _STEPS[-1]):
        part = wanted[start : start + _STEPS[-1]]
        count = next(step for step in _STEPS if step >= len(part))
        part += part[-1:] * (count - len(part))
        found.update(
            _public(rule, count).keys(*part) if viewer_id is None else _own(rule, count).keys(viewer_id, *part)
        )
    return found


@cache
def _public(rule: Rule, count: int) -> Prepared:
    def build(*ids: int) -> Ids:
        return rule(None).filter(pk__in=ids).values_list("pk", flat=True)

    return Prepared(build, count)


@cache
def _own(rule: Rule, count: int) -> Prepared:
    def build(who: int, *ids: int) -> Ids:
        return rule(person_at(User, who)).filter(pk__in=ids).values_list("pk", flat=True)

    return Prepared(build, count + 1)
