"""The page about the viewer and one other person."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import DismissedSuggestion, Endorsement, Follow, FollowRequest, PersonNote, User
from accounts.services.circle import write_note
from accounts.services.ties import follow_person


@pytest.fixture
def reader(client: Client, bob: User) -> Client:
    client.force_login(bob, backend="accounts.backends.PasswordBackend")
    return client


def test_a_follower_chooses_what_to_read_and_keeps_a_note(reader: Client, alice: User, bob: User) -> None:
    chosen = {"notifies": "on", "languages": ["de", "fr"], "endorses": "on", "note": "Bakes *bread*\nand cakes"}
    assert reader.post("/@alice/you", chosen).status_code == 302
    follow = Follow.objects.get(follower=bob)
    assert (follow.notifies, follow.shows_shares, follow.languages) == (True, False, ["de", "fr"])
    assert Endorsement.objects.get().endorsed == alice
    page = reader.get("/@alice").text
    assert "Bakes *bread*<br>and cakes" in page
    assert 'name="note"' in reader.get("/@alice/you").text


def test_all_of_it_is_taken_back(reader: Client, alice: User, bob: User) -> None:
    reader.post("/@alice/you", {"notifies": "on", "endorses": "on", "note": "Bakes"})
    reader.post("/@alice/you", {"shows_shares": "on", "note": ""})
    follow = Follow.objects.get(follower=bob)
    assert (follow.notifies, follow.shows_shares, follow.languages) == (False, True, [])
    assert (Endorsement.objects.count(), PersonNote.objects.count()) == (0, 0)


def test_about_a_stranger_there_is_only_a_note(reader: Client, carol: User) -> None:
    page = reader.get("/@carol/you").text
    assert ("notifies" in page, "endorses" in page, 'name="note"' in page) == (False, False, True)
    reader.post("/@carol/you", {"note": "Met her in Lyon", "notifies": "on", "endorses": "on"})
    assert (PersonNote.objects.get().text, Follow.objects.filter(followee=carol).count()) == ("Met her in Lyon", 0)


def test_what_is_chosen_before_the_answer_counts_after_it(reader: Client, carol: User, bob: User) -> None:
    User.objects.filter(pk=carol.pk).update(is_locked=True)
    carol.refresh_from_db()
    follow_person(bob, carol)
    reader.post("/@carol/you", {"notifies": "on"})
    assert FollowRequest.objects.get().notifies is True


@pytest.mark.parametrize("wrong", [{"languages": "klingon"}, {"note": "x" * 2001}, {"note": "\0"}])
def test_an_error_keeps_what_was_typed(reader: Client, alice: User, wrong: dict[str, str]) -> None:
    answer = reader.post("/@alice/you", {"note": "Kept", "notifies": "on"} | wrong)
    assert (answer.status_code, PersonNote.objects.count()) == (422, 0)
    assert "checked" in answer.text


def test_a_note_is_read_by_its_author_alone(
    client: Client, reader: Client, alice: User, bob: User, carol: User
) -> None:
    write_note(bob, alice, "A secret about her")
    client.force_login(bob)
    assert "A secret about her" in client.get("/@alice").content.decode()
    for other in (alice, carol):
        client.force_login(other)
        for path in ("/@alice", "/@bob", "/@bob/you", "/@alice/you"):
            assert "A secret about her" not in client.get(path).content.decode()


def test_whom_one_does_not_see_has_no_such_page(client: Client, alice: User, dave: User) -> None:
    client.force_login(dave)
    assert [client.get(f"/@{name}/you").status_code for name in ("alice", "nobody", "dave")] == [404, 404, 404]
    assert client.post("/@alice/you", {"note": "x"}).status_code == 404


def test_the_menu_turns_the_bell_for_somebody_on_and_off(reader: Client, alice: User, bob: User) -> None:
    page = reader.post("/@alice/follow", {"notifies": "1"}, headers={"HX-Request": "true"})
    assert "No longer tell me of every post" in page.content.decode()
    assert Follow.objects.get(follower=bob).notifies is True
    reader.post("/@alice/follow", {"notifies": "0"})
    assert Follow.objects.get(follower=bob).notifies is False
    reader.post("/@alice/follow", {"notifies": "x"})
    assert Follow.objects.get(follower=bob).notifies is False


def test_a_suggestion_is_put_away(reader: Client, carol: User, bob: User) -> None:
    assert reader.post("/@carol/dismiss", {}, headers={"HX-Request": "true"}).content == b""
    assert reader.post("/@carol/dismiss", {"next": "/explore"}).headers["Location"] == "/explore"
    assert list(DismissedSuggestion.objects.values_list("viewer", "person")) == [(bob.pk, carol.pk)]
    assert reader.post("/@nobody/dismiss").status_code == 404
