"""Conversations among people mentioned, as somebody's own list of them shows them."""

from __future__ import annotations

from collections import defaultdict
from functools import cache

from django.db.models import QuerySet

from accounts.models import User
from core.ids import MAX_ID
from core.pagination import PAGE_SIZE, START, Cursor, Page, cut
from core.prepared import Prepared
from posts.display import get_cards
from posts.models import Message, Participation, Post

SHOWN = 100  # counting stops here: the rail says 99+


def read_conversations(viewer: User, cursor: Cursor = START, size: int = PAGE_SIZE) -> Page[Participation]:
    """Return a page of the viewer's conversations, last spoken in first; its cursors are ids of last posts.

    Each brings ``others`` (who else takes part) and ``card`` (the last post, where the viewer may see it).
    """
    own = Participation.objects.filter(user=viewer, is_put_away=False).exclude(last_post=None)
    rows = {side.last_post_id or 0: side for side in cursor.bound(own, "last_post")[: size + 1]}
    shown, older, newer = cut(list(rows), cursor, size)
    sides = [rows[pk] for pk in shown]
    _fill(sides, viewer)
    return Page(sides, older, newer)


def get_conversation(viewer: User, pk: int) -> Participation | None:
    """Return the viewer's side of a conversation, filled as on the list; nothing for others'."""
    side = Participation.objects.filter(user=viewer, pk=pk).first()
    if side is not None:
        _fill([side], viewer)
    return side


def read_messages(side: Participation, viewer: User, cursor: Cursor = START, size: int = PAGE_SIZE) -> Page[Post]:
    """Return a page of the posts of a conversation, newest first, as far as the viewer may see them."""
    posts = Message.objects.filter(conversation=side.conversation_id, post__in=Post.objects.visible_to(viewer))
    found = list(cursor.bound(posts, "post").values_list("post", flat=True)[: size + 1])
    shown, older, newer = cut(found, cursor, size)
    cards = get_cards(shown, viewer)
    return Page([cards[pk] for pk in shown if pk in cards], older, newer)


def conversation_of(viewer: User, post: Post) -> Participation | None:
    """Return the viewer's side of the conversation that a post for people mentioned belongs to."""
    return Participation.objects.filter(user=viewer, conversation__messages__post=post).first()


def count_unread_conversations(viewer: User) -> int:
    """Return how many conversations wait to be read, counted up to 100; one query."""
    return len(unread_conversations().keys(viewer.pk))


@cache
def unread_conversations() -> Prepared:
    """Return the query for the conversations that wait to be read, asked with the key of who reads."""

    def build(who: int) -> QuerySet[Participation, int]:
        sides = Participation.objects.filter(user=who, is_unread=True, is_put_away=False)
        return sides.exclude(last_post=None).values_list("pk", flat=True)[:SHOWN]

    return Prepared(build, 1)


def _fill(sides: list[Participation], viewer: User) -> None:
    """Load who takes part and the last posts of all; what the viewer may not see any more stays out."""
    everybody = Participation.objects.filter(conversation__in=[side.conversation_id for side in sides])
    seen = everybody.exclude(user=viewer).filter(user__in=User.objects.visible_to(viewer))
    people: dict[int, list[User]] = defaultdict(list)
    for other in seen.select_related("user__avatar").order_by("user"):
        people[other.conversation_id].append(other.user)
    cards = get_cards([side.last_post_id for side in sides if side.last_post_id], viewer)
    for side in sides:
        side.others = people[side.conversation_id]
        side.card = cards.get(side.last_post_id or 0) or _last_seen(side, viewer)


def _last_seen(side: Participation, viewer: User) -> Post | None:
    """Return the newest post the viewer may see where they may not see the last: somebody left, or there is a block."""
    return next(iter(read_messages(side, viewer, Cursor(side.last_post_id or MAX_ID), 1).items), None)
