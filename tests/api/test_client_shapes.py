"""Requests in the shapes in which clients send them: the same thing said in every way means the same."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest

from feeds.services.lists import create_list
from notifications.push import subscriptions
from posts.services.filters import create_filter
from tests import make
from tests.notifications.device import Device

FORM = "application/x-www-form-urlencoded"
FORMS = [FORM, f"{FORM}; charset=utf-8", f"{FORM};charset=UTF-8"]
TRUE: list[Any] = [True, 1, "true", "True", "1", "on", "t", "yes"]
FALSE: list[Any] = [False, 0, "false", "False", "0", "off", "f", "no"]


def send(api, method: str, address: str, body: Any = "", kind: str = "", *, status: int = 200) -> Any:
    """Send a body just as it stands, under a content type; without one, as clients do that have nothing to say."""
    raw = json.dumps(body) if kind.startswith("application/json") and not isinstance(body, str) else body
    how = {"content_type": kind} if kind else {}
    response = api.client.generic(method, address, raw, headers=api.headers, **how)
    assert response.status_code == status, response.content
    return response.json()


def form(**pairs: str) -> str:
    return "&".join(f"{name}={quote(value)}" for name, value in pairs.items())


# --- where parameters are --------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("query", "body", "kind"),
    [
        ("?reblogs=false&notify=true", "", ""),
        ("?reblogs=false&notify=true", "", "application/json"),
        ("?reblogs=false&notify=true", "{}", "application/json"),
        ("?reblogs=false", "notify=1", FORMS[1]),
        ("?notify=false", {"reblogs": False, "notify": True}, "application/json; charset=utf-8"),
        ("", {"reblogs": "0", "notify": "on", "languages": None}, "application/json"),
        ("/?reblogs=0&notify=1", "", ""),
    ],
)
def test_how_to_follow_is_read_wherever_it_stands(api_as, alice, carol, query, body, kind):
    tie = send(api_as(carol), "POST", f"/api/v1/accounts/{alice.pk}/follow{query}", body, kind)
    assert (tie["following"], tie["showing_reblogs"], tie["notifying"]) == (True, False, True)


@pytest.mark.parametrize("kind", [*FORMS, "application/json", "query", "encoded query", "one", "numbers"])
def test_people_leave_a_list_by_a_body_on_delete(api_as, alice, bob, kind):
    friends = create_list(bob, "Friends")
    friends.members.create(person=alice)
    pairs = {
        "query": ("?account_ids[]={0}", "", ""), "encoded query": ("?account_ids%5B%5D={0}", "", ""),
        "application/json": ("", {"account_ids": [str(alice.pk)]}, kind),
        "numbers": ("", {"account_ids": [alice.pk]}, "application/json"),
        "one": ("", "account_ids={0}", FORM),
    }.get(kind, ("", "account_ids[]={0}", kind))  # fmt: skip
    query, body, sent = pairs
    body = body.format(alice.pk) if isinstance(body, str) else body
    address = f"/api/v1/lists/{friends.pk}/accounts{query.format(alice.pk)}"
    assert send(api_as(bob), "DELETE", address, body, sent) == {}
    assert friends.members.count() == 0


@pytest.mark.parametrize("query", ["id[]={0}&id[]={1}", "id%5B%5D={0}&id%5b%5d={1}", "id[0]={0}&id[1]={1}"])
def test_several_ids_in_an_address(api_as, alice, bob, carol, query):
    asked = f"/api/v1/accounts/relationships?{query.format(alice.pk, carol.pk)}"
    assert [tie["id"] for tie in send(api_as(bob), "GET", asked)] == [str(alice.pk), str(carol.pk)]


def test_one_id_without_brackets(api_as, alice, bob):
    (tie,) = send(api_as(bob), "GET", f"/api/v1/accounts/relationships/?id={alice.pk}")
    assert tie["following"] is True


# --- nulls, blanks and scalars ---------------------------------------------------------------------------------------
UNSAID = dict.fromkeys(
    ["in_reply_to_id", "media_ids", "poll", "visibility", "language", "scheduled_at", "spoiler_text", "sensitive",
     "quoted_status_id", "quote_approval_policy"]
)  # fmt: skip


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ({"status": "Hi", **UNSAID}, "application/json"),
        ({"status": "Hi", "media_ids": [], "in_reply_to_id": "", "visibility": "", "poll": None}, "application/json"),
        ("status=Hi&in_reply_to_id=&visibility=&spoiler_text=&language=&scheduled_at=&sensitive=", FORM),
        ("status=Hi&media_ids[]=", FORM),
    ],
)
def test_what_is_null_or_blank_is_not_said(api_as, alice, body, kind):
    status = send(api_as(alice), "POST", "/api/v1/statuses", body, kind)
    assert (status["content"], status["visibility"], status["in_reply_to_id"]) == ("<p>Hi</p>", "public", None)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("status=Q&poll[options][]=a&poll[options][]=b&poll[expires_in]=3600&poll[multiple]=true", FORM),
        ("status=Q&poll%5Boptions%5D%5B%5D=a&poll%5Boptions%5D%5B%5D=b&poll[expires_in]=3600&poll[multiple]=1", FORM),
        ("status=Q&poll[options][0]=a&poll[options][1]=b&poll[expires_in]=3600&poll[multiple]=on", FORM),
        ({"status": "Q", "poll": {"options": ["a", "b"], "expires_in": 3600, "multiple": True, "hide_totals": None}},
         "application/json"),
        ({"status": "Q", "poll": {"options": ["a", "b", ""], "expires_in": "3600", "multiple": "1"}},
         "application/json"),
    ],
)  # fmt: skip
def test_a_poll_is_asked_and_answered(api_as, alice, bob, body, kind):
    poll = send(api_as(alice), "POST", "/api/v1/statuses", body, kind)["poll"]
    assert ([option["title"] for option in poll["options"]], poll["multiple"]) == (["a", "b"], True)
    ways = [("?choices[]=0&choices[]=1", "", ""), ("", {"choices": [0, 1]}, "application/json")]
    query, said, sent = ways[isinstance(body, dict)]
    assert send(api_as(bob), "POST", f"/api/v1/polls/{poll['id']}/votes{query}", said, sent)["own_votes"] == [0, 1]


@pytest.mark.parametrize("choices", [{"choices": "1"}, {"choices": 1}, {"choices": ["1"]}, {"choices[]": ["1"]}])
def test_a_choice_alone_is_a_list_of_one(api_as, alice, bob, choices):
    poll = {"options": ["a", "b"], "expires_in": 3600}
    pk = api_as(alice)("POST", "/api/v1/statuses", {"status": "Q", "poll": poll})["poll"]["id"]
    assert api_as(bob)("POST", f"/api/v1/polls/{pk}/votes", choices)["own_votes"] == [1]


@pytest.mark.parametrize(("values", "meant"), [(TRUE, True), (FALSE, False)])
def test_yes_and_no_in_all_spellings(api_as, alice, values, meant):
    api, said = api_as(alice), []
    for value in values:
        said += [api("PUT", "/api/v1/accounts/update_credentials", {"locked": value})["locked"]]
        said += [send(api, "PATCH", "/api/v1/accounts/update_credentials", f"locked={value}", FORM)["locked"]]
        send(api, "PATCH", "/api/v1/accounts/update_credentials", "locked=&bot=", FORM)
        said += [api("GET", "/api/v1/accounts/verify_credentials")["locked"]]
    assert set(said) == {meant}


# --- methods and addresses -------------------------------------------------------------------------------------------
@pytest.mark.parametrize("method", ["PUT", "PATCH"])
@pytest.mark.parametrize(
    ("address", "body", "changed"),
    [
        ("/api/v2/notifications/policy", "for_not_following=filter", ("for_not_following", "filter")),
        ("/api/v1/notifications/policy", "filter_new_accounts=true", ("filter_new_accounts", True)),
        ("/api/v1/profile", "display_name=Alice+A.", ("display_name", "Alice A.")),
        ("/api/v1/accounts/update_credentials/", "source[privacy]=unlisted&note=Hi", ("note", "<p>Hi</p>")),
    ],
)
def test_put_and_patch_are_one(api_as, alice, method, address, body, changed):
    name, value = changed
    assert send(api_as(alice), method, address, body, FORM)[name] == value
    tree = {"display_name": "x"} if "profile" in address else {}
    send(api_as(alice), method, address, {**tree, "unknown": {"a": [None]}}, "application/json")


@pytest.mark.parametrize(
    "address", ["/api/v1/tags/tea/", "/api/v2/instance/", "/api/v1/timelines/tag/tea/?limit=1", "/api/v1/lists/"]
)
def test_a_slash_at_the_end_changes_nothing(api_as, alice, address):
    plain = address.replace("/?", "?").rstrip("/")
    assert send(api_as(alice), "GET", address) == send(api_as(alice), "GET", plain)


# --- nests -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "body",
    [
        "keywords_attributes[][keyword]=a&keywords_attributes[][whole_word]=true&keywords_attributes[][keyword]=b",
        "keywords_attributes[0][keyword]=a&keywords_attributes[0][whole_word]=1&keywords_attributes[1][keyword]=b",
        {"keywords_attributes": [{"keyword": "a", "whole_word": True, "id": None, "_destroy": None}, {"keyword": "b"}]},
    ],
)
def test_a_filter_with_its_words(api_as, alice, body):
    rest = {"title": "x", "context": ["home", "thread"], "filter_action": "hide", "expires_in": None}
    kind = "application/json" if isinstance(body, dict) else FORM
    said = {**rest, **body} if isinstance(body, dict) else f"title=x&context[]=home&context[]=thread&expires_in=&{body}"
    made = send(api_as(alice), "POST", "/api/v2/filters", said, kind)
    words = [(word["keyword"], word["whole_word"]) for word in made["keywords"]]
    assert (words, made["context"], made["expires_at"]) == ([("a", True), ("b", False)], ["home", "thread"], None)


def test_a_word_is_added_by_the_address_alone(api_as, alice):
    made = create_filter(alice, title="x", contexts=["home"], keywords=[("tea", True)])
    address = f"/api/v2/filters/{made.pk}/keywords?keyword=caf%C3%A9&whole_word=true"
    assert send(api_as(alice), "POST", address)["keyword"] == "café"


def test_files_are_described_while_a_post_is_changed(api_as, alice):
    picture = make.image(alice)
    post = make.post(alice, attachments=[picture])
    pairs = form(**{"status": "x", "media_ids[]": str(picture.pk), "media_attributes[][id]": str(picture.pk)})
    address = f"/api/v1/statuses/{post.pk}"
    said = send(api_as(alice), "PUT", address, f"{pairs}&media_attributes[][description]=A+square", FORM)
    assert said["media_attachments"][0]["description"] == "A square"


@pytest.mark.parametrize("where", ["query", "form", "json"])
def test_a_device_subscribes(api_as, alice, where, monkeypatch):
    monkeypatch.setattr(subscriptions, "check_address", lambda address: None)
    keys = Device().keys
    pairs = form(**{
        "subscription[endpoint]": "https://push.example.org/x", "subscription[keys][p256dh]": keys["p256dh"],
        "subscription[keys][auth]": keys["auth"], "data[alerts][mention]": "true", "data[alerts][admin.report]": "1",
        "data[policy]": "followed",
    })  # fmt: skip
    tree = {
        "subscription": {"endpoint": "https://push.example.org/x", "keys": keys, "standard": None},
        "data": {"alerts": {"mention": True, "admin.report": True, "poll": None}, "policy": "followed"},
    }
    query, body, kind = {
        "query": (f"?{pairs}", "", ""),
        "form": ("", pairs, FORM),
        "json": ("", tree, "application/json"),
    }[where]
    made = send(api_as(alice), "POST", f"/api/v1/push/subscription{query}", body, kind)
    assert {name for name, is_on in made["alerts"].items() if is_on} == {"mention", "admin.report"}
