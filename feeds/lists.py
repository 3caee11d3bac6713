"""The timeline of a list of people, and who is on it.

Found as a home timeline is (feeds/timelines.py): a bounded walk over the newest posts, which is enough for people who
write much, then the newest posts of each member merged, which is enough for those who write little.
"""

from __future__ import annotations

from functools import cache

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL

from accounts.models import Follow, User
from core.ids import MAX_ID
from core.pagination import PAGE_SIZE, START, Cursor, Page, cut
from core.prepared import Prepared, fetch, person_at
from feeds.models import ListMember, PeopleList, RepliesPolicy
from feeds.models.lists import MEMBERS
from posts.display import get_cards
from posts.models import Post
from posts.models.post import PostQuerySet

WINDOW = 1000
SPEAKERS = 32


def read_list(people: PeopleList, viewer: User, cursor: Cursor = START, size: int = PAGE_SIZE) -> Page[Post]:
    """Return a page of what the people on a list of the viewer's say, with the answers that the list shows."""
    shown, older, newer = cut(list_ids(people, viewer, cursor, size + 1), cursor, size)
    cards = get_cards(shown, viewer)
    return Page([cards[pk] for pk in shown if pk in cards], older, newer)


def get_list(viewer: User, pk: int) -> PeopleList | None:
    """Return a list of the viewer's; nobody else's is there for them."""
    return PeopleList.objects.filter(owner=viewer, pk=pk).first()


def lists_of(viewer: User) -> QuerySet[PeopleList]:
    """Return the viewer's lists by name."""
    return PeopleList.objects.filter(owner=viewer).order_by("title", "pk")


def lists_with(viewer: User, person: User) -> QuerySet[PeopleList]:
    """Return those of the viewer's lists that ``person`` is on."""
    return lists_of(viewer).filter(members__person=person)


def members_of(people: PeopleList, viewer: User, cursor: Cursor = START, size: int = PAGE_SIZE) -> Page[User]:
    """Return a page of the people on a list, last put on first; its cursors are ids of the places on the list."""
    members = people.members.filter(person__in=User.objects.visible_to(viewer)).select_related("person__avatar")
    rows = {row.pk: row for row in cursor.bound(members)[: size + 1]}
    shown, older, newer = cut(list(rows), cursor, size)
    return Page([rows[pk].person for pk in shown], older, newer)


def list_ids(people: PeopleList, viewer: User, cursor: Cursor = START, limit: int = PAGE_SIZE) -> list[int]:
    """Return the ids of the next posts of a list beyond ``cursor``, nearest first; three queries, four at most."""
    edge = next(iter(_edge_query(cursor.upward, WINDOW).keys(cursor.id)), None)
    end = edge if edge is not None else MAX_ID if cursor.upward else 0
    walk = _walk_query(people.replies_policy, cursor.upward, limit)
    found = walk.keys(viewer.pk, people.pk, cursor.id, end)
    if edge is None or len(found) == limit:
        return found
    found, left_out = _merge(people, viewer, cursor, limit, SPEAKERS)
    if left_out and len(found) < limit:
        found, _ = _merge(people, viewer, cursor, limit, MEMBERS)
    return found


@cache
def _edge_query(upward: bool, window: int) -> Prepared:
    def build(at: int) -> QuerySet[Post, int]:
        return Cursor(at, upward).bound(Post.objects.all()).values_list("pk", flat=True)[window - 1 : window]

    return Prepared(build, 1)


@cache
def _walk_query(policy: str, upward: bool, limit: int) -> Prepared:
    def build(who: int, people: int, at: int, edge: int) -> QuerySet[Post, int]:
        members = ListMember.objects.filter(list=people, person=OuterRef("author"))
        posts = _readable(who, people, policy).filter(Exists(members), **{"pk__lte" if upward else "pk__gte": edge})
        return Cursor(at, upward).bound(posts).values_list("pk", flat=True)[:limit]

    return Prepared(build, 4)


def _readable(who: int, people: int, policy: str) -> PostQuerySet:
    """Posts, and comments as far as the list shows answers."""
    viewer = person_at(User, who)
    posts = Post.objects.visible_to(viewer).wanted_by(viewer)
    if policy == RepliesPolicy.NONE:
        return posts.top_level()
    if policy == RepliesPolicy.LIST:
        answered = Exists(ListMember.objects.filter(list=people, person=OuterRef("reply_to__author")))
    else:
        answered = Exists(Follow.objects.filter(follower=who, followee=OuterRef("reply_to__author")))
    own = Q(reply_to__author=F("author")) | Q(reply_to__author=who)
    return posts.filter(Q(reply_to=None) | own | Q(answered))


_MERGE = """
    WITH speakers AS MATERIALIZED (
             SELECT * FROM (
                 SELECT person_id AS id, (SELECT id FROM posts_post WHERE author_id = member.person_id
                                          AND id {beyond} %s ORDER BY id {order} LIMIT 1) AS nearest
                 FROM feeds_listmember AS member WHERE list_id = %s) AS asked
             WHERE nearest IS NOT NULL ORDER BY nearest {order} LIMIT %s),
         page AS (SELECT post.id FROM (SELECT * FROM speakers ORDER BY nearest {order} LIMIT %s) AS source {join}
                  WHERE post.id {within} COALESCE(
                      (SELECT nearest FROM speakers ORDER BY nearest {order} LIMIT 1 OFFSET %s), %s)
                  ORDER BY post.id {order} LIMIT %s)
    SELECT id FROM page UNION ALL SELECT -(SELECT COUNT(*) FROM speakers)
"""
_DOWN = {"order": "DESC", "beyond": "<", "within": ">"}
_UP = {"order": "ASC", "beyond": ">", "within": "<"}
_JOIN = {
    "postgresql": "CROSS JOIN LATERAL ({posts}) AS post",
    "sqlite": "CROSS JOIN posts_post AS post ON post.id IN ({posts})",
}


@cache
def _merge_query(policy: str, upward: bool, limit: int) -> Prepared:
    def build(*places: int) -> QuerySet[Post, int]:
        posts = _readable(places[0], places[1], policy).filter(author=RawSQL("source.id", ()))
        return Cursor(places[-1], upward).bound(posts).values_list("id", flat=True)[:limit]

    return Prepared(build, 3 if policy == RepliesPolicy.LIST else 2)


def _merge(people: PeopleList, viewer: User, cursor: Cursor, limit: int, width: int) -> tuple[list[int], bool]:
    """Return the next ids among what the ``width`` nearest speakers said, and whether a speaker was left out."""
    query = _merge_query(people.replies_policy, cursor.upward, limit)
    asked = [people.pk] if people.replies_policy == RepliesPolicy.LIST else []
    posts, parameters = query.sql(viewer.pk, *asked, cursor.id)
    sql = _MERGE.format(**(_UP if cursor.upward else _DOWN), join=_JOIN[connection.vendor].format(posts=posts))
    end = MAX_ID if cursor.upward else 0
    before, after = [cursor.id, people.pk, width + 1, width], [width, end, limit]
    rows = [pk for (pk,) in fetch(sql, [*before, *parameters, *after])]
    return sorted((pk for pk in rows if pk > 0), reverse=not cursor.upward), -min(rows) > width
