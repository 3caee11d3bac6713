"""Notes, recommendations, options of a follow, and people who changed their names."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import DismissedSuggestion, Endorsement, Follow, FollowRequest, PersonNote, User
from accounts.permissions import can_see_ties
from accounts.services import circle, ties
from accounts.services.profile import describe_picture, rename_person
from tests import make


def test_a_note_is_kept_changed_and_thrown_away(alice: User, carol: User) -> None:
    circle.write_note(carol, alice, " bakes bread ")
    circle.write_note(carol, alice, "bakes good bread")
    assert list(PersonNote.objects.values_list("author", "about", "text")) == [(carol.pk, alice.pk, "bakes good bread")]
    circle.write_note(carol, alice, "  ")
    assert not PersonNote.objects.exists()


def test_a_note_has_an_end(alice: User, carol: User) -> None:
    with pytest.raises(ValidationError):
        circle.write_note(carol, alice, "x" * 2001)
    assert not PersonNote.objects.exists()


def test_one_recommends_whom_one_follows(alice: User, bob: User, carol: User) -> None:
    circle.endorse_person(bob, alice)
    circle.endorse_person(bob, alice)
    with pytest.raises(PermissionDenied):
        circle.endorse_person(carol, alice)
    assert list(Endorsement.objects.values_list("endorser", "endorsed")) == [(bob.pk, alice.pk)]
    circle.unendorse_person(bob, alice)
    assert not Endorsement.objects.exists()


@pytest.mark.parametrize("part", [ties.unfollow_person, ties.block_person])
def test_a_recommendation_ends_with_the_follow(alice: User, bob: User, part) -> None:
    circle.endorse_person(bob, alice)
    part(bob, alice)
    assert not Endorsement.objects.exists()


def test_a_follow_has_options_that_can_be_changed(alice: User, bob: User) -> None:
    ties.follow_person(bob, alice, notifies=True, languages=["DE", "en", "de", "x\0", "<b>"])
    ties.follow_person(bob, alice, shows_shares=False)
    ties.follow_person(bob, alice)
    follow = Follow.objects.get(follower=bob)
    assert (follow.notifies, follow.shows_shares, follow.languages) == (True, False, ["de", "en"])


def test_all_languages_are_none(alice: User, bob: User) -> None:
    ties.follow_person(bob, alice, languages=["de"])
    ties.follow_person(bob, alice, languages=[])
    assert Follow.objects.get(follower=bob).languages == []


def test_a_request_keeps_the_options_until_it_is_answered(alice: User, carol: User) -> None:
    User.objects.filter(pk=alice.pk).update(is_locked=True)
    ties.follow_person(carol, alice, notifies=True)
    ties.follow_person(carol, alice, shows_shares=False, languages=["fr"])
    assert FollowRequest.objects.count() == 1
    ties.accept_follower(alice, carol)
    follow = Follow.objects.get(follower=carol)
    assert (follow.notifies, follow.shows_shares, follow.languages) == (True, False, ["fr"])


def test_who_changed_their_name_is_found_under_the_old_one(alice: User, dave: User) -> None:
    rename_person(alice, "alicia")
    assert User.objects.visible_to(None).formerly("Alice").get() == alice
    assert not User.objects.visible_to(dave).formerly("alice").exists()
    assert not User.objects.formerly("alicia").exists()


def test_ties_are_for_all_to_see_unless_hidden(alice: User, bob: User) -> None:
    assert [can_see_ties(viewer, alice) for viewer in (None, bob, alice)] == [True, True, True]
    alice.hides_ties = True
    assert [can_see_ties(viewer, alice) for viewer in (None, bob, alice)] == [False, False, True]


def test_a_picture_is_described(alice: User) -> None:
    describe_picture(alice, "avatar", "nothing there")
    alice.avatar = make.image(alice)
    describe_picture(alice, "avatar", " A woman with flour on her hands ")
    alice.avatar.refresh_from_db()
    assert alice.avatar.description == "A woman with flour on her hands"
    with pytest.raises(ValidationError):
        describe_picture(alice, "avatar", "x" * 1501)


def test_all_of_it_goes_with_the_person(alice: User, bob: User, carol: User) -> None:
    circle.write_note(bob, alice, "bakes")
    circle.write_note(alice, bob, "follows")
    circle.endorse_person(bob, alice)
    circle.dismiss_suggestion(carol, alice)
    alice.delete()
    assert [model.objects.count() for model in (PersonNote, Endorsement, DismissedSuggestion)] == [0, 0, 0]
