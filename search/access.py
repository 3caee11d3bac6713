"""Who finds what. The rule, for docs/search.md and for everybody:

A post is found by whoever may see it, and only if one of these is true:

- it is for everybody (*public*), and its author lets public posts be found (a setting) and is not limited;
- it is one's own, or mentions one, or one has liked or bookmarked it.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User
from posts.models import Bookmark, Like, Mention, Post, Visibility
from posts.models.post import PostQuerySet


def findable_by(viewer: User | None) -> PostQuerySet:
    """Return the posts that ``viewer`` finds; shares are found as the post they share."""
    posts = Post.objects.visible_to(viewer).filter(share_of=None)
    is_open = Q(visibility=Visibility.PUBLIC, author__is_searchable=True, author__limited_at=None)
    if viewer is None:
        return posts.filter(is_open)
    tied = [
        Exists(tie.filter(post=OuterRef("pk"), user=viewer))
        for tie in (Mention.objects, Bookmark.objects, Like.objects)
    ]
    return posts.filter(is_open | Q(author=viewer) | tied[0] | tied[1] | tied[2])


def kept_by(viewer: User, kinds: frozenset[str]) -> QuerySet[Any, int]:
    """Return the ids of what ``viewer`` has bookmarked, or liked, or either, as a subquery."""
    ties: dict[str, QuerySet[Any]] = {"bookmarks": Bookmark.objects.all(), "likes": Like.objects.all()}
    chosen = [ties[kind].filter(user=viewer).values_list("post_id", flat=True) for kind in sorted(kinds)]
    return chosen[0] if len(chosen) == 1 else chosen[0].union(chosen[1], all=True)
