"""Who may quote a post, and taking a quote back."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from events.log import announce
from posts.models import Post, QuotePolicy
from posts.permissions import can_edit, can_revoke_quote
from posts.services.change import lock_post
from posts.services.counting import count_in
from posts.services.streams import streams_of
from posts.signals import post_edited


@transaction.atomic
def set_quote_policy(actor: User, post: Post, policy: int) -> Post:
    """Say who may quote the actor's post from now on; quotes there are stay. Raises PermissionDenied for others'."""
    post = lock_post(post)
    if not can_edit(actor, post):
        raise PermissionDenied
    post.quote_policy = QuotePolicy(policy)
    post.save(update_fields=["quote_policy"])
    return post


@transaction.atomic
def revoke_quote(actor: User, post: Post, quoting: Post) -> Post:
    """Take the actor's ``post`` out of somebody's post that quotes it, for good; returns that post.

    Raises PermissionDenied where ``quoting`` does not quote a post of the actor.
    """
    quoting = lock_post(quoting)
    if not can_revoke_quote(actor, post, quoting):
        raise PermissionDenied
    quote = Post(pk=quoting.pk, quote_of_id=quoting.quote_of_id)
    quoting.quote_of, quoting.quote_revoked_at = None, timezone.now()
    quoting.save(update_fields=["quote_of", "quote_revoked_at"])
    if not quoting.is_gone:
        count_in(quote, -1)
    announce(post_edited, "edit", actor=actor, about=quoting, streams=streams_of(quoting), mentioned=[])
    return quoting
