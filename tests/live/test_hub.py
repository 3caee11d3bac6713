"""The hub: what is read once reaches everybody who may see it, in order, once; what hints lose the tick finds."""

from __future__ import annotations

from typing import Any

import pytest
from asgiref.sync import sync_to_async

from accounts.models import User
from events import log
from live import hub as hub_module
from live.hub import Hub
from live.protocol import SIGNED_OUT
from posts.models import Visibility
from posts.services.change import delete_post, edit_post, restore_post
from posts.services.interact import like_post
from tests import make
from tests.live.conftest import FakeSocket, follow, reader_of, until


async def do(act: Any, *args: Any, **kwargs: Any) -> Any:
    """Run a write in a thread, as a page does."""
    return await sync_to_async(act)(*args, **kwargs)


@pytest.fixture
async def people(hub: Hub) -> dict[str, Any]:
    """alice with a public post, bob who follows her, carol, and dave whom she has blocked."""

    def build() -> dict[str, Any]:
        cast = {name: make.user(name) for name in ("alice", "bob", "carol", "dave")}
        make.follow(cast["bob"], cast["alice"])
        make.block(cast["alice"], cast["dave"])
        return cast | {"post": make.post(cast["alice"])}

    return await do(build)


async def test_a_comment_reaches_every_reader(hub: Hub, people: dict[str, Any]) -> None:
    readers = [FakeSocket(), await reader_of(people["bob"]), await reader_of(people["alice"], "de")]
    for reader in readers:
        await follow(hub, reader, f"post:{people['post'].pk}")
    comment = await do(make.comment, people["carol"], people["post"], "Good morning to you")
    for reader in readers:
        (event,) = await until(lambda reader=reader: reader.of("event"))
        assert (event["n"], event["kind"], event["id"]) == (1, "comment", str(comment.pk))
        assert (event["parent"], event["count"], event["author"]["name"]) == (str(people["post"].pk), 1, "carol")
        assert "Good morning to you" in event["html"]


async def test_each_language_and_relation_has_its_rendering(hub: Hub, people: dict[str, Any]) -> None:
    own, other, nobody = await reader_of(people["carol"]), await reader_of(people["bob"]), FakeSocket()
    for reader in (own, other, nobody):
        await follow(hub, reader, f"post:{people['post'].pk}")
    await do(make.comment, people["carol"], people["post"])
    html = [(await until(lambda reader=reader: reader.of("event")))[0]["html"] for reader in (own, other, nobody)]
    assert [("/delete" in part, "/report" in part, "/accounts/login/" in part) for part in html] == [
        (True, False, False),
        (False, True, False),
        (False, False, True),
    ]


async def test_only_the_author_is_told_the_key(hub: Hub, people: dict[str, Any]) -> None:
    own, other = await reader_of(people["carol"]), await reader_of(people["bob"])
    for reader in (own, other):
        await follow(hub, reader, f"post:{people['post'].pk}")
    await do(make.comment, people["carol"], people["post"], idempotency_key="key-1")
    events = [(await until(lambda reader=reader: reader.of("event")))[0] for reader in (own, other)]
    assert [event.get("key") for event in events] == ["key-1", None]


async def test_what_a_reader_may_not_see_is_a_bare_number(hub: Hub, people: dict[str, Any]) -> None:
    """bob blocks carol: her comment is a number to him, and numbers in a row are one."""
    reader = await reader_of(people["bob"])
    await do(make.block, people["bob"], people["carol"])
    for text in ("One", "Two"):
        await do(make.comment, people["carol"], people["post"], text)
    seen = await do(make.comment, people["alice"], people["post"], "Three")
    await follow(hub, reader, f"post:{people['post'].pk}")
    assert reader.of("backlog")[0]["events"][0] == {"n": 2, "from": 1}
    assert [event.get("id") for event in reader.events] == [None, str(seen.pk)]


async def test_unseen_answers_like_absent(hub: Hub, people: dict[str, Any]) -> None:
    private = await do(make.post, people["alice"], visibility=Visibility.FOLLOWERS)
    carol, dave = await reader_of(people["carol"]), await reader_of(people["dave"])
    for reader, streams in (
        (carol, [f"post:{private.pk}", "post:5", f"user:{people['bob'].pk}"]),
        (dave, [f"post:{people['post'].pk}"]),
    ):
        for stream in streams:
            await follow(hub, reader, stream)
        answers = [message for message in reader.sent if message["type"] != "hello"]
        assert answers == [{"type": "error", "code": "unknown", "stream": stream} for stream in streams]
        assert reader.subscriptions == {}


async def test_backlog_then_live_without_a_gap_or_a_twin(hub: Hub, people: dict[str, Any]) -> None:
    made = [await do(make.comment, people["bob"], people["post"], f"{n}") for n in range(5)]
    reader = FakeSocket()
    await follow(hub, reader, f"post:{people['post'].pk}", since=2)
    made.append(await do(make.comment, people["bob"], people["post"], "live"))
    await until(lambda: len(reader.events) == 4)
    assert [(event["n"], event["id"]) for event in reader.events] == [
        (n, str(comment.pk)) for n, comment in enumerate(made, 1) if n > 2
    ]


async def test_a_long_backlog_comes_in_pages(hub: Hub, people: dict[str, Any], monkeypatch: Any) -> None:
    monkeypatch.setattr(log.read_since, "__defaults__", (3,))
    for n in range(7):
        await do(make.comment, people["bob"], people["post"], f"{n}")
    reader = FakeSocket()
    await follow(hub, reader, f"post:{people['post'].pk}")
    assert [len(page["events"]) for page in reader.of("backlog")] == [3, 3, 1]
    assert [event["n"] for event in reader.events] == [1, 2, 3, 4, 5, 6, 7]


@pytest.mark.parametrize("since", [1, 99])
async def test_a_number_the_log_does_not_know_is_a_reset(hub: Hub, people: dict[str, Any], since: int) -> None:
    for n in range(3):
        await do(make.comment, people["bob"], people["post"], f"{n}")
    await do(log.Event.objects.filter(n__lte=2).delete)
    reader = FakeSocket()
    stream = f"post:{people['post'].pk}"
    await follow(hub, reader, stream, since=since)
    assert reader.of("reset") == [{"type": "reset", "stream": stream, "head": 3, "epoch": hub.epoch}]
    await do(make.comment, people["bob"], people["post"], "after")
    (event,) = await until(lambda: reader.of("event"))
    assert event["n"] == 4


async def test_a_number_of_another_history_is_a_reset(hub: Hub, people: dict[str, Any]) -> None:
    from live.protocol import Subscribe, parse_stream

    await do(make.comment, people["bob"], people["post"])
    reader = FakeSocket()
    hub.enter(reader)
    await hub.subscribe(reader, Subscribe(parse_stream(f"post:{people['post'].pk}"), 1, "another", ""))
    assert [message["type"] for message in reader.sent] == ["hello", "reset"]


async def test_the_tick_finds_what_hints_lost(hub: Hub, people: dict[str, Any], monkeypatch: Any) -> None:
    reader = FakeSocket()
    await follow(hub, reader, f"post:{people['post'].pk}")
    monkeypatch.setattr(log, "hint_listeners", [])
    await do(make.comment, people["bob"], people["post"])
    await hub._compare_now()
    (event,) = await until(lambda: reader.of("event"))
    assert event["n"] == 1


async def test_edits_likes_deletions_and_returns(hub: Hub, people: dict[str, Any]) -> None:
    comment = await do(make.comment, people["bob"], people["post"], "Before")
    reader = await reader_of(people["carol"])
    await follow(hub, reader, f"post:{people['post'].pk}", since=1)
    await do(edit_post, people["bob"], comment, text="After")
    await until(lambda: len(reader.events) == 1)
    await do(like_post, people["alice"], comment)
    await until(lambda: len(reader.events) == 2)
    await do(delete_post, people["bob"], comment)
    await until(lambda: len(reader.events) == 3)
    await do(restore_post, people["bob"], comment)
    await until(lambda: len(reader.events) == 4)
    edit, counts, delete, restore = reader.events
    assert [event["kind"] for event in reader.events] == ["edit", "counts", "delete", "restore"]
    assert "After" in edit["html"]
    assert (counts["likes"], counts["shares"], counts["comments"]) == (1, 0, 0)
    assert "After" not in delete["html"]
    assert 'class="comment gone"' in delete["html"]
    assert ("After" in restore["html"], restore["count"]) == (True, 1)


async def test_several_counts_of_one_post_are_one(hub: Hub, people: dict[str, Any]) -> None:
    for name in ("bob", "carol"):
        await do(like_post, people[name], people["post"])
    reader = FakeSocket()
    await follow(hub, reader, f"post:{people['post'].pk}")
    assert reader.events == [
        {"n": 1, "from": 1},
        {"n": 2, "kind": "counts", "id": str(people["post"].pk), "count": 0, "likes": 2, "shares": 0, "comments": 0},
    ]


async def test_a_deleted_post_says_so_and_then_nothing_more(hub: Hub, people: dict[str, Any]) -> None:
    comment = await do(make.comment, people["bob"], people["post"])
    reader, stranger = await reader_of(people["carol"]), await reader_of(people["dave"])
    for one in (reader, stranger):
        await follow(hub, one, f"post:{people['post'].pk}", since=1)
    await do(delete_post, people["alice"], people["post"])
    await do(like_post, people["alice"], comment)
    await until(lambda: reader.events and reader.events[-1]["n"] == 3)
    kinds = [(event["n"], event.get("kind")) for event in reader.events]
    assert kinds == [(2, "delete"), (3, None)]
    assert stranger.events == []


async def test_home_tells_of_people_followed(hub: Hub, people: dict[str, Any]) -> None:
    bob, carol, nobody = await reader_of(people["bob"]), await reader_of(people["carol"]), FakeSocket()
    await follow(hub, bob, "posts", None, "home")
    await follow(hub, carol, "posts", None, "home")
    await follow(hub, nobody, "posts", None, "local")
    post = await do(make.post, people["alice"])
    told = [(await until(lambda one=one: one.of("event")))[0].get("id") for one in (bob, carol, nobody)]
    assert told == [str(post.pk), None, str(post.pk)]


async def test_local_tells_of_public_posts_only(hub: Hub, people: dict[str, Any]) -> None:
    reader = await reader_of(people["bob"])
    await follow(hub, reader, "posts", None, "local")
    await do(make.post, people["alice"], visibility=Visibility.FOLLOWERS)
    (event,) = await until(lambda: reader.of("event"))
    assert (event["n"] > 0, event.get("kind"), event.get("id")) == (True, None, None)


async def test_the_bell_rings_for_its_owner(hub: Hub, people: dict[str, Any]) -> None:
    alice = await reader_of(people["alice"])
    await follow(hub, alice, f"user:{people['alice'].pk}", None)
    assert (alice.events[0]["unread"], alice.events[0]["messages"]) == (1, 0)  # bob follows
    await do(like_post, people["carol"], people["post"])
    (event,) = await until(lambda: [one for one in alice.events if one.get("kind") == "notification"])
    assert (event["unread"], event["words"]) == (2, "carol likes your post")
    await do(make.post, people["bob"], "@alice a word", visibility=Visibility.DIRECT)
    (event,) = await until(lambda: [one for one in alice.events if one.get("kind") == "messages"])
    assert event["messages"] == 1


async def test_somebody_who_writes_is_shown_to_those_who_may_know(hub: Hub, people: dict[str, Any]) -> None:
    bob, carol, nobody = await reader_of(people["bob"]), await reader_of(people["carol"]), FakeSocket()
    await do(make.block, people["carol"], people["bob"])
    for reader in (bob, carol, nobody):
        await follow(hub, reader, f"post:{people['post'].pk}")
    await hub.relay_typing(bob, bob.subscriptions[f"post:{people['post'].pk}"].stream)
    assert [message["author"]["name"] for message in nobody.of("typing")] == ["bob"]
    assert (bob.of("typing"), carol.of("typing")) == ([], [])


async def test_rights_are_those_of_the_moment(hub: Hub, people: dict[str, Any]) -> None:
    reader = await reader_of(people["bob"])
    await follow(hub, reader, f"post:{people['post'].pk}")
    await do(make.comment, people["carol"], people["post"])
    await until(lambda: reader.events)
    await do(make.block, people["alice"], people["bob"])
    await do(make.comment, people["carol"], people["post"], "Not for bob")
    await until(lambda: reader.events[-1]["n"] == 2)
    assert reader.events[-1].get("html") is None


async def test_a_suspended_person_is_sent_away(hub: Hub, people: dict[str, Any]) -> None:
    from accounts.services.standing import suspend_person

    bob: User = people["bob"]
    reader, other = await reader_of(bob), FakeSocket()
    for one in (reader, other):
        await follow(hub, one, f"post:{people['post'].pk}")
    await do(suspend_person, people["alice"], bob)
    await until(lambda: reader.ended)
    assert (reader.ended, other.ended, reader.subscriptions) == (SIGNED_OUT, None, {})


async def test_a_session_that_ends_ends_its_sockets(hub: Hub, people: dict[str, Any], monkeypatch: Any) -> None:
    from django.contrib.sessions.models import Session

    bob: User = people["bob"]
    gone, here = await reader_of(bob), await reader_of(bob)
    hub.enter(gone)
    hub.enter(here)
    await do(Session.objects.filter(session_key=gone.held.session_key).delete)
    monkeypatch.setattr(hub_module, "WATCH", 0)
    await hub._watch()
    assert (gone.ended, here.ended) == (SIGNED_OUT, None)


async def test_a_database_that_is_away_only_delays(hub: Hub, people: dict[str, Any], monkeypatch: Any) -> None:
    from django.db import OperationalError

    reader = FakeSocket()
    await follow(hub, reader, f"post:{people['post'].pk}")
    real, failed = hub_module.reading.read_all, []

    def fail_once(work: Any) -> Any:
        if not failed:
            failed.append(True)
            raise OperationalError("away")
        return real(work)

    monkeypatch.setattr(hub_module.reading, "read_all", fail_once)
    await do(make.comment, people["carol"], people["post"])
    await until(lambda: failed)
    await hub._compare_now()
    (event,) = await until(lambda: reader.of("event"))
    assert event["n"] == 1


async def test_a_page_is_told_whom_the_session_belongs_to(hub: Hub, people: dict[str, Any]) -> None:
    readers = [await reader_of(people["bob"]), FakeSocket()]
    for reader in readers:
        hub.enter(reader)
    assert [reader.of("hello")[0]["viewer"] for reader in readers] == [str(people["bob"].pk), ""]


async def test_heartbeats_carry_the_heads(hub: Hub, people: dict[str, Any], monkeypatch: Any) -> None:
    monkeypatch.setattr(hub_module, "BEAT", 0)
    await do(make.comment, people["bob"], people["post"])
    reader = FakeSocket()
    stream = f"post:{people['post'].pk}"
    await follow(hub, reader, stream)
    await hub._beat()
    assert reader.of("heads")[-1] == {"type": "heads", "heads": {stream: 1}}


async def test_nothing_is_kept_of_those_who_left(hub: Hub, people: dict[str, Any]) -> None:
    reader = await reader_of(people["bob"])
    await follow(hub, reader, f"post:{people['post'].pk}")
    assert len(hub._channels) == 1
    hub.leave(reader)
    hub.leave(reader)
    assert (hub._channels, hub._sockets, dict(hub._people)) == ({}, set(), {})


async def test_many_readers_cost_one_reading(hub: Hub, people: dict[str, Any], monkeypatch: Any) -> None:
    asked: list[int] = []
    reading = hub_module.reading
    real = reading.read_all
    monkeypatch.setattr(reading, "read_all", lambda work: asked.append(len(work)) or real(work))
    readers = [FakeSocket() for _ in range(50)]
    for reader in readers:
        await follow(hub, reader, f"post:{people['post'].pk}")
    await do(make.comment, people["bob"], people["post"])
    await until(lambda: all(reader.of("event") for reader in readers))
    assert asked == [1]
