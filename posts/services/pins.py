"""What somebody wants to be read first on their page."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services.turns import wait_turn
from posts.models import Pin, Post
from posts.models.places import PINS
from posts.permissions import can_pin


@transaction.atomic
def pin_post(actor: User, post: Post) -> Pin:
    """Put the actor's own post on top of their page; pinning twice is pinning once.

    Raises PermissionDenied for others' posts and for those not everybody may read, ValidationError beyond five pins.
    """
    if not can_pin(actor, post):
        raise PermissionDenied
    wait_turn(actor)
    pins = Pin.objects.filter(user=actor, post__deleted_at=None, post__hidden_at=None)
    existing = pins.filter(post=post).first()
    if existing:
        return existing
    if pins.count() >= PINS:
        raise ValidationError(_("Up to %(limit)s posts can be pinned. Take another one down first.") % {"limit": PINS})
    return Pin.objects.create(user=actor, post=post)


@transaction.atomic
def unpin_post(actor: User, post: Post) -> None:
    """Take a post down from the top of the actor's page."""
    Pin.objects.filter(user=actor, post=post).delete()
