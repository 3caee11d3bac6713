"""Where much is being said just now: the same for everybody, counted once a minute."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from itertools import islice

from django.core.cache import cache as shared
from django.db.models import Count
from django.utils import timezone

from accounts.models import User
from core.ids import id_at
from core.prepared import Prepared, person_at
from core.text import title_of
from posts.models import Hashtag, Post, PostTag, Visibility
from posts.models.post import PostQuerySet

DAYS = 3
SECONDS = 60
CANDIDATES = 12
TALKS = 3
TAGS = 12


@dataclass(frozen=True, slots=True)
class Talk:
    """A post that is being talked about: its first words, and how many comments it got lately."""

    post: Post
    headline: str
    recent: int


def lively_talks(viewer: User | None, limit: int = TALKS) -> list[Talk]:
    """Return the posts most was said about lately, as far as the viewer wants them."""
    counts = shared.get_or_set("lively-talks", _count_talks, SECONDS) or {}
    if not counts:
        return []
    who = [] if viewer is None else [viewer.pk]
    posts = _still_seen(viewer is None).objects(*who, *list(counts), *[0] * (CANDIDATES - len(counts)))
    found = sorted(posts, key=lambda post: (-counts[post.pk], -post.pk))
    talks = (Talk(post, post.spoiler or title_of(post.html, 90), counts[post.pk]) for post in found if post.html)
    return list(islice(talks, limit))


def lively_tags(limit: int = TAGS) -> list[Hashtag]:
    """Return the tags that most people used lately in public posts, with ``recent`` uses each."""
    counts = shared.get_or_set("lively-tags", _count_tags, SECONDS) or {}
    tags = sorted(Hashtag.objects.filter(pk__in=counts, hidden_at=None), key=lambda tag: (-counts[tag.pk], tag.name))
    for tag in tags:
        tag.recent = counts[tag.pk]  # type: ignore[attr-defined]  # for the template
    return tags[:limit]


def find_tags(words: str, limit: int = TAGS) -> list[Hashtag]:
    """Return tags that begin with ``words`` and that some public post carries."""
    public = Post.objects.visible_to(None).filter(visibility=Visibility.PUBLIC)
    used = PostTag.objects.filter(post__in=public).values("tag")
    begins = Hashtag.objects.filter(name__startswith=words.removeprefix("#").casefold(), hidden_at=None)
    return list(begins.filter(pk__in=used).order_by("name")[:limit])


@cache
def _still_seen(is_anonymous: bool) -> Prepared:
    def build(*places: int) -> PostQuerySet:
        viewer = None if is_anonymous else person_at(User, places[0])
        posts = Post.objects.visible_to(viewer).wanted_by(viewer)
        return posts.filter(pk__in=places[-CANDIDATES:]).only("html", "spoiler", "language")

    return Prepared(build, CANDIDATES + (not is_anonymous))


def _count_talks() -> dict[int, int]:
    since = id_at(timezone.now() - timedelta(days=DAYS))
    public = {"root__visibility": Visibility.PUBLIC, "root__author__limited_at": None}
    comments = Post.objects.visible_to(None).comments().filter(pk__gte=since, **public)
    counted = comments.values("root").annotate(n=Count("author", distinct=True), said=Count("pk"))
    rows = counted.order_by("-n", "-said", "-root").values_list("root", "said")[:CANDIDATES]
    return {root: said for root, said in rows if root is not None}


def _count_tags() -> dict[int, int]:
    since = id_at(timezone.now() - timedelta(days=DAYS))
    public = Post.objects.visible_to(None).filter(visibility=Visibility.PUBLIC, author__limited_at=None, pk__gte=since)
    counted = PostTag.objects.filter(post__in=public).values("tag").annotate(n=Count("post__author", distinct=True))
    return dict(counted.order_by("-n", "tag").values_list("tag", "n")[: TAGS * 2])
