"""Mastodon.py, a client as people run it, does with the running site all that it can do."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from mastodon import Mastodon, MastodonIllegalArgumentError, MastodonNotFoundError
from mastodon.streaming import StreamListener

from tests import make
from tests.clients.conftest import PASSWORD, SCOPES, ThrowAwaySite

WAIT = 20


def test_the_site_says_loudly_what_it_is(site: ThrowAwaySite) -> None:
    assert "!!! FOR TESTS OF CLIENT PROGRAMS ONLY." in site.said
    assert "Owner: admin (admin@localhost), password mastodonadmin" in site.said
    assert len(site.folders()) == 1


def test_a_password_opens_an_account_and_a_wrong_one_does_not(site: ThrowAwaySite, ada: Mastodon) -> None:
    again = Mastodon(ada.client_id, ada.client_secret, api_base_url=site.url)
    with pytest.raises(MastodonIllegalArgumentError):
        again.log_in("ada@example.org", "wrong horse battery", scopes=SCOPES, allow_http=True)
    again.log_in("ada@example.org", PASSWORD, scopes=SCOPES, allow_http=True)
    assert (again.me().id, again.app_verify_credentials().name) == (ada.me().id, "Mastodon.py")


def test_what_is_wrong_with_a_sign_up_is_understood(site: ThrowAwaySite, ada: Mastodon) -> None:
    client = Mastodon(ada.client_id, ada.client_secret, api_base_url=site.url)
    said = client.create_account("ada", "short", "nowhere", agreement=False, return_detailed_error=True)
    found = {name: fault[0].error for name, fault in said[1].details.items() if fault}
    assert found == {
        "username": "ERR_TAKEN", "password": "ERR_TOO_SHORT", "email": "ERR_INVALID", "agreement": "ERR_ACCEPTED"
    }  # fmt: skip


def test_posts_with_a_picture_and_a_poll(ada: Mastodon, ben: Mastodon) -> None:
    file = ada.media_post(io.BytesIO(make.image_bytes()), "image/png", description="A slope", focus=(0.5, -0.5))
    picture = ada.status_post("Look", media_ids=[file], sensitive=True, spoiler_text="slope", language="en")
    shown = ben.status(picture).media_attachments[0]
    assert (shown.description, shown.meta.focus.x, shown.meta.original.width) == ("A slope", 0.5, 64)
    asked = ada.status_post("Tea?", poll=ada.make_poll(["Yes", "No"], expires_in=3600))
    ben.poll_vote(asked.poll, 1)
    assert [option.votes_count for option in ada.poll(asked.poll).options] == [0, 1]
    assert [status.id for status in ben.timeline_home(limit=2)] == [asked.id, picture.id]


def test_a_thread_and_what_people_do_with_it(ada: Mastodon, ben: Mastodon) -> None:
    first = ada.status_post("A #walk by the river")
    second = ben.status_reply(first, "Gladly")
    third = ada.status_reply(second, "At four")
    around = ada.status_context(second)
    assert ([one.id for one in around.ancestors], [one.id for one in around.descendants]) == ([first.id], [third.id])
    assert ben.status_reblog(first).reblog.id == first.id
    assert ben.status_favourite(first).favourites_count == 1
    assert ben.status_bookmark(first).bookmarked is True
    assert [one.id for one in ben.bookmarks()] == [one.id for one in ben.favourites()] == [first.id]
    assert [one.acct for one in ada.status_reblogged_by(first)] == ["ben"]
    assert [one.id for one in ada.timeline_hashtag("walk")] == [first.id]
    assert ben.status_unreblog(first).reblogs_count == 0


def test_the_bell_plain_and_joined(ada: Mastodon, ben: Mastodon) -> None:
    post = ada.status_post("For the bell")
    ben.status_favourite(post)
    ben.status_reply(post, "@ada heard")
    assert [(one.type, one.account.acct) for one in ada.notifications(limit=2)] == [
        ("mention", "ben"), ("favourite", "ben")
    ]  # fmt: skip
    joined = ada.grouped_notifications()
    liked = next(one for one in joined.notification_groups if one.type == "favourite" and str(post.id) == one.status_id)
    assert (liked.notifications_count, [one.acct for one in joined.accounts if one.id in liked.sample_account_ids]) == (
        1, ["ben"]
    )  # fmt: skip
    ada.notifications_clear()
    assert (ada.notifications(), ada.notifications_unread_count().count) == ([], 0)


def test_lists_filters_and_search(ada: Mastodon, ben: Mastodon) -> None:
    friends = ben.list_create("Friends", exclusive=False)
    ben.list_accounts_add(friends, [ada.me()])
    caught = ada.status_post("About durian again")
    assert [one.id for one in ben.timeline_list(friends, limit=1)] == [caught.id]
    words = [{"keyword": "durian", "whole_word": True}]
    ben.create_filter_v2("Smells", ["home", "public"], "warn", keywords_attributes=words)
    hits = ben.timeline_home(limit=1)[0].filtered
    assert [(hit.filter.title, hit.keyword_matches) for hit in hits] == [("Smells", ["durian"])]
    found = ben.search("ada")
    assert [one.acct for one in found.accounts] == ["ada"]
    assert [one.id for one in ben.search(caught.url, resolve=False).statuses] == [caught.id]
    assert [one.name for one in ben.search("#walk").hashtags] == ["walk"]


def test_an_edit_has_a_history(ada: Mastodon, ben: Mastodon) -> None:
    post = ada.status_post("Furst")
    changed = ada.status_update(post, "First", spoiler_text="order")
    assert (changed.edited_at is not None, ada.status_source(post).text) == (True, "First")
    assert [one.content for one in ben.status_history(post)] == ["<p>Furst</p>", "<p>First</p>"]
    assert ada.status_delete(post).text == "First"
    with pytest.raises(MastodonNotFoundError):
        ben.status(post)


def test_a_conversation_is_between_two(ada: Mastodon, ben: Mastodon) -> None:
    post = ada.status_post("@ben between us", visibility="direct")
    talk = ben.conversations()[0]
    assert (talk.last_status.id, talk.unread, [one.acct for one in talk.accounts]) == (post.id, True, ["ada"])
    assert ben.conversations_read(talk).unread is False


def test_a_post_to_come_is_moved_and_taken_back(ada: Mastodon) -> None:
    due = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)
    planned = ada.status_post("Tomorrow", scheduled_at=due)
    moved = ada.scheduled_status_update(planned, due + timedelta(hours=1))
    assert (moved.scheduled_at, planned.params.text) == (due + timedelta(hours=1), "Tomorrow")
    assert [one.id for one in ada.scheduled_statuses()] == [planned.id]
    ada.scheduled_status_delete(planned)
    assert ada.scheduled_statuses() == []


def test_a_person_says_who_they_are(ada: Mastodon, ben: Mastodon) -> None:
    ada.account_update_credentials(
        display_name="Ada L.", note="Counts", fields=[("Town", "Nordhof")], avatar=make.image_bytes(),
        avatar_mime_type="image/png",
    )  # fmt: skip
    seen = ben.account_lookup("ada")
    assert (seen.display_name, seen.note, seen.fields[0].value) == ("Ada L.", "<p>Counts</p>", "Nordhof")
    assert seen.avatar == seen.avatar_static != ben.me().avatar


def test_a_device_asks_to_be_rung(ada: Mastodon) -> None:
    _private, public = ada.push_subscription_generate_keys()
    told = ada.push_subscription_set("https://push.example.org/1", public, mention_events=True, policy="followed")
    assert (told.endpoint, told.alerts.mention, told.alerts.follow) == ("https://push.example.org/1", True, False)
    assert ada.push_subscription().policy == "followed"
    ada.push_subscription_delete()
    with pytest.raises(MastodonNotFoundError):
        ada.push_subscription()


class Listener(StreamListener):
    """Notes what comes."""

    def __init__(self) -> None:
        self.came: dict[str, list[object]] = {"beat": [], "update": [], "delete": [], "notification": []}
        self.news = threading.Condition()

    def _note(self, kind: str, thing: object) -> None:
        with self.news:
            self.came[kind].append(thing)
            self.news.notify_all()

    def handle_heartbeat(self) -> None:
        self._note("beat", 1)

    def on_update(self, status: object) -> None:
        self._note("update", status.id)  # type: ignore[attr-defined]

    def on_delete(self, status_id: object) -> None:
        self._note("delete", status_id)

    def on_notification(self, notification: object) -> None:
        self._note("notification", notification.type)  # type: ignore[attr-defined]

    def wait(self, kind: str, thing: object) -> bool:
        with self.news:
            return self.news.wait_for(lambda: thing in self.came[kind], WAIT)


def test_a_stream_brings_what_happens(ada: Mastodon, ben: Mastodon, opened: Callable[[Mastodon], Listener]) -> None:
    heard = opened(ben)
    post = ada.status_post("On the air, @ben")
    assert heard.wait("update", post.id)
    assert heard.wait("notification", "mention")
    ada.status_delete(post)
    assert heard.wait("delete", post.id)


@pytest.fixture
def opened() -> Iterator[Callable[[Mastodon], Listener]]:
    """Open somebody's stream, and close it at the end."""
    handles = []

    def open_stream(client: Mastodon) -> Listener:
        listener = Listener()
        handles.append(client.stream_user(listener, run_async=True))
        assert listener.wait("beat", 1)  # the line with which a stream begins
        return listener

    yield open_stream
    for handle in handles:
        handle.close()
