"""The counters of other posts that a post is part of. They count what is neither deleted nor hidden."""

from __future__ import annotations

from collections import defaultdict

from core.prepared import run
from core.written import bump
from posts.models import Post


def count_in(post: Post, by: int) -> None:
    """Count a post in (+1) or out (-1) wherever it counts, the rows in rising order as every writer takes them."""
    for pk, names in sorted(counters_of(post).items()):
        bump(Post, pk, **dict.fromkeys(names, by))


def count_published(post: Post) -> None:
    """Count a new post or share of its author, and remember it as their newest."""
    run(_PUBLISHED, [post.pk, post.pk, post.author_id])


_PUBLISHED = """
    UPDATE accounts_user SET posts_count = posts_count + 1,
           last_post_id = CASE WHEN last_post_id > %s THEN last_post_id ELSE %s END
    WHERE id = %s
"""


def counters_of(post: Post) -> dict[int, list[str]]:
    """Return by id of other posts the names of their counters that this one is part of."""
    found: dict[int, list[str]] = defaultdict(list)
    if post.root_id and post.reply_to_id:
        found[post.root_id].append("comments_count")
        found[post.reply_to_id].append("replies_count")
    if post.share_of_id:
        found[post.share_of_id].append("shares_count")
    if post.quote_of_id:
        found[post.quote_of_id].append("quotes_count")
    return found
