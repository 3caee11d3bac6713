"""The pull engine: what is read in which order, asked for when it is read.

Nothing is written to anybody's timeline when somebody publishes, so a home timeline has to be found among all posts.
No single query is quick for every reader (measured: a plain join takes from 0.1 ms to 900 ms), two bounded ones are:

1. *walk*: look at the next ``WINDOW`` posts beyond the cursor and keep those of people the reader follows. A reader of
   busy people is done here.
2. *merge*: only where that came up short, take the newest posts of each followed person and merge them. A reader of
   quiet people is done here. ``User.last_post_id`` bounds it: of thousands of silent people only those who spoke last
   are asked for their posts.

Both ask ``Post.objects.visible_to`` in the same statement: the engine decides where to look, never who may see.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import BooleanField, CharField, Exists, F, FilteredRelation, OuterRef, Q, QuerySet, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Concat, StrIndex
from django.db.models.lookups import Exact, GreaterThan, IsNull

from accounts.models import Follow, User
from core.ids import MAX_ID
from core.pagination import PAGE_SIZE, START, Cursor, Page, cut
from core.prepared import Prepared, fetch, person_at
from feeds.sources import FOUND_BY_TAG, carries_followed_tag, not_kept_elsewhere
from posts.display import get_cards
from posts.models import Bookmark, Hashtag, Post, PostTag, Visibility
from posts.models.post import PostQuerySet
from posts.pins import only_pinned, pinned_ids

WINDOW = 1000
SPEAKERS = 64
EVERYBODY = 1_000_000


# --- pages ----------------------------------------------------------------------------------------------------------
def read_home(viewer: User, cursor: Cursor = START, size: int = PAGE_SIZE) -> Page[Post]:
    """Return a page of the viewer's own posts and those of people they follow, without comments.

    What several people shared stands on it once, with the names of all of them.
    """
    page = _page(home_ids(viewer, cursor, size + 1), viewer, cursor, size)
    return Page(_each_once(page.items), page.older, page.newer)


def read_local(viewer: User | None, cursor: Cursor = START, size: int = PAGE_SIZE) -> Page[Post]:
    """Return a page of the public posts of everybody here who is not limited."""
    return _page(_find(in_local, viewer, cursor, size + 1), viewer, cursor, size)


def read_tag(tag: Hashtag, viewer: User | None, cursor: Cursor = START, size: int = PAGE_SIZE) -> Page[Post]:
    """Return a page of the public posts and comments that carry a tag."""
    return _page(_find(with_tag, viewer, cursor, size + 1, tag.pk, key="carried__post_id"), viewer, cursor, size)


def read_profile(
    person: User, viewer: User | None, tab: str = "posts", cursor: Cursor = START, size: int = PAGE_SIZE
) -> Page[Post]:
    """Return a page of what a person said; ``tab`` is ``posts`` (with shares), ``comments`` or ``media``."""
    return _page(_find(ON_PROFILE[tab], viewer, cursor, size + 1, person.pk), viewer, cursor, size)


def read_profile_top(person: User, viewer: User | None, size: int = PAGE_SIZE) -> tuple[list[Post], Page[Post]]:
    """Return what a person pinned and the first page of what they said, the cards of both asked for together."""
    pinned = pinned_ids(person)
    shown, older, newer = cut(_find(ON_PROFILE["posts"], viewer, START, size + 1, person.pk), START, size)
    cards = get_cards([*pinned, *shown], viewer)
    return only_pinned(pinned, cards), Page([cards[pk] for pk in shown if pk in cards], older, newer)


def read_bookmarks(viewer: User, cursor: Cursor = START, size: int = PAGE_SIZE) -> Page[Post]:
    """Return a page of what the viewer keeps, last kept first; its cursors are ids of bookmarks."""
    rows = _kept(cursor.upward, size + 1).rows(viewer.pk, cursor.id)
    shown, older, newer = cut([pk for pk, _ in rows], cursor, size)
    places = dict(rows)
    return Page(_in_order([places[pk] for pk in shown], viewer), older, newer)


@cache
def _kept(upward: bool, limit: int) -> Prepared:
    """Pairs of (bookmark, post); asking about each post keeps SQLite from listing all that the viewer may see."""

    def build(who: int, at: int) -> QuerySet[Bookmark, tuple[int, int]]:
        seen = Post.objects.visible_to(person_at(User, who)).filter(pk=OuterRef("post"))
        kept = Bookmark.objects.filter(Exists(seen), user=who)
        return Cursor(at, upward).bound(kept).values_list("pk", "post_id")[:limit]

    return Prepared(build, 2)


def _page(found: Sequence[int], viewer: User | None, cursor: Cursor, size: int) -> Page[Post]:
    shown, older, newer = cut(found, cursor, size)
    return Page(_in_order(shown, viewer), older, newer)


def _each_once(posts: Sequence[Post]) -> list[Post]:
    """Keep the first card of each post; it learns who shared it besides."""
    kept: dict[int, Post] = {}
    for post in posts:
        first = kept.setdefault(post.subject.pk, post)
        if first is not post and post.share_of_id:
            first.also_shared_by = [*first.also_shared_by, post.author]
    return list(kept.values())


def _in_order(ids: Sequence[int], viewer: User | None) -> list[Post]:
    cards = get_cards(ids, viewer)
    return [cards[pk] for pk in ids if pk in cards]


# --- what belongs on which timeline ---------------------------------------------------------------------------------
def in_local(viewer: User | None) -> PostQuerySet:
    """Public posts of everybody here who is not limited; no comments, no shares (what they share is here itself)."""
    posts = Post.objects.visible_to(viewer).wanted_by(viewer).top_level()
    return posts.filter(visibility=Visibility.PUBLIC, share_of=None, author__limited_at=None)


def local_ids(viewer: User | None, cursor: Cursor, limit: int, *, only_media: bool = False) -> list[int]:
    """Return the ids of the next public posts of everybody here beyond ``cursor``, nearest first."""
    return _find(in_local_with_files if only_media else in_local, viewer, cursor, limit)


def in_local_with_files(viewer: User | None) -> PostQuerySet:
    """The same, only posts with files."""
    return in_local(viewer).filter(attachments_count__gt=0)


def profile_ids(
    person: User,
    viewer: User | None,
    cursor: Cursor,
    limit: int,
    *,
    only_media: bool = False,
    with_comments: bool = True,
    with_shares: bool = True,
    with_direct: bool = True,
    tag: str = "",
) -> list[int]:
    """Return the ids of the next things a person said beyond ``cursor``, nearest first, of the kinds asked for."""
    posts = _said(only_media, with_comments, with_shares, with_direct, bool(tag))
    return _find(posts, viewer, cursor, limit, person.pk, *([tag] if tag else []))


@cache
def _said(
    only_media: bool, with_comments: bool, with_shares: bool, with_direct: bool, is_tagged: bool
) -> Callable[..., PostQuerySet]:
    def said(viewer: User | None, person: int, tag: str = "") -> PostQuerySet:
        posts = Post.objects.visible_to(viewer).filter(author=person)
        posts = posts if with_comments else posts.top_level()
        posts = posts if with_shares else posts.filter(share_of=None)
        posts = posts if with_direct else posts.exclude(visibility=Visibility.DIRECT)
        posts = posts.filter(attachments_count__gt=0) if only_media else posts
        return posts.filter(post_tags__tag__name=tag) if is_tagged else posts

    return said


def tagged_ids(
    tags: Sequence[int],
    viewer: User | None,
    cursor: Cursor,
    limit: int,
    *,
    and_all: Sequence[int] = (),
    and_none: Sequence[int] = (),
    only_media: bool = False,
) -> list[int]:
    """Return the ids of the next public posts beyond ``cursor`` that carry one of ``tags``, nearest first.

    ``and_all`` are tags they all must carry as well, ``and_none`` tags that none may carry.
    """
    if len(tags) == 1 and not (and_all or and_none or only_media):
        return _find(with_tag, viewer, cursor, limit, tags[0], key="carried__post_id")
    posts = Post.objects.visible_to(viewer).wanted_by(viewer)
    posts = posts.filter(_carries(tags), *map(_carries, ([tag] for tag in and_all)))
    posts = posts.filter(visibility=Visibility.PUBLIC, author__limited_at=None)
    posts = posts.exclude(_carries(and_none)) if and_none else posts
    posts = posts.filter(attachments_count__gt=0) if only_media else posts
    return list(cursor.bound(posts).values_list("pk", flat=True)[:limit])


def _carries(tags: Sequence[int]) -> Q:
    return Q(Exists(PostTag.objects.filter(post=OuterRef("pk"), tag__in=tags)))


def with_tag(viewer: User | None, tag: int) -> PostQuerySet:
    """Public posts and comments that carry the tag with this key, by people who are not limited."""
    posts = Post.objects.visible_to(viewer).wanted_by(viewer)
    # A named join takes its condition along: the one of the cursor would else meet the post's other tags.
    posts = posts.annotate(carried=FilteredRelation("post_tags", condition=Q(post_tags__tag=tag)))
    carried = posts.filter(carried__tag=tag)  # type: ignore[misc]  # the plugin does not know names made here
    return carried.filter(visibility=Visibility.PUBLIC, author__limited_at=None)


def posts_of(viewer: User | None, person: int) -> PostQuerySet:
    """Posts and shares of the person with this key; somebody muted is read on their own page."""
    return Post.objects.visible_to(viewer).filter(author=person).top_level()


def comments_of(viewer: User | None, person: int) -> PostQuerySet:
    """Comments of the person with this key."""
    return Post.objects.visible_to(viewer).filter(author=person).comments()


def media_of(viewer: User | None, person: int) -> PostQuerySet:
    """Posts and comments with files of the person with this key."""
    return Post.objects.visible_to(viewer).filter(author=person, attachments_count__gt=0)


ON_PROFILE = {"posts": posts_of, "comments": comments_of, "media": media_of}


def _find(
    posts: Callable[..., PostQuerySet],
    viewer: User | None,
    cursor: Cursor,
    limit: int,
    *values: int | str,
    key: str = "pk",
) -> list[int]:
    """Return the ids of the next of ``posts(viewer, *values)`` beyond the cursor, nearest first."""
    who = () if viewer is None else (viewer.pk,)
    query = _prepare(posts, viewer is None, cursor.upward, limit=limit, values=len(values), key=key)
    return query.keys(*who, *values, cursor.id)


@cache
def _prepare(
    posts: Callable[..., PostQuerySet], is_anonymous: bool, upward: bool, *, limit: int, values: int, key: str
) -> Prepared:
    def build(*places: int) -> QuerySet[Post, int]:
        *who, at = places
        viewer = None if is_anonymous else person_at(User, who.pop(0))
        return Cursor(at, upward).bound(posts(viewer, *who), key).values_list("pk", flat=True)[:limit]

    return Prepared(build, values + (1 if is_anonymous else 2))


# --- home -----------------------------------------------------------------------------------------------------------
def home_ids(viewer: User, cursor: Cursor = START, limit: int = PAGE_SIZE) -> list[int]:
    """Return the ids of the next posts of the viewer's home timeline beyond ``cursor``, nearest first."""
    edge = _edge(cursor)
    found = _walk(viewer, cursor, limit, edge)
    if edge is None or len(found) == limit:
        return found
    found, left_out = _merge(viewer, cursor, limit, SPEAKERS)
    if left_out and len(found) < limit:
        found, _ = _merge(viewer, cursor, limit, EVERYBODY)
    return found


def _edge(cursor: Cursor) -> int | None:
    """Return the id at the far end of the walk's window; ``None`` where fewer posts than that are left."""
    return next(iter(_edge_query(cursor.upward, WINDOW).keys(cursor.id)), None)


def _walk(viewer: User, cursor: Cursor, limit: int, edge: int | None) -> list[int]:
    end = edge if edge is not None else MAX_ID if cursor.upward else 0
    return _walk_query(cursor.upward, limit).keys(viewer.pk, cursor.id, end)


@cache
def _edge_query(upward: bool, window: int) -> Prepared:
    def build(at: int) -> QuerySet[Post, int]:
        return Cursor(at, upward).bound(Post.objects.top_level()).values_list("pk", flat=True)[window - 1 : window]

    return Prepared(build, 1)


@cache
def _walk_query(upward: bool, limit: int) -> Prepared:
    def build(who: int, at: int, edge: int) -> QuerySet[Post, int]:
        # Asking about the post inside keeps PostgreSQL from hashing all that the reader follows (10,000: 5 ms).
        is_wanted = Q(shows_shares=True) | Q(IsNull(OuterRef("share_of"), True))
        language = Concat(Value(","), OuterRef("language"), Value(","))
        is_wanted &= Q(languages="") | Q(Exact(OuterRef("language"), "")) | Q(_holds(F("languages"), language))
        followed = Follow.objects.filter(is_wanted, follower=who, followee=OuterRef("author"))
        posts = _readable(who, Cursor(at, upward))
        posts = posts.filter(Q(author=who) | Q(Exists(followed)) | carries_followed_tag(who))
        return posts.filter(**{"pk__lte" if upward else "pk__gte": edge}).values_list("pk", flat=True)[:limit]

    return Prepared(build, 3)


def _holds(languages: Any, language: Any) -> GreaterThan:
    """Whether ``,de,en,`` holds ``,de,``."""
    return GreaterThan(StrIndex(languages, language), 0)


def _readable(who: int, cursor: Cursor) -> PostQuerySet:
    viewer = person_at(User, who)
    posts = Post.objects.visible_to(viewer).wanted_by(viewer).top_level()
    return cursor.bound(posts.filter(not_kept_elsewhere(who)))


# Who may have something beyond the cursor, with the nearest id at which each can have it: exact where the person
# published since, else the last id they published under (never too near, whatever was deleted in between).
_SPEAKERS = """
    SELECT speaker.id, source.shows_shares, source.languages,
           CASE WHEN speaker.last_post_id {beyond} %s AND {last_is_nearest} THEN speaker.last_post_id ELSE (
               SELECT id FROM posts_post WHERE author_id = speaker.id AND reply_to_id IS NULL AND id {beyond} %s
               ORDER BY id {order} LIMIT 1) END AS nearest
    FROM (SELECT followee_id AS id, shows_shares, languages FROM accounts_follow WHERE follower_id = %s
          UNION ALL SELECT id, TRUE, '' FROM accounts_user WHERE id = %s) AS source
    JOIN accounts_user AS speaker ON speaker.id = source.id
    WHERE speaker.last_post_id {since} %s
"""

_MERGE = """
    WITH speakers AS MATERIALIZED (SELECT * FROM ({speakers}) AS asked WHERE nearest IS NOT NULL
                                   ORDER BY nearest {order} LIMIT %s),
         page AS (SELECT post.id FROM (SELECT * FROM speakers ORDER BY nearest {order} LIMIT %s) AS source {join}
                  WHERE post.id {within} COALESCE(
                      (SELECT nearest FROM speakers ORDER BY nearest {order} LIMIT 1 OFFSET %s), %s)
                  ORDER BY post.id {order} LIMIT %s),
         tagged AS (SELECT post.id FROM (SELECT tag_id AS id FROM posts_tagfollow WHERE user_id = %s) AS source
                    {tag_join}
                    WHERE post.id {within} COALESCE(
                        (SELECT nearest FROM speakers ORDER BY nearest {order} LIMIT 1 OFFSET %s), %s)
                    ORDER BY post.id {order} LIMIT %s)
    SELECT id FROM page UNION ALL SELECT id FROM tagged UNION ALL SELECT -(SELECT COUNT(*) FROM speakers)
"""
_DOWN = {"order": "DESC", "beyond": "<", "within": ">", "since": "IS NOT NULL AND 0 <", "last_is_nearest": "TRUE"}
_UP = {"order": "ASC", "beyond": ">", "within": "<", "since": ">", "last_is_nearest": "FALSE"}
_JOIN = {
    "postgresql": "CROSS JOIN LATERAL ({posts}) AS post",
    "sqlite": "CROSS JOIN posts_post AS post ON post.id IN ({posts})",
}


@cache
def _merge_query(upward: bool, limit: int) -> Prepared:
    def build(who: int, at: int) -> QuerySet[Post, int]:
        is_wanted = Q(share_of=None) | Q(RawSQL("source.shows_shares", (), output_field=BooleanField()))
        languages = RawSQL("source.languages", (), output_field=CharField())
        language = Concat(Value(","), F("language"), Value(","))
        is_wanted &= Q(Exact(languages, "")) | Q(language="") | Q(_holds(languages, language))
        posts = _readable(who, Cursor(at, upward)).filter(is_wanted, author=RawSQL("source.id", ()))
        return posts.values_list("id", flat=True)[:limit]

    return Prepared(build, 2)


@cache
def _tag_query(upward: bool, limit: int) -> Prepared:
    def build(who: int, at: int) -> QuerySet[Post, int]:
        viewer = person_at(User, who)
        posts = Post.objects.visible_to(viewer).wanted_by(viewer).top_level()
        posts = posts.filter(FOUND_BY_TAG, not_kept_elsewhere(who), post_tags__tag=RawSQL("source.id", ()))
        return Cursor(at, upward).bound(posts, "post_tags__post_id").values_list("id", flat=True)[:limit]

    return Prepared(build, 2)


def _merge(viewer: User, cursor: Cursor, limit: int, width: int) -> tuple[list[int], bool]:
    """Return the next ids among what the ``width`` nearest speakers published and what carries a followed tag, and
    whether a speaker was left out.

    What lies beyond the nearest id of the first speaker left out is left out too, so that all returned are next.
    """
    posts, parameters = _merge_query(cursor.upward, limit).sql(viewer.pk, cursor.id)
    tagged, tag_parameters = _tag_query(cursor.upward, limit).sql(viewer.pk, cursor.id)
    words = _UP if cursor.upward else _DOWN
    join, tag_join = (_JOIN[connection.vendor].format(posts=sql) for sql in (posts, tagged))
    sql = _MERGE.format(**words, speakers=_SPEAKERS.format(**words), join=join, tag_join=tag_join)
    speakers = [cursor.id, cursor.id, viewer.pk, viewer.pk, cursor.id]
    end = MAX_ID if cursor.upward else 0
    people, tags = [width + 1, width, *parameters, width, end, limit], [viewer.pk, *tag_parameters, width, end, limit]
    rows = [pk for (pk,) in fetch(sql, [*speakers, *people, *tags])]
    ids = sorted({pk for pk in rows if pk > 0}, reverse=not cursor.upward)
    return ids[:limit], -min(rows) > width
