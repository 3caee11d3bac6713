"""Moderators see the files of the posts that they may decide about, also of hidden ones."""

from __future__ import annotations

from accounts.models import User
from accounts.permissions import can_moderate
from media.access import Access
from media.models import Attachment
from moderation.desk import posts_in_sight


def access_for_moderators(attachment: Attachment, viewer: User | None) -> Access:
    """Return whether a moderator looks at what was reported, or at what everybody may read."""
    if viewer is None or not can_moderate(viewer):
        return Access.NONE
    seen = posts_in_sight().filter(post_attachments__attachment=attachment).exists()
    return Access.SOME if seen else Access.NONE
