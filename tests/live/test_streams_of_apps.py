"""Streams in the dialect of apps, over sockets and as server-sent events."""

from __future__ import annotations

import json

import pytest
from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator

from accounts.models import User
from accounts.services.standing import end_access
from api.oauth.services import issue_token, own_app, revoke_token
from core.pagination import START
from feeds.services.lists import add_to_list, create_list
from feeds.timelines import home_ids
from live.access import Pass, ended
from live.dialect.sse import serve_stream
from live.dialect.streams import NoSuchStream, topic_of
from media.models import Attachment
from media.signals import attachment_processed
from posts.services.change import delete_post, edit_post
from posts.services.interact import like_post
from tests import make
from tests.live.app_lines import accepted, following, hear, open_socket, say, token_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("end_hub")]


async def test_a_bad_token_is_refused_before_the_handshake(alice):
    line = await open_socket("nonsense")
    assert (await line.receive_output(timeout=5))["status"] == 401


async def test_the_user_stream_brings_posts_edits_deletions_and_notifications(alice, bob):
    line = await accepted(await token_of(bob))
    await following(line, stream="user")
    post = await sync_to_async(make.post)(alice, text="Hello @bob")
    said = [await hear(line), await hear(line)]
    by_event = {one["event"]: one for one in said}
    assert {one["stream"][0] for one in said} == {"user"}
    assert json.loads(by_event["update"]["payload"])["id"] == str(post.pk)
    assert json.loads(by_event["notification"]["payload"])["type"] == "mention"
    await sync_to_async(edit_post)(alice, post, text="Hello again @bob")
    assert json.loads((await hear(line))["payload"])["content"].startswith("<p>Hello again")
    await sync_to_async(delete_post)(alice, post)
    gone = await hear(line)
    assert (gone["event"], gone["payload"]) == ("delete", str(post.pk))


async def test_a_file_that_becomes_ready_changes_its_post_on_the_screen(alice, bob):
    line = await accepted(await token_of(bob))
    await following(line, stream="user")
    file = await sync_to_async(make.image)(alice)
    post = await sync_to_async(make.post)(alice, "See this", attachments=[file])
    assert (await hear(line))["event"] == "update"
    await sync_to_async(attachment_processed.send)(sender=Attachment, about=file)
    changed = await hear(line)
    assert changed["event"] == "status.update"
    shown = json.loads(changed["payload"])
    assert (shown["id"], [one["id"] for one in shown["media_attachments"]]) == (str(post.pk), [str(file.pk)])


async def test_what_somebody_may_not_see_never_comes(alice, carol):
    line = await accepted(await token_of(carol))
    await following(line, stream="public")
    await sync_to_async(make.post)(alice, text="secret", visibility=2)
    shown = await sync_to_async(make.post)(alice, text="open")
    assert json.loads((await hear(line))["payload"])["id"] == str(shown.pk)


async def test_a_tag_has_its_own_stream_and_ends_when_told(alice, bob):
    line = await accepted(await token_of(bob), query="stream=hashtag&tag=Tea")
    await following(line, stream="hashtag", tag="Tea")
    await sync_to_async(make.post)(alice, text="#coffee")
    await sync_to_async(make.post)(alice, text="#tea")
    said = await hear(line)
    assert said["stream"] == ["hashtag", "Tea"] and "#<span>tea" in json.loads(said["payload"])["content"]
    await say(line, type="unsubscribe", stream="hashtag", tag="Tea")
    await following(line, stream="user:notification")
    post = await sync_to_async(make.post)(bob, text="#tea")
    await sync_to_async(like_post)(alice, post)
    assert (await hear(line))["event"] == "notification"


async def test_a_stream_tells_of_comments_where_its_timeline_shows_them(alice, bob):
    post = await sync_to_async(make.post)(alice)
    people = await sync_to_async(create_list)(bob, "Friends", replies_policy="followed")
    await sync_to_async(add_to_list)(bob, people, [alice])
    line = await accepted(await token_of(bob))
    await following(line, stream="user")
    await following(line, stream="hashtag", tag="tea")
    await following(line, stream="list", list=str(people.pk))
    comment = await sync_to_async(make.comment)(alice, post, "With #tea")
    said = [await hear(line), await hear(line)]
    assert sorted(one["stream"][0] for one in said) == ["hashtag", "list"]
    assert {json.loads(one["payload"])["in_reply_to_id"] for one in said} == {str(post.pk)}
    shown = await sync_to_async(lambda: home_ids(bob, START, 10))()
    assert comment.pk not in shown and post.pk in shown


async def test_an_app_follows_the_talk_below_a_post(alice, bob):
    post = await sync_to_async(make.post)(alice)
    line = await accepted(await token_of(bob))
    await following(line, stream="post", id=str(post.pk))
    comment = await sync_to_async(make.comment)(alice, post, "one")
    said = await hear(line)
    assert (said["stream"], said["event"]) == (["post", str(post.pk)], "comment")
    assert json.loads(said["payload"])["id"] == str(comment.pk)
    await sync_to_async(like_post)(alice, comment)
    counts = await hear(line)
    assert (counts["event"], json.loads(counts["payload"])["favourites_count"]) == ("counts", 1)
    await sync_to_async(delete_post)(alice, comment)
    gone = await hear(line)
    assert (gone["event"], gone["payload"]) == ("delete", str(comment.pk))


async def test_what_was_missed_of_a_talk_comes_after_the_last_id(alice, bob):
    post = await sync_to_async(make.post)(alice)
    missed = [await sync_to_async(make.comment)(alice, post, f"{n}") for n in range(2)]
    line = await accepted(await token_of(bob), query=f"stream=post&id={post.pk}&last_event_id=post1")
    said = await hear(line)
    assert (json.loads(said["payload"])["id"], said["id"]) == (str(missed[1].pk), "post2")


async def test_the_talk_below_a_post_that_is_not_seen_is_not_there(alice, carol):
    hidden = await sync_to_async(make.post)(alice, visibility=2)
    line = await accepted(await token_of(carol))
    answers = []
    for pk in (hidden.pk, hidden.pk + 1):
        await say(line, type="subscribe", stream="post", id=str(pk))
        answers.append(await hear(line))
    assert answers == [{"error": "Not authorized to stream this post", "status": 400}] * 2


async def test_what_was_missed_comes_after_the_last_id(alice, bob):
    line = await accepted(await token_of(bob))
    await following(line, stream="public")
    await sync_to_async(make.post)(alice, text="one")
    last = (await hear(line))["id"]
    await line.send_input({"type": "websocket.disconnect", "code": 1001})
    missed = await sync_to_async(make.post)(alice, text="two")
    line = await accepted(await token_of(bob), query=f"stream=public&last_event_id={last}")
    assert json.loads((await hear(line))["payload"])["id"] == str(missed.pk)


async def test_the_scope_has_to_cover_the_stream(bob):
    line = await accepted(await token_of(bob, "read:notifications"), as_protocol=True)
    await say(line, type="subscribe", stream="public")
    assert await hear(line) == {"error": "This stream is outside the authorized scopes", "status": 400}


async def test_server_sent_events(alice, bob):
    token = await token_of(bob)
    headers = [(b"authorization", f"Bearer {token}".encode())]
    scope = {"type": "http", "method": "GET", "path": "/api/v1/streaming/user", "headers": headers, "query_string": b""}
    stream = ApplicationCommunicator(serve_stream, scope)
    start = await stream.receive_output(timeout=5)
    assert start["status"] == 200 and (b"cache-control", b"no-store") in start["headers"]
    assert (await stream.receive_output(timeout=5))["body"] == b":)\n\n"
    post = await sync_to_async(make.post)(alice, text="live")
    said = (await stream.receive_output(timeout=5))["body"].decode()
    fields = dict(line.split(": ", 1) for line in said.strip().split("\n"))
    assert fields["event"] == "update" and json.loads(fields["data"])["id"] == str(post.pk)
    await stream.send_input({"type": "http.disconnect"})
    await stream.wait(timeout=5)


async def test_a_stream_of_events_needs_a_token():
    scope = {"type": "http", "method": "GET", "path": "/api/v1/streaming/user", "headers": [], "query_string": b""}
    stream = ApplicationCommunicator(serve_stream, scope)
    assert (await stream.receive_output(timeout=5))["status"] == 401


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("nothing", {}),
        ("hashtag", {}),
        ("hashtag", {"tag": ""}),
        ("list", {}),
        ("list", {"list": "x"}),
        (7, {}),
        ("post", {}),
        ("post", {"id": "0"}),
        ("post", {"id": "9" * 19}),
    ],
)
def test_a_stream_that_is_none_is_refused(name, given):
    with pytest.raises(NoSuchStream):
        topic_of(name, given, 1)


def test_a_new_password_leaves_the_streams_of_apps_open(alice: User) -> None:
    token = issue_token(own_app("Bot"), alice, ["read"])[0]
    held = Pass(alice.pk, "", alice.auth_epoch, "en", token=token.pk)
    end_access(alice)
    assert ended([held]) == set()
    revoke_token(token)
    assert ended([held]) == {held}
