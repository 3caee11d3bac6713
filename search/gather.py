"""What posts say, read from their rows: for building the index, and after an edit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.apps import apps as installed
from django.db.models import QuerySet

from posts.models import Visibility
from search.facts import Said

_NEEDED = ("pk", "author_id", "text", "html", "spoiler", "language", "visibility", "has_poll", "attachments_count")


def gather(ids: Sequence[int], apps: Any = installed) -> dict[int, Said]:
    """Return what each of the posts says; six queries for any number. Shares say nothing.

    ``apps`` are those of a migration, where one asks.
    """
    posts = list(_rows(apps, "posts.Post").filter(pk__in=ids, share_of=None).only(*_NEEDED))
    people = _by_post(_rows(apps, "posts.Mention").filter(post__in=ids).values_list("post_id", "user_id"))
    tags = _by_post(_rows(apps, "posts.PostTag").filter(post__in=ids).values_list("post_id", "tag__name"))
    polled = [post.pk for post in posts if post.has_poll]
    options = _rows(apps, "posts.PollOption").filter(poll__post__in=polled).order_by("poll", "position")
    answers = _by_post(options.values_list("poll__post_id", "title"))
    shown = [post.pk for post in posts if post.attachments_count]
    places = _rows(apps, "posts.PostAttachment").filter(post__in=shown).order_by("position")
    files = _by_post(places.values_list("post_id", "attachment__kind", "attachment__description"))
    return {
        post.pk: said(post, people=people[post.pk], tags=tags[post.pk], answers=answers[post.pk], files=files[post.pk])
        for post in posts
    }


def said(
    post: Any, *, people: Iterable[int], tags: Iterable[str], answers: Iterable[str], files: Sequence[tuple[str, str]]
) -> Said:
    """Return what a post says; ``files`` are pairs of kind and description."""
    return Said(
        author=post.author_id,
        is_open=post.visibility == Visibility.PUBLIC,
        texts=(post.text, post.spoiler, *answers, *(description for _kind, description in files)),
        language=post.language,
        has_link='<a href="http' in post.html,
        has_poll=post.has_poll,
        kinds=[kind for kind, _description in files],
        people=people,
        tags=tags,
    )


def _rows(apps: Any, model: str) -> QuerySet[Any]:
    rows: QuerySet[Any] = apps.get_model(model)._base_manager.order_by("pk")
    return rows


def _by_post(rows: Iterable[tuple[Any, ...]]) -> defaultdict[int, list[Any]]:
    found: defaultdict[int, list[Any]] = defaultdict(list)
    for post, *values in rows:
        found[post].append(values[0] if len(values) == 1 else tuple(values))
    return found
