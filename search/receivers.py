"""What the index hears of. All of these signals are sent within the transaction that writes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.dispatch import receiver

from media.models import Attachment
from media.signals import attachment_described
from posts.models import Post, PostAttachment
from posts.signals import post_placed, posts_changed, posts_emptied
from search.gather import said
from search.index import forget_posts, index_posts, write_entry


@receiver(post_placed)
def write_new(
    *, about: Post, people: Iterable[int], tags: Iterable[str], files: Sequence[Attachment], answers: Sequence[str],
    **_more: Any,
) -> None:  # fmt: skip
    """Write the entry of a new post from what is in hand, without asking for it again."""
    pairs = [(file.kind, file.description) for file in files]
    write_entry(about.pk, said(about, people=people, tags=tags, answers=answers, files=pairs))


@receiver(posts_changed)
def write_changed(*, ids: Sequence[int], **_more: Any) -> None:
    """Write entries anew."""
    index_posts(ids)


@receiver(attachment_described)
def write_described(*, about: Attachment, **_more: Any) -> None:
    """Write the entry of the post with a file that is described in other words."""
    index_posts(list(PostAttachment.objects.filter(attachment=about).values_list("post_id", flat=True)))


@receiver(posts_emptied)
def forget(*, ids: Sequence[int], **_more: Any) -> None:
    """Forget what was said at places that are empty now."""
    forget_posts(ids)
