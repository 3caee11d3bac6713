"""The numbered log over the API: heads, and events after a number."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from accounts.models import User
from accounts.services.ties import block_person
from api.oauth.services import issue_token, register_app
from events.log import epoch, renew_epoch
from events.models import Event
from feeds.services.lists import add_to_list, create_list
from live.protocol import StreamName
from live.rendering import Audience, present
from moderation.services.reports import report
from posts.models import Visibility
from posts.services.change import delete_post, edit_post
from posts.services.interact import like_post
from posts.services.polls import PollDraft, vote_in_poll
from tests import make
from tests.api.conftest import Api

LIVE = "/api/polylog/v1/live"


def app_of(person: User, *scopes: str) -> Api:
    app = register_app("Tests", ["urn:ietf:wg:oauth:2.0:oob"], ["read", "write"])[0]
    return Api(issue_token(app, person, scopes or ["read"])[1])


def told(api: Api, stream: str, since: int = 0, **how: str) -> list[tuple[int, str]]:
    page = api("GET", f"{LIVE}/events", {"stream": stream, "since": since, **how})
    return [(one["n"], one["event"]) for one in page["events"]]


def spoken_to(person: User) -> list[str | None]:
    """What the stream of ``person`` says on their pages, nothing for a bare number."""
    reader, events = Audience(person.pk, "en"), list(Event.objects.filter(stream__name=f"user:{person.pk}"))
    lines = present(StreamName("user", person.pk), events, [reader])[reader]
    return [json.loads(line.text).get("words") for line in lines]


def test_heads_of_what_may_be_followed(alice, bob, carol):
    open_one, hidden = make.post(alice), make.post(alice, visibility=Visibility.FOLLOWERS)
    make.comment(bob, open_one)
    make.comment(bob, hidden)
    names = [f"post:{open_one.pk}", f"post:{hidden.pk}", "posts", "comments", f"user:{alice.pk}", "nonsense"]
    found = app_of(carol)("GET", f"{LIVE}/heads", {"stream[]": names})
    assert found == {"epoch": epoch(), "heads": {f"post:{open_one.pk}": 1, "posts": 2, "comments": 2}}


def test_a_talk_is_followed_by_number(alice, bob):
    post = make.post(alice)
    comment = make.comment(bob, post, "one")
    edit_post(bob, comment, text="two")
    like_post(alice, comment)
    like_post(bob, comment)
    delete_post(bob, comment)
    api = app_of(alice)
    assert told(api, f"post:{post.pk}") == [(5, "delete")]
    second = make.comment(bob, post, "three")
    like_post(alice, second)
    page = api("GET", f"{LIVE}/events", {"stream": f"post:{post.pk}", "since": 5})
    assert [(one["n"], one["event"]) for one in page["events"]] == [(6, "comment"), (7, "counts")]
    assert page["events"][0]["payload"]["content"] == "<p>three</p>"
    assert page["events"][1]["payload"] == {
        "id": str(second.pk), "favourites_count": 1, "reblogs_count": 0, "replies_count": 0,
    }  # fmt: skip
    assert (page["upto"], page["head"], page["reset"]) == (7, 7, False)


def test_a_poll_tells_its_figures(alice, bob):
    post = make.post(alice, poll=PollDraft(["tea", "coffee"], timedelta(days=1)))
    vote_in_poll(bob, post.poll, [0])
    [event] = app_of(bob)("GET", f"{LIVE}/events", {"stream": f"post:{post.pk}", "since": 0})["events"]
    assert (event["event"], event["payload"]["votes_count"], event["payload"]["own_votes"]) == ("poll", 1, [0])


def test_without_a_number_it_is_from_now_on(alice, bob):
    post = make.post(alice)
    make.comment(bob, post)
    page = app_of(alice)("GET", f"{LIVE}/events", {"stream": f"post:{post.pk}"})
    assert (page["events"], page["upto"], page["head"]) == ([], 1, 1)


@pytest.mark.parametrize("since", [7, 10**9])
def test_a_number_there_is_not_begins_anew(alice, since):
    make.post(alice)
    page = app_of(alice)("GET", f"{LIVE}/events", {"stream": "posts", "since": since})
    assert (page["reset"], page["upto"], page["events"]) == (True, 1, [])


def test_so_does_another_history_and_what_was_cleared_away(alice):
    for _n in range(3):
        make.post(alice)
    api, before = app_of(alice), epoch()
    assert api("GET", f"{LIVE}/events", {"stream": "posts", "since": 1, "epoch": before})["reset"] is False
    renew_epoch()
    assert api("GET", f"{LIVE}/events", {"stream": "posts", "since": 1, "epoch": before})["reset"] is True
    Event.objects.filter(n=2).delete()
    assert api("GET", f"{LIVE}/events", {"stream": "posts", "since": 1})["reset"] is True


def test_feeds_of_posts_and_comments(alice, bob, carol):
    post = make.post(alice, "#tea")
    make.post(carol, "from a stranger")
    comment = make.comment(carol, post, "#tea too")
    people = create_list(bob, "Friends", replies_policy="followed")
    add_to_list(bob, people, [alice])
    make.comment(alice, post, "to myself")
    api = app_of(bob)
    assert told(api, "posts") == [(1, "update")]
    assert told(api, "posts", feed="local") == [(1, "update"), (2, "update")]
    assert told(api, "posts", feed="tag:Tea") == [(1, "update")]
    assert told(api, "comments", feed="tag:Tea") == [(1, "update")]
    assert told(api, "comments", feed=f"list:{people.pk}") == [(2, "update")]
    assert told(api, "comments", feed="home") == told(api, "comments", feed="local") == []
    edit_post(carol, comment, text="no more of it")
    delete_post(carol, comment)
    assert told(api, "comments", 2, feed="tag:Tea") == [(4, "delete")]


@pytest.mark.parametrize(("feed", "status"), [("nonsense", 422), ("list:x", 422), ("tag:", 422), ("list:1", 404)])
def test_feeds_there_are_not(alice, feed, status):
    app_of(alice)("GET", f"{LIVE}/events", {"stream": "posts", "since": 0, "feed": feed}, status=status)


def test_what_may_not_be_seen_is_not_there(alice, bob, carol):
    hidden = make.post(alice, visibility=Visibility.FOLLOWERS)
    make.comment(bob, hidden, "secret")
    own = create_list(alice, "Hers")
    for said in ({"stream": f"post:{hidden.pk}"}, {"stream": f"user:{alice.pk}"}, {"stream": "nonsense"}):
        app_of(carol)("GET", f"{LIVE}/events", {**said, "since": 0}, status=404)
    app_of(carol)("GET", f"{LIVE}/events", {"stream": "posts", "feed": f"list:{own.pk}"}, status=404)


def test_a_block_ends_it(alice, carol):
    post = make.post(alice)
    make.comment(alice, post)
    assert told(app_of(carol), f"post:{post.pk}") == [(1, "comment")]
    block_person(alice, carol)
    app_of(carol)("GET", f"{LIVE}/events", {"stream": f"post:{post.pk}", "since": 0}, status=404)


def test_ones_own_takes_the_scope_of_notifications(alice, bob, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        like_post(bob, make.post(alice))
    assert told(app_of(alice), "user") == [(1, "notification")]
    app_of(alice, "read:statuses")("GET", f"{LIVE}/events", {"stream": "user", "since": 0}, status=403)


def test_old_reports_are_for_those_alone_who_moderate(alice, bob, mod, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        report(bob, alice, category="spam")
    assert (told(app_of(mod), "user"), spoken_to(mod)) == ([(1, "notification")], ["bob reported something"])
    mod.user_permissions.clear()
    assert (told(app_of(mod), "user"), spoken_to(mod)) == ([], [None])


def test_a_list_takes_the_scope_of_lists(alice):
    said = {"stream": "posts", "since": 0, "feed": f"list:{create_list(alice, 'Hers').pk}"}
    app_of(alice, "read:statuses", "read:lists")("GET", f"{LIVE}/events", said)
    refused = app_of(alice, "read:statuses")("GET", f"{LIVE}/events", said, status=403)
    assert refused == {"error": "This action is outside the authorized scopes"}


def test_what_a_post_quotes_is_shown_to_those_alone_who_may_see_it(alice, bob, carol, mod):
    block_person(alice, carol)
    make.post(bob, "Look", quote_of=make.post(alice, "secret to carol"))
    said = {"stream": "posts", "since": 1, "feed": "local"}
    pages = [app_of(person)("GET", f"{LIVE}/events", said) for person in (mod, carol)]
    quotes = [page["events"][0]["payload"]["quote"] for page in pages]
    assert [bool(quote["quoted_status"]) for quote in quotes] == [True, False]


@pytest.mark.parametrize("count", [1, 3, 20])
def test_a_talk_costs_the_same_however_much_happened(alice, bob, django_assert_num_queries, count):
    post = make.post(alice)
    for n in range(count):
        make.comment(alice, post, f"{n}")
    api = app_of(bob)
    told(api, f"post:{post.pk}")
    with django_assert_num_queries(10):
        assert len(told(api, f"post:{post.pk}")) == count
