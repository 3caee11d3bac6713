"""The floor of the API's figures: hand-written SQL and orjson in a bare WSGI function, served as the site is.

``python -m tests.load.bare`` answers the addresses of the API with the same rows: no framework, no rules but those that
the made-up community needs, nothing checked but the token.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable
from functools import partial
from hashlib import sha256
from typing import Any

import django

django.setup()

import orjson  # noqa: E402
import psycopg  # noqa: E402
from django.conf import settings  # noqa: E402
from psycopg.rows import dict_row  # noqa: E402

from community.asgi import refuse  # noqa: E402
from community.bridge import Pages  # noqa: E402
from community.front import Front  # noqa: E402
from community.serving import fork, listen, run_web, wait_for  # noqa: E402
from core.ids import new_id  # noqa: E402

Row = dict[str, Any]

_PERSON = """{0}.username AS {1}username, {0}.display_name AS {1}display_name, {0}.bio_html AS {1}note,
    {0}.date_joined AS {1}joined, {0}.followers_count AS {1}followers, {0}.following_count AS {1}following,
    {0}.posts_count AS {1}statuses, {0}.last_post_id AS {1}last_post, {0}.is_locked AS {1}locked,
    {0}.is_bot AS {1}bot, {0}.fields AS {1}fields"""
_SAID = """{0}.id AS {1}id, {0}.author_id AS {1}author, {0}.html AS {1}content, {0}.spoiler AS {1}spoiler,
    {0}.is_sensitive AS {1}sensitive, {0}.language AS {1}language, {0}.visibility AS {1}visibility,
    {0}.edited_at AS {1}edited, {0}.reply_to_id AS {1}in_reply_to, {0}.attachments_count AS {1}files,
    {0}.likes_count AS {1}favourites, {0}.shares_count AS {1}reblogs, {0}.replies_count AS {1}replies,
    {0}.quotes_count AS {1}quotes"""
_POSTS = f"""
    SELECT {_SAID.format("p", "")}, {_PERSON.format("a", "by_")},
           {_SAID.format("s", "of_")}, {_PERSON.format("sa", "of_by_")},
           EXISTS (SELECT 1 FROM posts_like WHERE post_id = COALESCE(s.id, p.id) AND user_id = %(me)s) AS favourited,
           EXISTS (SELECT 1 FROM posts_bookmark WHERE post_id = COALESCE(s.id, p.id) AND user_id = %(me)s)
               AS bookmarked
    FROM posts_post p JOIN accounts_user a ON a.id = p.author_id
    LEFT JOIN posts_post s ON s.id = p.share_of_id LEFT JOIN accounts_user sa ON sa.id = s.author_id
    WHERE p.deleted_at IS NULL AND p.hidden_at IS NULL
"""
_HOME = """ AND p.reply_to_id IS NULL AND (p.author_id = %(me)s OR p.visibility < 3 AND EXISTS (
    SELECT 1 FROM accounts_follow WHERE follower_id = %(me)s AND followee_id = p.author_id))
    ORDER BY p.id DESC LIMIT 20"""
_PUBLIC = """ AND p.reply_to_id IS NULL AND p.share_of_id IS NULL AND p.visibility = 0 AND a.limited_at IS NULL
    ORDER BY p.id DESC LIMIT 20"""
_ONE = " AND p.id = %(pk)s AND (p.visibility < 2 OR p.author_id = %(me)s)"
_BELOW = " AND p.root_id = %(pk)s AND p.visibility < 2 ORDER BY p.id"
_FILES = """
    SELECT place.post_id AS post, file.id, file.key, file.kind, file.description, file.blurhash, file.width,
           file.height, file.variants
    FROM posts_postattachment place JOIN media_attachment file ON file.id = place.attachment_id
    WHERE place.post_id = ANY(%(posts)s) ORDER BY place.position"""
_TAGS = """
    SELECT carried.post_id AS post, tag.name
    FROM posts_posttag carried JOIN posts_hashtag tag ON tag.id = carried.tag_id
    WHERE carried.post_id = ANY(%(posts)s)"""
_READER = """
    SELECT token.user_id AS me FROM api_accesstoken token JOIN accounts_user who ON who.id = token.user_id
    WHERE token.token_checksum = %(checksum)s AND token.expires > now() AND who.is_active"""
_WRITE = """
    INSERT INTO posts_post (id, author_id, audience_id, text, html, spoiler, is_sensitive, language, visibility,
        attachments_count, likes_count, shares_count, replies_count, comments_count)
    VALUES (%(pk)s, %(me)s, %(me)s, %(text)s, %(text)s, '', FALSE, '', 0, 0, 0, 0, 0, 0)"""
_COUNT = "UPDATE accounts_user SET posts_count = posts_count + 1, last_post_id = %(pk)s WHERE id = %(me)s"
_LIKE = "INSERT INTO posts_like (id, user_id, post_id) VALUES (%(id)s, %(me)s, %(pk)s) ON CONFLICT DO NOTHING"
_LIKED = "UPDATE posts_post SET likes_count = likes_count + 1 WHERE id = %(pk)s"
_HEAD = """
    INSERT INTO events_stream (name, head) VALUES (%(stream)s, 1)
    ON CONFLICT (name) DO UPDATE SET head = events_stream.head + 1 RETURNING id, head"""
_EVENT = """
    INSERT INTO events_event (stream_id, n, kind, object_id, actor_id, created)
    VALUES (%(id)s, %(head)s, 'floor', %(pk)s, %(me)s, now())"""

_own = threading.local()


def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """The WSGI application."""
    found = _find(environ["PATH_INFO"], environ)
    body = orjson.dumps(found)
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]


def _find(path: str, environ: dict[str, Any]) -> Any:
    if path == "/healthz":
        return []
    raw = environ["HTTP_AUTHORIZATION"].removeprefix("Bearer ")
    me = _ask(_READER, checksum=sha256(raw.encode()).hexdigest())[0]["me"]
    match path.strip("/").split("/")[2:]:
        case ["timelines", "home"]:
            return _whole(_ask(_POSTS + _HOME, me=me))
        case ["timelines", "public"]:
            return _whole(_ask(_POSTS + _PUBLIC, me=me))
        case ["statuses", pk]:
            return _whole(_ask(_POSTS + _ONE, me=me, pk=int(pk)))
        case ["statuses", pk, "context"]:
            return _whole(_ask(_POSTS + _BELOW, me=me, pk=int(pk)))
        case ["statuses", pk, "favourite"]:
            return _favourite(me, int(pk))
        case _:
            return _publish(me, orjson.loads(environ["wsgi.input"].read())["status"])


def _whole(posts: list[Row]) -> list[Row]:
    """Put files and tags into the posts that have some."""
    shown = {row["of_id"] or row["id"]: row for row in posts}
    carrying = [pk for pk, row in shown.items() if row["of_files" if row["of_id"] else "files"]]
    for row in _ask(_FILES, posts=carrying) if carrying else ():
        shown[row["post"]].setdefault("media", []).append(row)
    for row in _ask(_TAGS, posts=list(shown)):
        shown[row["post"]].setdefault("tags", []).append(row["name"])
    return posts


def _publish(me: int, text: str) -> list[Row]:
    pk = new_id()
    with _database().transaction():
        _run(_WRITE, pk=pk, me=me, text=text)
        _run(_COUNT, pk=pk, me=me)
        _number("posts", pk, me)
    return _whole(_ask(_POSTS + _ONE, me=me, pk=pk))


def _favourite(me: int, pk: int) -> list[Row]:
    with _database().transaction():
        _run(_LIKE, id=new_id(), me=me, pk=pk)
        _run(_LIKED, pk=pk)
        _number(f"post:{pk}", pk, me)
    return _whole(_ask(_POSTS + _ONE, me=me, pk=pk))


def _number(stream: str, pk: int, me: int) -> None:
    head = _ask(_HEAD, stream=stream)[0]
    _run(_EVENT, **head, pk=pk, me=me)


def _ask(sql: str, **values: Any) -> list[Row]:
    return list(_database().execute(sql, values, prepare=True).fetchall())


def _run(sql: str, **values: Any) -> None:
    _database().execute(sql, values, prepare=True)


def _database() -> psycopg.Connection[Row]:
    """Return the thread's own connection."""
    if not hasattr(_own, "database"):
        _own.database = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True, row_factory=dict_row)
    database: psycopg.Connection[Row] = _own.database
    return database


async def _rest() -> None:
    """Nothing has to end."""


def main() -> None:
    """Serve in as many processes as the site would."""
    front = Front(Pages(answer, settings.WEB_THREADS), refuse, _rest)
    listeners = listen(settings.WEB_HOST, settings.WEB_PORT, settings.WEB_PROCESSES)
    for child in [fork(partial(run_web, listener, front)) for listener in listeners]:
        wait_for(child)


if __name__ == "__main__":
    main()
