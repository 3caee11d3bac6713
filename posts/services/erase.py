"""Making things really gone, after their time to come back is over."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, QuerySet
from django.utils import timezone

from accounts.models import Follow, User
from media.models import Attachment
from posts.models import Bookmark, Conversation, Like, Mention, Message, Pin, Poll, Post, PostEdit, PostTag
from posts.services.conversations import refresh_sides
from posts.services.polls import take_back_ballots
from posts.signals import posts_emptied

# Holds the empty places of people who left. Nobody can sign up under it: names have no hyphen.
GHOST = "deleted-account"
BATCH = 500


@transaction.atomic
def erase_deleted_posts(before: datetime) -> int:
    """Erase what was deleted before ``before``; what has answers keeps its empty place. Returns how many changed."""
    gone = Post.objects.filter(deleted_at__lt=before)
    return _erase_all(gone) + _empty_all(gone)


@transaction.atomic
def erase_person(person: User) -> None:
    """Delete an account with all it made; the counters of others stay equal to the rows.

    Posts and comments that others have answered keep an empty place under the ghost's name, so that those answers
    live on.
    """
    talks = list(Message.objects.filter(post__author=person).values_list("conversation", flat=True).distinct())
    _leave_counts(person)  # posts before people, as every writer locks them
    _leave_ties(person)
    take_back_ballots(person)
    _erase_all(person.posts.all())
    person.posts.filter(deleted_at=None).update(deleted_at=timezone.now())
    _empty_all(person.posts.all())
    ghost = _ghost()
    person.posts.update(author=ghost)
    Post.objects.filter(audience=person).update(audience=ghost)
    Attachment.objects.filter(owner=person).delete()
    person.delete()
    _tidy_conversations(talks)


def _leave_ties(person: User) -> None:
    _lower(User, "followers_count", Follow.objects.filter(follower=person).values("followee"))
    _lower(User, "following_count", Follow.objects.filter(followee=person).values("follower"))


def _leave_counts(person: User) -> None:
    """Take the person's likes, shares and comments out of the counters of others' posts."""
    standing = person.posts.filter(deleted_at=None, hidden_at=None)
    _lower(Post, "likes_count", Like.objects.filter(user=person).values("post"))
    _lower(Post, "shares_count", standing.exclude(share_of=None).values("share_of"))
    counters = {"root": "comments_count", "reply_to": "replies_count", "quote_of": "quotes_count"}
    for above, counter in counters.items():
        rows = standing.exclude(**{above: None}).values(above).annotate(n=Count("pk")).values_list(above, "n")
        for pk, n in rows.order_by(above):
            Post.objects.filter(pk=pk).update(**{counter: F(counter) - n})


def _tidy_conversations(talks: list[int]) -> None:
    """Let the others' sides show what is left, and forget conversations that nobody takes part in any more."""
    for pk in talks:
        refresh_sides(pk)
    Conversation.objects.filter(sides=None).delete()


def _lower(model: type[User] | type[Post], counter: str, ids: QuerySet[Any, Any]) -> None:
    """Lower a counter by one on each row, taking the rows in rising order as every writer does."""
    rows = model._default_manager.filter(pk__in=ids)
    locked = list(rows.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))
    model._default_manager.filter(pk__in=locked).update(**{counter: F(counter) - 1})


def _erase_all(posts: QuerySet[Post]) -> int:
    """Delete what nobody has answered, and then what nobody has answered any more; returns how many."""
    leaves = posts.exclude(Exists(Post.objects.filter(reply_to=OuterRef("pk")))).order_by("pk")
    erased = 0
    while ids := list(leaves.values_list("pk", flat=True)[:BATCH]):
        _erase(ids)
        erased += len(ids)
    return erased


def _erase(ids: list[int]) -> None:
    """Delete rows with their files, and shares of them, which count among their authors' posts."""
    sharers = Post.objects.filter(share_of__in=ids, deleted_at=None, hidden_at=None).values_list("author", flat=True)
    for pk in sorted(sharers):
        User.objects.filter(pk=pk).update(posts_count=F("posts_count") - 1)
    Attachment.objects.filter(post_place__post__in=ids).delete()
    Post.objects.filter(pk__in=ids).delete()


def _empty_all(posts: QuerySet[Post]) -> int:
    """Leave nothing of posts but their places in their threads; returns how many had something."""
    full = posts.exclude(text="", html="", spoiler="", attachments_count=0, likes_count=0, has_poll=False)
    full = full.order_by("pk")
    emptied = 0
    while ids := list(full.values_list("pk", flat=True)[:BATCH]):
        emptied += _empty(ids)
    return emptied


def _empty(ids: list[int]) -> int:
    Attachment.objects.filter(post_place__post__in=ids).delete()
    for said in (PostEdit, Mention, PostTag, Like, Bookmark, Poll, Pin, Message):
        said._default_manager.filter(post__in=ids).delete()
    posts_emptied.send(Post, ids=ids)
    return Post.objects.filter(pk__in=ids).update(
        text="", html="", spoiler="", language="", quote_of=None, attachments_count=0, likes_count=0, has_poll=False
    )


def _ghost() -> User:
    ghost: User
    ghost, is_new = User.objects.get_or_create(username=GHOST, defaults={"is_active": False})
    if is_new:
        ghost.set_unusable_password()
        ghost.save(update_fields=["password"])
    return ghost
