"""What search costs, inside Django: the ids of a page for every kind of question, and what publishing pays for it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median

from django.db import connection, transaction

from accounts.models import Block, User
from feeds.benchmark import seldom_word
from posts.models import Post
from posts.services.publish import publish_post
from posts.signals import post_placed
from search import receivers
from search.find import find_ids
from search.language import read_query

ASKED = 40
PUBLISHED = 150
APART = 500  # people who write most, with whom a reader is apart
QUESTIONS = {
    "common word": "river ",
    "two words": "river fog ",
    "seldom word": f"{seldom_word(3000)} ",
    "phrase": '"after before" ',
    "begun word": "riv",
    "from": "river from:person9 ",
    "liked": "river in:likes",
}
BARE = "SELECT id FROM posts_post WHERE reply_to_id IS NULL ORDER BY id DESC LIMIT 20"


def search() -> dict[str, dict[str, float]]:
    """Return for each question how long the ids of its first page take in ms, for somebody signed in.

    ``few for this reader`` is a common word for somebody who is apart from the 500 people who write most.
    """
    reader = User.objects.get(username="person1")
    with connection.cursor() as cursor:
        least = median(_times(lambda: cursor.execute(BARE) and cursor.fetchall()))
    found = {name: _asked(words, reader) | {"floor": least} for name, words in QUESTIONS.items()}
    with transaction.atomic():
        busy = User.objects.exclude(pk=reader.pk).order_by("-posts_count").values_list("pk", flat=True)[:APART]
        Block.objects.bulk_create(Block(blocker=reader, blocked_id=pk) for pk in busy)
        found["few for this reader"] = _asked("river ", reader) | {"floor": least}
        transaction.set_rollback(True)
    return found


def search_cost() -> dict[str, float]:
    """Return what publishing takes in ms with the index and without it, in turns."""
    author = User.objects.get(username="person2")
    text = "Good morning from the bridge over the river, where the fog is as thick as paper. " * 3 + "#tea"
    times: dict[bool, list[float]] = {True: [], False: []}
    made = []
    for n in range(2 * PUBLISHED):
        with _index(written=n % 2 == 0):
            began = time.perf_counter()
            made.append(publish_post(author, text=text).pk)
            times[n % 2 == 0].append((time.perf_counter() - began) * 1000)
    Post.objects.filter(pk__in=made).delete()
    return {"with": median(times[True]), "without": median(times[False])}


@contextmanager
def _index(*, written: bool) -> Iterator[None]:
    if written:
        yield
        return
    post_placed.disconnect(receivers.write_new)
    try:
        yield
    finally:
        post_placed.connect(receivers.write_new)


def _asked(words: str, reader: User) -> dict[str, float]:
    query = read_query(words, reader)
    times = _times(lambda: find_ids(query, reader))
    return {"median": median(times), "worst": max(times)}


def _times(act) -> list[float]:
    act()
    times = []
    for _ in range(ASKED):
        began = time.perf_counter()
        act()
        times.append((time.perf_counter() - began) * 1000)
    return times
