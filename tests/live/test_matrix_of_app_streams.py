"""Every stream of apps: by which door, with which scopes, and what of what happens comes to whom."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator

from accounts.models import User
from api.oauth.models import AccessToken
from api.oauth.services import revoke_token
from api.scopes import SCOPES, allows
from feeds.models import PeopleList
from feeds.services.lists import add_to_list, create_list
from live.access import Pass
from live.dialect.access import AppPass
from live.dialect.streams import PLAIN, STREAMS, NoSuchStream, topic_of
from moderation.models import Announcement
from moderation.services.announcements import delete_announcement, save_announcement
from posts.models import Visibility
from posts.services.filters import create_filter
from tests import make
from tests.live.app_lines import accepted, begun, following, hang_up, hear, open_events, read, say, token_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("end_hub")]
STATUSES, NOTIFICATIONS, LISTS = "read:statuses", "read:notifications", "read:lists"
# What each stream asks of a token: all of these.
NEEDS = {
    "user": {STATUSES, NOTIFICATIONS}, "user:notification": {NOTIFICATIONS}, "direct": {STATUSES},
    "public": {STATUSES}, "public:media": {STATUSES}, "public:local": {STATUSES}, "public:local:media": {STATUSES},
    "public:remote": {STATUSES}, "public:remote:media": {STATUSES}, "hashtag": {STATUSES},
    "hashtag:local": {STATUSES}, "list": {STATUSES, LISTS}, "post": {STATUSES},
}  # fmt: skip
GRANTS = [{scope} for scope in SCOPES] + [{STATUSES, NOTIFICATIONS}, {STATUSES, LISTS}, {NOTIFICATIONS, LISTS}]
# A name with ":media" has no address of its own: there it is ``only_media``.
PATHS = {name.replace(":", "/") for name in NEEDS if not name.endswith(":media")}
DOORS = ["subprotocol", "query", "header"]


@pytest.fixture
def friends(alice: User, bob: User) -> PeopleList:
    """A list of bob's."""
    made = create_list(bob, "Friends")
    add_to_list(bob, made, [alice])
    return made


@pytest.fixture
def given(friends: PeopleList, post: Any) -> dict[str, str]:
    """What streams need to know."""
    return {"tag": "tea", "list": str(friends.pk), "id": str(post.pk)}


def test_every_stream_is_in_the_table():
    assert PLAIN | {"hashtag", "hashtag:local", "list", "post"} == set(NEEDS)
    assert PATHS == STREAMS


def test_a_token_opens_what_its_scopes_cover(bob, given):
    opened = {
        (name, scopes): _opens(bob, frozenset(scopes), name, given)
        for name in NEEDS
        for scopes in map(tuple, map(sorted, GRANTS))
    }
    assert opened == {
        (name, scopes): all(allows(frozenset(scopes), [needed]) for needed in NEEDS[name]) for name, scopes in opened
    }
    assert {name for (name, scopes), is_open in opened.items() if is_open and scopes == ("read",)} == set(NEEDS)
    assert {
        scopes for (_name, scopes), is_open in opened.items() if is_open and scopes[0] in {"write", "push"}
    } == set()


@pytest.mark.parametrize("door", DOORS)
async def test_every_stream_opens_by_each_door_of_a_socket(bob, given, door):
    line = await _socket(await token_of(bob, "read"), door)
    await _follow_all(line, NEEDS, given)


@pytest.mark.parametrize("door", ["query", "header"])
async def test_every_stream_opens_as_events(bob, given, door):
    token = await token_of(bob, "read")
    query = "&".join(f"{name}={value}" for name, value in given.items())
    for path in sorted(PATHS):
        with_token = (f"{query}&access_token={token}", {}) if door == "query" else (query, _bearer(token))
        await hang_up(await begun(path, with_token[0], **with_token[1]))


async def test_a_stream_of_events_asks_for_the_same_scopes(bob, given):
    query = "&".join(f"{name}={value}" for name, value in given.items())
    token = await token_of(bob, NOTIFICATIONS)
    answers = {}
    for path in sorted(PATHS - {"user/notification"}):
        stream = await open_events(path, query, **_bearer(token))
        start, body = await stream.receive_output(timeout=5), await stream.receive_output(timeout=5)
        answers[path] = (start["status"], json.loads(body["body"])["error"])
    assert set(answers.values()) == {(400, "This stream is outside the authorized scopes")}


# --- what comes -------------------------------------------------------------------------------------------------------
OPEN = {"user", "public", "public:local", "hashtag", "hashtag:local", "list"}
MEDIA = {"public:media", "public:local:media"}
# A post of alice's, by what it is, and the streams of bob, who follows her, on which it comes.
COMES = {
    "plain": OPEN, "picture": OPEN | MEDIA, "unlisted": {"user", "list"}, "followers": {"user", "list"},
    "to carol": set(), "last": OPEN | MEDIA,
}  # fmt: skip
LABELS = {name: [name] for name in NEEDS if name != "post"}


async def test_each_post_comes_where_its_timeline_shows_it_and_nowhere_else(alice, bob, carol, friends, given):
    labels = {**LABELS, "hashtag": ["hashtag", "tea"], "hashtag:local": ["hashtag:local", "tea"]}
    labels["list"] = ["list", str(friends.pk)]
    line = await _socket(await token_of(bob), "subprotocol")
    await _follow_all(line, labels, given)
    ids = {await _publish(alice, name): name for name in COMES}
    expected = Counter((name, what) for what, names in COMES.items() for name in names)
    heard: Counter[tuple[str, str]] = Counter()
    while sum(heard.values()) < sum(expected.values()):
        said = await hear(line)
        assert said["event"] == "update"
        (name,) = [name for name, label in labels.items() if label == said["stream"]]
        heard[name, ids[json.loads(said["payload"])["id"]]] += 1
    assert heard == expected


async def test_what_is_said_to_one_comes_to_that_one(alice, bob, carol):
    lines = {person: await _socket(await token_of(person), "header") for person in (bob, carol)}
    for line in lines.values():
        await following(line, stream="direct")
    for word in ("one", "two"):  # heard before the next is said: a conversation comes as it is by then
        for person in lines:
            text = f"@{person.username} {word}"
            await sync_to_async(make.post)(alice, text, visibility=Visibility.DIRECT)
        for person, line in lines.items():
            said = await hear(line)
            assert (said["stream"], said["event"]) == (["direct"], "conversation")
            last = json.loads(said["payload"])["last_status"]
            assert (last["mentions"][0]["acct"], word in last["content"]) == (person.username, True)


async def test_the_list_of_somebody_else_is_not_there(carol, friends):
    line = await _socket(await token_of(carol), "subprotocol")
    answers = []
    for pk in (friends.pk, friends.pk + 1):
        await say(line, type="subscribe", stream="list", list=str(pk))
        answers.append(await hear(line))
    assert answers == [{"error": "Not authorized to stream this list", "status": 400}] * 2
    stream = await open_events("list", f"list={friends.pk}", **_bearer(await token_of(carol)))
    assert (await stream.receive_output(timeout=5))["status"] == 400


async def test_filters_and_news_come_on_the_stream_of_the_person(bob):
    line = await _socket(await token_of(bob), "subprotocol")
    await following(line, stream="user")
    await sync_to_async(create_filter)(bob, title="x", contexts=["home"], keywords=[("tea", True)])
    said = await hear(line)
    assert (said["stream"], said["event"], "payload" in said) == (["user"], "filters_changed", False)
    news = Announcement(text="Tea at five", is_published=True)
    await sync_to_async(save_announcement)(news)
    said = await hear(line)
    assert (said["event"], json.loads(said["payload"])["id"]) == ("announcement", str(news.pk))
    pk = news.pk
    await sync_to_async(delete_announcement)(news)
    said = await hear(line)
    assert (said["event"], said["payload"]) == ("announcement.delete", str(pk))


@pytest.mark.parametrize("how", ["header", "query"])
async def test_events_go_on_after_the_last_id(alice, bob, how):
    token = _bearer(await token_of(bob))
    stream = await begun("public", **token)
    await sync_to_async(make.post)(alice, "one")
    last = (await read(stream))["id"]
    await hang_up(stream)
    missed = await sync_to_async(make.post)(alice, "two")
    named = {"last_event_id": last}
    stream = await (
        begun("public", **token, **named) if how == "header" else begun("public", f"last_event_id={last}", **token)
    )
    assert json.loads((await read(stream))["data"])["id"] == str(missed.pk)
    await hang_up(stream)


async def test_only_media_is_asked_for_in_the_address(alice, bob):
    stream = await begun("public", "only_media=true", **_bearer(await token_of(bob)))
    await _publish(alice, "plain")
    shown = await _publish(alice, "picture")
    assert json.loads((await read(stream))["data"])["id"] == shown
    await hang_up(stream)


async def test_events_end_when_the_token_is_taken_back(bob):
    stream = await begun("user", **_bearer(await token_of(bob)))
    await sync_to_async(lambda: revoke_token(AccessToken.objects.get(user=bob)))()
    assert (await stream.receive_output(timeout=5)) == {"type": "http.response.body", "body": b""}
    await stream.wait(timeout=5)


async def test_a_socket_ends_when_the_token_is_taken_back(bob):
    line = await _socket(await token_of(bob), "header")
    await following(line, stream="user")
    await sync_to_async(lambda: revoke_token(AccessToken.objects.get(user=bob)))()
    assert (await line.receive_output(timeout=5))["type"] == "websocket.close"


async def _socket(token: str, door: str) -> ApplicationCommunicator:
    if door == "subprotocol":
        return await accepted(token)
    if door == "query":
        return await accepted(token, query=f"access_token={token}", as_protocol=False)
    return await accepted(token, bearer=True, as_protocol=False)


async def _follow_all(line: ApplicationCommunicator, names: Iterable[str], given: dict[str, str]) -> None:
    for name in names:
        await say(line, type="subscribe", stream=name, **given)
    await following(line, stream="user")


@sync_to_async
def _publish(author: User, what: str) -> str:
    """Publish a post of one of the kinds in COMES; returns its id as apps know it."""
    more: dict[str, Any] = {}
    if what in {"picture", "last"}:
        more["attachments"] = [make.image(author)]
    by_name = {"unlisted": Visibility.UNLISTED, "followers": Visibility.FOLLOWERS, "to carol": Visibility.DIRECT}
    to = "@carol " if what == "to carol" else ""
    return str(make.post(author, f"{to}{what} #tea", visibility=by_name.get(what, Visibility.PUBLIC), **more).pk)


def _bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


def _opens(person: User, granted: frozenset[str], name: str, given: dict[str, str]) -> bool:
    try:
        AppPass(Pass(person.pk, "", 0, "en"), granted, person.pk).check(topic_of(name, given, person.pk))
    except NoSuchStream:
        return False
    return True
