"""What is measured inside Django, next to the database: ``python -m tests.load.inside WHAT``; prints JSON."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import cycle
from statistics import median
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.core.files import File  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402

from accounts.models import Follow, User  # noqa: E402
from core.ids import new_id  # noqa: E402
from core.pagination import Cursor  # noqa: E402
from core.prepared import fetch  # noqa: E402
from feeds import timelines  # noqa: E402
from media.models import Conversion  # noqa: E402
from media.services import receive_file  # noqa: E402
from posts.models import Post, Visibility  # noqa: E402
from posts.services.publish import publish_post  # noqa: E402
from tests.load.finding import search, search_cost  # noqa: E402

SESSIONS = 40
PUBLISHED = 60
READ = 200


def people() -> dict[str, Any]:
    """Sign in some people; return their cookies, and the addresses that are asked for."""
    readers = list(User.objects.filter(username__startswith="person").order_by("pk")[:SESSIONS])
    talk = Post.objects.filter(comments_count__gte=60).latest("pk")  # an earlier run may have added some
    liked = Post.objects.visible_to(None).filter(pk__in=timelines.home_ids(readers[0], limit=200))  # by each of them
    return {
        "cookies": [f"{settings.SESSION_COOKIE_NAME}={_session(reader)}" for reader in readers],
        "csrf": settings.CSRF_COOKIE_NAME,
        "profile": readers[1].get_absolute_url(),
        "talk": talk.get_absolute_url(),
        "posts": [str(pk) for pk in liked.values_list("pk", flat=True)],
    }


def said() -> dict[str, Any]:
    """Return ids for the API: public posts to read and like, a talk of sixty comments, and one newer than all else."""
    standing = Post.objects.visible_to(None).filter(visibility=Visibility.PUBLIC, share_of=None)
    posts = standing.top_level().order_by("-pk").values_list("pk", flat=True)
    talks = standing.filter(comments_count__range=(60, 80)).order_by("-pk").values_list("pk", flat=True)
    return {"posts": list(posts[2000:8000]), "talks": list(talks[:1]), "before": new_id()}


def forget(before: str) -> int:
    """Take back what was written since, so that the next run meets the same community; returns how many posts."""
    with transaction.atomic(), connection.cursor() as db:
        db.execute("SET LOCAL session_replication_role = replica")  # to look for what names them takes minutes
        for statement in _FORGET:
            db.execute(statement, [before] * statement.count("%s"))
        return int(db.rowcount)


_FORGET = (
    "UPDATE posts_post SET likes_count = (SELECT COUNT(*) FROM posts_like WHERE post_id = posts_post.id AND id < %s)"
    " WHERE id IN (SELECT post_id FROM posts_like WHERE id > %s)",
    "UPDATE accounts_user SET posts_count = (SELECT COUNT(*) FROM posts_post WHERE author_id = accounts_user.id"
    " AND reply_to_id IS NULL AND id < %s) WHERE id IN (SELECT author_id FROM posts_post WHERE id > %s)",
    "DELETE FROM posts_like WHERE id > %s",
    "DELETE FROM notifications_notification WHERE id > %s",
    "DELETE FROM posts_post WHERE id > %s",
)


def uploader(name: str = "uploader") -> dict[str, Any]:
    """Make somebody who may upload, on an empty site; return their cookie."""
    person = User.objects.create_user(username=name)
    return {"cookie": f"{settings.SESSION_COOKIE_NAME}={_session(person)}", "csrf": settings.CSRF_COOKIE_NAME}


def few_posts() -> int:
    """Write twenty posts, on an empty site."""
    author = User.objects.get(username="uploader")
    return len([publish_post(author, text=f"A post about the day, number {n}.") for n in range(20)])


def film(path: str) -> int:
    """Bring a film, as a form does; returns its id."""
    author = User.objects.get(username="uploader")
    with open(path, "rb") as content:  # noqa: PTH123  (Django's File takes what open gives)
        return receive_file(author, File(content, "clip.mp4")).pk


def converting() -> int:
    """Return how many films a worker is at."""
    return Conversion.objects.filter(is_leased=True).count()


def _session(reader: User) -> str:
    store = Client().session  # a new session of the kind the settings name
    store[SESSION_KEY], store[BACKEND_SESSION_KEY] = str(reader.pk), settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = reader.get_session_auth_hash()
    store.save()
    return str(store.session_key)


def floor(path: str) -> dict[str, Any]:
    """Return how long the bare SQL of a page takes in ms, and how many statements it is."""
    reader = User.objects.get(username="person1")
    client = Client(SERVER_NAME="127.0.0.1", headers={"cookie": f"{settings.SESSION_COOKIE_NAME}={_session(reader)}"})
    client.get(path)  # caches are warm, as on a site in use
    asked: list[tuple[str, Any]] = []

    def note(execute: Callable[..., Any], sql: str, parameters: Any, many: bool, context: Any) -> Any:
        asked.append((sql, parameters))
        return execute(sql, parameters, many, context)

    with connection.execute_wrapper(note):
        assert client.get(path).status_code == 200
    reads = [(sql, parameters) for sql, parameters in asked if sql.lstrip().startswith(("SELECT", "WITH", "("))]
    return {"ms": _median_ms(lambda: [fetch(*read) for read in reads], 20), "queries": len(asked)}


def ids() -> dict[str, dict[str, float]]:
    """Return for several kinds of readers how long the ids of a home page take: the first page, and pages deep down."""
    newest = list(Post.objects.top_level().order_by("-pk").values_list("pk", flat=True)[:200_000:10_000])
    cursors = [Cursor(), *map(Cursor, newest[1:])]
    bare = "SELECT id FROM posts_post WHERE reply_to_id IS NULL ORDER BY id DESC LIMIT 20"
    with connection.cursor() as cursor:
        least = _median_ms(lambda: cursor.execute(bare) and cursor.fetchall(), READ)
    found = {}
    with transaction.atomic():
        for name, reader in _readers().items():
            times = _times_ms(partial(_next_page, reader, cycle(cursors)), READ)
            found[name] = {"median": median(times), "worst": max(times), "floor": least}
        transaction.set_rollback(True)
    return found


def _next_page(reader: User, cursors: Iterator[Cursor]) -> None:
    timelines.home_ids(reader, next(cursors))


def _readers() -> dict[str, User]:
    known = User.objects.filter(username__startswith="person")
    rare = list(known.filter(posts_count__gt=0).order_by("posts_count").values_list("pk", flat=True)[:1000])
    everybody = list(known.values_list("pk", flat=True))
    made = {"follows 150": known.order_by("pk")[0], "follows 2000": known.order_by("-following_count")[0]}
    for name, followed in {"nobody": [], "30 who rarely post": rare[:30], "1000 who rarely post": rare,
                           "everybody": everybody}.items():  # fmt: skip
        reader = User.objects.create(username=f"reader{len(made)}", following_count=len(followed))
        Follow.objects.bulk_create(Follow(follower=reader, followee_id=pk) for pk in followed)
        made[f"follows {name}"] = reader
    return made


def publish() -> dict[str, float]:
    """Return what publishing costs in ms, to the commit and all that hears of it, with 5 and with 5,000 followers."""
    authors = [_author(5), _author(5000)]
    times: list[list[float]] = [[], []]
    for n in range(PUBLISHED):
        for author, spent in zip(authors, times, strict=True):
            spent += _times_ms(partial(publish_post, author, text=f"Good morning {n} #tea"), 1, warm=0)
    Post.objects.filter(author__in=authors).delete()
    return {"few": median(times[0][5:]), "many": median(times[1][5:])}


def _author(followers: int) -> User:
    author, is_new = User.objects.get_or_create(username=f"author{followers}", followers_count=followers)
    if is_new:
        crowd = User.objects.filter(username__startswith="person").order_by("pk").values_list("pk", flat=True)
        Follow.objects.bulk_create(Follow(follower_id=pk, followee=author) for pk in crowd[:followers])
    return author


def _times_ms(act: Callable[[], object], count: int, warm: int = 5) -> list[float]:
    for _ in range(warm):
        act()
    times = []
    for _ in range(count):
        began = time.perf_counter()
        act()
        times.append((time.perf_counter() - began) * 1000)
    return times


def _median_ms(act: Callable[[], object], count: int) -> float:
    return median(_times_ms(act, count))


if __name__ == "__main__":
    what, *values = sys.argv[1:]
    known = (people, said, forget, uploader, floor, ids, publish, few_posts, film, converting, search, search_cost)
    acts: dict[str, Callable[..., Any]] = {act.__name__: act for act in known}
    print(json.dumps(acts[what](*values)))
