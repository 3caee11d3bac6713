"""Posts for cards, quickly: ``visible_to`` and ``for_display`` with their SQL made once (core/prepared.py)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache

from django.db.models import Model, QuerySet

from accounts.models import User
from core.prepared import Prepared, person_at, slotted
from media.models import Attachment
from posts.models import Post, PostAttachment
from posts.models.post import PostQuerySet
from posts.polls import add_polls

FACE = {"id", "username", "display_name", "avatar"}  # what a card shows of a person
PICTURE = {"id", "key", "variants"}  # and of their picture


def get_cards(ids: Iterable[int], viewer: User | None, *, with_quotes: bool = True) -> dict[int, Post]:
    """Return by id, in the order asked, those of the posts that ``viewer`` may see, with all that their cards show.

    The same as ``Post.objects.visible_to(viewer).for_display(viewer)`` in at most four queries for each 80 posts, and
    without building these anew. Files are asked for only where there are some, quotes likewise.
    """
    found: dict[int, Post] = {}
    who = [] if viewer is None else [viewer.pk]
    asked = list(dict.fromkeys(ids))
    for slots in slotted(asked):
        posts = _cards(len(slots), viewer is None).objects(*who, *slots)
        found |= {post.pk: post for post in posts}
    found = {pk: found[pk] for pk in asked if pk in found}
    subjects = [post.subject for post in found.values()]
    _add_files(subjects)
    add_polls(subjects, viewer)
    if with_quotes:
        _add_quotes(subjects, viewer)
    return found


def get_visible(pk: int, viewer: User | None) -> Post | None:
    """Return the post, with who wrote it, if ``viewer`` may see it."""
    who = [] if viewer is None else [viewer.pk]
    return next(iter(_visible(viewer is None).objects(*who, pk)), None)


@cache
def _visible(is_anonymous: bool) -> Prepared:
    def build(*places: int) -> PostQuerySet:
        viewer = None if is_anonymous else person_at(User, places[0])
        return Post.objects.visible_to(viewer).select_related("author").filter(pk=places[-1])

    return Prepared(build, 1 if is_anonymous else 2)


@cache
def _cards(size: int, is_anonymous: bool) -> Prepared:
    def build(*places: int) -> PostQuerySet:
        viewer = None if is_anonymous else person_at(User, places[0])
        posts = Post.objects.visible_to(viewer).filter(pk__in=places[-size:])
        return posts.for_display(viewer).prefetch_related(None).defer(*_unshown())

    return Prepared(build, size if is_anonymous else size + 1)


def _unshown() -> list[str]:
    """Columns that no card shows: half of all that a statement for cards would bring."""
    people = {"author": FACE, "share_of__author": FACE, "reply_to__author": FACE}
    needed: list[tuple[str, type[Model], set[str]]] = [(path, User, shown) for path, shown in people.items()]
    needed.append(("reply_to", Post, {"id", "author"}))
    needed += [(f"{path}__avatar", Attachment, PICTURE) for path in ("author", "share_of__author")]
    return [
        f"{path}__{field.name}"
        for path, model, shown in needed
        for field in model._meta.concrete_fields
        if field.name not in shown
    ]


@cache
def _files(size: int) -> Prepared:
    def build(*posts: int) -> QuerySet[PostAttachment]:
        return PostAttachment.objects.filter(post__in=posts).select_related("attachment").order_by("position")

    return Prepared(build, size)


def _add_files(posts: Sequence[Post]) -> None:
    found: dict[int, list[Attachment]] = defaultdict(list)
    carrying = list({post.pk for post in posts if post.attachments_count})
    for slots in slotted(carrying):
        for row in _files(len(slots)).objects(*slots):
            found[row.post_id].append(row.attachment)
    for post in posts:
        post.files = found[post.pk]


def _add_quotes(posts: Sequence[Post], viewer: User | None) -> None:
    quoting = [(post, post.quote_of_id) for post in posts if post.quote_of_id]
    if quoting:
        quoted = get_cards((pk for _post, pk in quoting), viewer, with_quotes=False)
        for post, pk in quoting:
            post._state.fields_cache["quote_of"] = quoted.get(pk)
