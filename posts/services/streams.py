"""Which streams of the log a post belongs to."""

from __future__ import annotations

from posts.models import Post


def streams_of(post: Post) -> list[str]:
    """Return the names of the streams on which what happens to a post is told.

    Comments have a stream of their own beside that of their thread, for timelines that show them (a tag's, a list's).
    """
    if post.is_comment:
        return ["comments", f"post:{post.root_id}"]
    return ["posts"] if post.share_of_id else [f"post:{post.pk}", "posts"]
