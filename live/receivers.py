"""Facts that only those who have a page open care about."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.dispatch import receiver

from events.log import announce
from media.models import Attachment
from media.signals import attachment_opened, attachment_processed, attachment_progressed
from moderation.models import Announcement
from moderation.signals import announcement_published, announcement_withdrawn
from posts.models import Post
from posts.services.streams import streams_of


@receiver([attachment_processed, attachment_opened])
def show_processed_file(sender: object, about: Attachment, **_kwargs: Any) -> None:
    """Tell who has a post open, or follows a timeline with it, that one of its files can be seen, or has failed."""
    post = Post.objects.filter(post_attachments__attachment=about).first()
    if post is not None:
        with transaction.atomic():
            announce(None, "media", actor=None, about=post, streams=streams_of(post))


@receiver([attachment_processed, attachment_progressed])
def show_progress(sender: object, about: Attachment, **_kwargs: Any) -> None:
    """Tell the pages on which its owner is writing how far a file is."""
    with transaction.atomic():
        announce(None, "file", actor=None, about=about, streams=[f"user:{about.owner_id}"])


@receiver([announcement_published, announcement_withdrawn])
def show_announcement(sender: object, about: Announcement, **_kwargs: Any) -> None:
    """Tell apps that the house says something, or no longer does."""
    with transaction.atomic():
        announce(None, "announcement", actor=None, about=about, streams=["posts"])
