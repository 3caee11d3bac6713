"""What a person may do with a post they can see."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from accounts.models import User
from posts.models import Post, QuotePolicy, Visibility

UNDO = timedelta(hours=1)


def can_comment(actor: User, post: Post) -> bool:
    """Whoever sees a post may answer, except on a share (they answer what it shares)."""
    return actor.is_active and not post.is_gone and post.share_of_id is None


def can_like(actor: User, post: Post) -> bool:
    """Whoever sees a post may like it."""
    return actor.is_active and not post.is_gone and post.share_of_id is None


def can_share(actor: User, post: Post) -> bool:
    """Only what everybody may read is passed on."""
    return can_like(actor, post) and post.visibility in {Visibility.PUBLIC, Visibility.UNLISTED}


def can_quote(actor: User, post: Post) -> bool:
    """Only what everybody may read, and only whom its author lets."""
    if not can_share(actor, post):
        return False
    if post.author_id == actor.pk or post.quote_policy == QuotePolicy.EVERYBODY:
        return True
    return post.quote_policy == QuotePolicy.FOLLOWERS and actor.following().filter(followee=post.author_id).exists()


def can_vote(actor: User, post: Post) -> bool:
    """Whoever sees a poll may vote, except its author."""
    return can_like(actor, post) and post.has_poll and post.author_id != actor.pk


def can_propose(actor: User, post: Post) -> bool:
    """Whoever sees a post may propose descriptions of its files, except its author."""
    return can_like(actor, post) and post.author_id != actor.pk


def can_pin(actor: User, post: Post) -> bool:
    """One's own posts, where everybody may read them."""
    return can_share(actor, post) and post.author_id == actor.pk


def can_revoke_quote(actor: User, post: Post, quoting: Post) -> bool:
    """The author of the post that is quoted."""
    return actor.is_active and post.author_id == actor.pk and quoting.quote_of_id == post.pk


def can_edit(actor: User, post: Post) -> bool:
    """The author, while the post stands."""
    return actor.is_active and post.author_id == actor.pk and not post.is_gone and post.share_of_id is None


def can_delete(actor: User, post: Post) -> bool:
    """The author."""
    return actor.is_active and post.author_id == actor.pk and post.deleted_at is None


def can_restore(actor: User, post: Post) -> bool:
    """The author, for an hour after deleting."""
    return (
        actor.is_active
        and post.author_id == actor.pk
        and post.deleted_at is not None
        and post.deleted_at > timezone.now() - UNDO
    )
