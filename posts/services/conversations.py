"""Posts for people mentioned: which conversation each belongs to, and what somebody has read of it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max

from accounts.models import User
from events.log import announce
from posts.models import Conversation, Message, Participation, Post


def file_message(post: Post, addressed: Iterable[User]) -> list[Participation]:
    """Put a post for people mentioned into the conversation of exactly these people and its author.

    Part of publishing and editing it, within their transaction. It is unread for everybody but its author. Returns
    whose sides moved: ``tell_sides`` tells them after the post itself was announced, as streams are locked in the
    order of their names.
    """
    people = sorted({post.author_id, *(person.pk for person in addressed)})
    conversation, _ = Conversation.objects.get_or_create(key=key_of(people))
    before = Message.objects.filter(post=post).first()
    if before and before.conversation_id == conversation.pk:
        return []
    if before:
        before.delete()
        refresh_sides(before.conversation_id)
    Message.objects.create(conversation=conversation, post=post)
    return _move_sides(conversation, post, people)


def tell_sides(actor: User, sides: Iterable[Participation]) -> None:
    """Tell those who take part in a conversation that there is something new in it."""
    for side in sides:
        announce(None, "conversation", actor=actor, about=side, streams=[f"user:{side.user_id}"])


def key_of(people: Iterable[int]) -> str:
    """Return the key of the conversation of these people, named by their ids."""
    return hashlib.sha256(",".join(str(pk) for pk in sorted(people)).encode()).hexdigest()


def refresh_sides(conversation_id: int) -> None:
    """Point every side at the newest post that still stands; after one was deleted, hidden or brought back."""
    standing = Message.objects.filter(conversation=conversation_id, post__deleted_at=None, post__hidden_at=None)
    last = standing.aggregate(last=Max("post"))["last"]
    Participation.objects.filter(conversation=conversation_id).update(last_post=last)


@transaction.atomic
def mark_read(actor: User, side: Participation) -> None:
    """Note that the actor has read everything in a conversation."""
    _mark(actor, side, is_unread=False)


@transaction.atomic
def mark_unread(actor: User, side: Participation) -> None:
    """Keep a conversation in bold, to come back to it."""
    _mark(actor, side, is_unread=True)


@transaction.atomic
def put_away(actor: User, side: Participation) -> None:
    """Take a conversation off the actor's list; the next post in it brings it back. The posts stay where they are."""
    _mark(actor, side, is_unread=False, is_put_away=True)


def _mark(actor: User, side: Participation, **marks: bool) -> None:
    if side.user_id != actor.pk:
        raise PermissionDenied
    if Participation.objects.filter(pk=side.pk).exclude(**marks).update(**marks):
        announce(None, "conversation", actor=actor, about=side, streams=[f"user:{actor.pk}"])
    for name, value in marks.items():
        setattr(side, name, value)


def _move_sides(conversation: Conversation, post: Post, people: list[int]) -> list[Participation]:
    Participation.objects.bulk_create(
        (Participation(conversation=conversation, user_id=pk) for pk in people), ignore_conflicts=True
    )
    sides = list(
        Participation.objects.select_for_update(no_key=True).filter(conversation=conversation).order_by("user")
    )
    for side in sides:
        side.last_post_id = max(post.pk, side.last_post_id or 0)
        side.is_unread, side.is_put_away = side.user_id != post.author_id, False
    Participation.objects.bulk_update(sides, ["last_post", "is_unread", "is_put_away"])
    return sides
