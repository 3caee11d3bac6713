"""Keeping the index right. Entries are written in the transaction of what they tell of: none is late or lost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.apps import apps as installed
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from core.written import insert
from posts.models import Post
from search.document import document
from search.facts import Said
from search.gather import gather
from search.models import VERSION, Entry

BATCH = 500


def index_posts(ids: Sequence[int], apps: Any = installed) -> int:
    """Write the entries of these posts from what they say now; returns how many have one."""
    if not ids:
        return 0
    _wait_for(ids, apps)
    found = gather(ids, apps)
    write_entries(found, apps)
    return len(found)


def _wait_for(ids: Sequence[int], apps: Any) -> None:
    """Let whoever writes these entries at this moment finish, so that what is read next is what they wrote."""
    if connection.features.has_select_for_update:
        entries = apps.get_model("search.Entry")._base_manager.filter(post__in=ids).order_by("post")
        list(entries.select_for_update(no_key=True).values_list("pk"))


def write_entry(pk: int, said: Said) -> None:
    """Write what a new post says; one statement."""
    insert(Entry(post_id=pk, words=document(said.texts, said.facts()), version=VERSION))


def write_entries(said: dict[int, Said], apps: Any = installed) -> None:
    """Write what posts say, by their ids."""
    entry = apps.get_model("search.Entry")
    entry._base_manager.bulk_create(
        [entry(post_id=pk, words=document(one.texts, one.facts()), version=VERSION) for pk, one in said.items()],
        update_conflicts=True,
        unique_fields=["post"],
        update_fields=["words", "version"],
    )


def forget_posts(ids: Iterable[int]) -> None:
    """Take posts out of the index."""
    Entry.objects.filter(post__in=ids).delete()


def missing(apps: Any = installed) -> QuerySet[Any]:
    """Return posts without an entry, or with one of another version."""
    entry, post = apps.get_model("search.Entry"), apps.get_model("posts.Post")
    kept = Exists(entry._base_manager.filter(post=OuterRef("pk"), version=VERSION))
    says = ~Q(text="", spoiler="", attachments_count=0, has_poll=False)  # emptied places have nothing to be found by
    posts: QuerySet[Any] = post._base_manager.filter(says, ~kept, share_of=None)
    return posts


def fill_index(apps: Any = installed, *, batch: int = BATCH) -> Iterator[int]:
    """Write all entries that are missing, newest first, and yield after each batch how many that were.

    Each batch is a transaction of its own, so this may be stopped at any time and goes on where it stopped. A post
    that is being changed is passed over: it writes its own entry, or is still missing the next time. Waiting for it
    could be waiting for somebody who waits for us, as others lock posts in rising order.
    """
    below = None
    while True:
        with transaction.atomic():
            posts = missing(apps).order_by("-pk")
            posts = posts if below is None else posts.filter(pk__lt=below)
            ids = list(posts.select_for_update(no_key=True, skip_locked=True).values_list("pk", flat=True)[:batch])
            if not ids:
                return
            count = index_posts(ids, apps)
        below = ids[-1]
        yield count


def outdate_index() -> int:
    """Mark all entries as made by another version, so that ``fill_index`` makes them anew; returns how many."""
    return Entry.objects.update(version=0)


def count_posts() -> int:
    """Return how many posts belong into the index."""
    return Post.objects.filter(share_of=None).count()
