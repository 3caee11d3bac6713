"""Buttons between people."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import Block, Follow, FollowRequest, Mute, User

VERBS = ["follow", "block", "mute", "remove-follower", "follow-request"]


def test_following_by_the_button_without_script(client: Client, alice: User, carol: User) -> None:
    client.force_login(carol)
    answer = client.post("/@alice/follow", {"next": "/explore"})
    assert (answer.status_code, answer["Location"]) == (302, "/explore")
    assert list(Follow.objects.values_list("follower__username", "followee__username")) == [("carol", "alice")]
    client.post("/@Alice/follow", {"undo": "1"})
    assert not Follow.objects.exists()


def test_a_script_gets_the_buttons_as_they_stand(client: Client, alice: User, carol: User) -> None:
    client.force_login(carol)
    answer = client.post("/@alice/follow", headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "Following" in answer.text
    assert "<html" not in answer.text


@pytest.mark.parametrize("span", ["hour", "day", "week"])
def test_muting_for_a_while(client: Client, alice: User, carol: User, span: str) -> None:
    client.force_login(carol)
    client.post("/@alice/mute", {"for": span})
    assert [mute.until is not None for mute in Mute.objects.in_force()] == [True]


@pytest.mark.parametrize("span", ["", "good", "nonsense"])
def test_muting_for_good_and_undoing(client: Client, alice: User, carol: User, span: str) -> None:
    client.force_login(carol)
    client.post("/@alice/mute", {"for": span})
    assert list(Mute.objects.values_list("until", flat=True)) == [None]
    client.post("/@alice/mute", {"undo": "1"})
    assert not Mute.objects.exists()


def test_blocking_and_unblocking_somebody_who_went_away(client: Client, alice: User, carol: User) -> None:
    client.force_login(carol)
    client.post("/@alice/block")
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert client.post("/@alice/block").status_code == 404
    assert client.post("/@alice/block", {"undo": "1"}).status_code == 302
    assert not Block.objects.exists()


def test_requests_are_listed_accepted_and_declined(client: Client, alice: User, bob: User, carol: User) -> None:
    FollowRequest.objects.create(follower=carol, followee=alice)
    client.force_login(alice)
    assert "carol" in client.get("/follow-requests").text
    client.post("/@carol/follow-request", {"answer": "accept"})
    assert "gone" in client.post("/@bob/follow-request", {"answer": "accept"}, headers={"HX-Request": "1"}).text
    assert sorted(Follow.objects.values_list("follower__username", flat=True)) == ["bob", "carol"]
    assert not list(client.get("/follow-requests").context["asking"])


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("name", ["alice", "nobody"])
def test_who_blocked_one_answers_as_nobody_does(client: Client, alice: User, dave: User, verb: str, name: str) -> None:
    client.force_login(dave)
    answer = client.post(f"/@{name}/{verb}", headers={"HX-Request": "true"})
    same = client.post(f"/@nobody/{verb}", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.content) == (404, same.content)
    assert list(Block.objects.values_list("blocker__username", flat=True)) == ["alice"]


@pytest.mark.parametrize("verb", VERBS)
def test_strangers_are_sent_to_the_door_and_links_do_nothing(
    client: Client, alice: User, carol: User, verb: str
) -> None:
    assert client.post(f"/@alice/{verb}")["Location"].startswith("/accounts/login/")
    client.force_login(carol)
    assert client.get(f"/@alice/{verb}").status_code == 405
    assert [model.objects.count() for model in (Follow, Block, Mute, FollowRequest)] == [0] * 4


@pytest.mark.parametrize(
    ("here", "place"), [("http://testserver/@alice?x=1", "/%40alice"), ("https://evil.example/@alice", "/"), ("", "/")]
)
def test_a_script_is_sent_to_the_door_too(client: Client, alice: User, here: str, place: str) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": here}
    answer = client.post("/@alice/follow", headers=headers)
    assert (answer.status_code, answer["HX-Redirect"]) == (401, f"/accounts/login/?next={place}")


def test_nobody_follows_themselves(client: Client, alice: User) -> None:
    client.force_login(alice)
    assert client.post("/@alice/follow").status_code == 403


def test_a_form_from_elsewhere_does_nothing(alice: User, carol: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(carol)
    assert client.post("/@alice/follow").status_code == 403
    assert not Follow.objects.exists()


@pytest.mark.parametrize("name", ["a%00b", "%ED%A0%80", "x" * 31, "a b", "ä", "..", "%2e%2e"])
def test_names_that_cannot_be_are_refused(client: Client, carol: User, name: str) -> None:
    client.force_login(carol)
    assert client.post(f"/@{name}/follow").status_code in {400, 404}


ELSEWHERE = [
    "https://evil.example", "//evil.example", "///evil.example", "/\\evil.example",
    "\\\\evil.example", "http:evil.example",
    "http:///evil.example", "https:/evil.example", "javascript:alert(1)", "data:text/html,x", "/\t/evil.example",
    " //evil.example",
    "https://testserver@evil.example", "https://testserver.evil.example", "//testserver@evil.example",
    "\x01https://evil.example",
    "https:evil.example", "http://[::1", "//evil.example/testserver", "%2f%2fevil.example", "ftp://testserver/x",
]  # fmt: skip


@pytest.mark.parametrize("address", ELSEWHERE)
def test_nobody_is_led_elsewhere(client: Client, alice: User, carol: User, address: str) -> None:
    client.force_login(carol)
    place = client.post("/@alice/follow", {"next": address})["Location"]
    assert place == "/@alice" or place == address == "%2f%2fevil.example"
