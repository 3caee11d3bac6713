"""Who may see the files of posts: whoever sees the post."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from core.prepared import Prepared, person_at
from media.access import Access
from media.models import Attachment
from posts.models import Post


def access_to_file(attachment: Attachment, viewer: User | None) -> Access:
    """Return how far the file of a post may travel; nobody sees more through a file than through its post."""
    if viewer is not None and not _posts_with(is_anonymous=False).keys(viewer.pk, attachment.pk):
        return Access.NONE
    return Access.EVERYBODY if _posts_with(is_anonymous=True).keys(attachment.pk) else Access(viewer is not None)


@cache
def _posts_with(*, is_anonymous: bool) -> Prepared:
    """A post with a file that the viewer may see: a page with films asks it dozens of times."""

    def build(*places: int) -> QuerySet[Any]:
        viewer = None if is_anonymous else person_at(User, places[0])
        posts = Post.objects.filter(post_attachments__attachment=places[-1]).visible_to(viewer)
        return posts.order_by().values_list("pk")[:1]

    return Prepared(build, 1 if is_anonymous else 2)
