"""Posts and comments as HTML fragments, for whoever sends single ones: views that answer htmx, and sockets."""

from __future__ import annotations

from django.utils.safestring import SafeString

from accounts.models import User
from core import fragments
from posts.display import get_cards
from posts.models import Post
from posts.threads import single


def render_card(post: Post, viewer: User | None, csrf_token: str = "", *, full: bool = False) -> SafeString:
    """Return a post as its ``<article>``; ``full`` as its own page shows it. Reads it afresh for the viewer.

    Raises Post.DoesNotExist for what the viewer may not see.
    """
    return fragments.render_card(shown_to(viewer, post.pk), viewer, csrf_token, full=full)


def render_comment(post: Post, viewer: User | None, csrf_token: str = "", *, level: int = 1) -> SafeString:
    """Return a comment as its ``<li>``, without answers, ``level`` deep. Reads it afresh for the viewer.

    Raises Post.DoesNotExist for what the viewer may not see.
    """
    comment = shown_to(viewer, post.pk)
    return fragments.render_comments(
        [single(comment, level)], viewer, csrf_token, level=level, root_author_id=comment.audience_id
    )


def shown_to(viewer: User | None, pk: int) -> Post:
    """Return a post with all that a card shows; Post.DoesNotExist for what the viewer may not see."""
    card = get_cards([pk], viewer).get(pk)
    if card is None:
        raise Post.DoesNotExist
    return card
