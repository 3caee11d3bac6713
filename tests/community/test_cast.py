"""The people and files that all other tests are made of."""

from __future__ import annotations

import io

import av
from PIL import Image

from accounts.models import Block, Follow, User
from media.models import Kind, State
from tests import kept, make


def test_bob_follows_alice(alice: User, bob: User) -> None:
    assert list(Follow.objects.values_list("follower", "followee")) == [(bob.pk, alice.pk)]


def test_alice_has_blocked_dave(alice: User, dave: User) -> None:
    assert list(Block.objects.values_list("blocker", "blocked")) == [(alice.pk, dave.pk)]


def test_a_moderator_is_staff_with_rights_but_no_superuser(mod: User) -> None:
    rights = ["moderation.add_action", "posts.change_post", "accounts.change_user", "moderation.view_report"]
    assert (mod.is_staff, mod.is_superuser) == (True, False)
    assert [mod.has_perm(right) for right in rights] == [True] * 4


def test_everybody_can_log_in(alice: User) -> None:
    assert alice.check_password(make.PASSWORD)
    assert alice.is_active


def test_pictures_are_pictures() -> None:
    assert Image.open(io.BytesIO(make.image_bytes("JPEG"))).size == (64, 48)


def test_films_and_sounds_can_be_decoded() -> None:
    with av.open(io.BytesIO(make.video_bytes())) as film:
        assert len(list(film.decode(video=0))) == 10
    with av.open(io.BytesIO(make.audio_bytes())) as sound:
        assert round(sum(frame.samples for frame in sound.decode(audio=0)) / 44_100, 1) == 1.0


def test_files_lie_where_their_rows_say(alice: User) -> None:
    rows = [make.image(alice), make.video(alice), make.audio(alice)]
    sizes = [len(kept.content(row.variants["original"]["file"])) for row in rows]
    assert [row.kind for row in rows] == [Kind.IMAGE, Kind.VIDEO, Kind.AUDIO]
    assert {row.state for row in rows} == {State.READY}
    assert sizes == [row.size for row in rows]
