"""Hearing no more of a conversation."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from posts.models import Post, ThreadMute


@transaction.atomic
def mute_thread(actor: User, post: Post) -> ThreadMute:
    """Bring nothing of the conversation that ``post`` is part of into the actor's bell any more."""
    if not actor.is_active:
        raise PermissionDenied
    mute, _ = ThreadMute.objects.get_or_create(user=actor, root_id=post.subject.thread_root_id)
    return mute


@transaction.atomic
def unmute_thread(actor: User, post: Post) -> None:
    """Hear of the conversation again."""
    ThreadMute.objects.filter(user=actor, root=post.subject.thread_root_id).delete()


def has_muted_thread(user: User, post: Post) -> bool:
    """Whether ``user`` does not want to hear of the conversation that ``post`` is part of."""
    return ThreadMute.objects.filter(user=user, root=post.thread_root_id).exists()
