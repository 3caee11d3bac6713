"""Leaving a mark on a post, and passing it on."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from core.written import bump, insert
from events.log import announce
from posts.models import Bookmark, Like, Post
from posts.permissions import can_like, can_share
from posts.services.change import lock_post, mark_deleted
from posts.services.counting import count_published
from posts.signals import post_being_liked, post_counted, post_deleted, post_shared, post_unliked


@transaction.atomic
def like_post(actor: User, post: Post) -> Like:
    """Record that ``actor`` likes ``post``; liking twice is liking once.

    Raises PermissionDenied for somebody who may see the post but not react to it.
    """
    if not can_like(actor, post):
        raise PermissionDenied
    like = Like(post=post, user=actor)
    if not insert(like, unless_there=True):
        return Like.objects.filter(post=post, user=actor).first() or like_post(actor, post)  # taken back meanwhile
    bump(Post, post.pk, likes_count=1)
    announce(None, "counts", actor=actor, about=post, streams=[f"post:{post.thread_root_id}"])
    post_being_liked.send(sender=Post, actor=actor, about=post)
    return like


@transaction.atomic
def unlike_post(actor: User, post: Post) -> None:
    """Take a like back; without a like, nothing happens."""
    deleted, _ = Like.objects.filter(post=post, user=actor).delete()
    if deleted:
        bump(Post, post.pk, likes_count=-1)
        announce(post_unliked, "counts", actor=actor, about=post, streams=[f"post:{post.thread_root_id}"])


@transaction.atomic
def share_post(actor: User, post: Post) -> Post:
    """Pass a post on to the actor's followers; returns the share. Sharing twice is sharing once."""
    if not can_share(actor, post):
        raise PermissionDenied
    share = Post(author=actor, audience=actor, share_of=post, visibility=post.visibility)
    if not insert(share, unless_there=True):  # the database keeps one
        return Post.objects.filter(author=actor, share_of=post, deleted_at=None).first() or share_post(actor, post)
    bump(Post, post.pk, shares_count=1)
    count_published(share)
    announce(post_counted, "counts", actor=actor, about=post, streams=[f"post:{post.thread_root_id}"])
    announce(post_shared, "post", actor=actor, about=share, streams=["posts"])
    return share


@transaction.atomic
def unshare_post(actor: User, post: Post) -> None:
    """Take a share back; without one, nothing happens."""
    share = Post.objects.filter(author=actor, share_of=post, deleted_at=None).first()
    if share and mark_deleted(lock_post(share)):
        announce(post_counted, "counts", actor=actor, about=post, streams=[f"post:{post.thread_root_id}"])
        announce(post_deleted, "delete", actor=actor, about=share, streams=["posts"])


@transaction.atomic
def bookmark_post(actor: User, post: Post) -> Bookmark:
    """Keep a post for later."""
    if not can_like(actor, post):
        raise PermissionDenied
    bookmark = Bookmark(post=post, user=actor)
    if insert(bookmark, unless_there=True):
        return bookmark
    return Bookmark.objects.filter(post=post, user=actor).first() or bookmark_post(actor, post)


@transaction.atomic
def unbookmark_post(actor: User, post: Post) -> None:
    """Forget a kept post."""
    Bookmark.objects.filter(post=post, user=actor).delete()
