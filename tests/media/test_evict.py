"""Making room: what goes, in which order, what never does, and how it comes back."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from core.ids import id_at
from media import store
from media.derived import is_derived, spare_files, weights
from media.models import Attachment, Conversion, Kind
from media.services import sweep_orphans
from media.services.evict import STEPS, evict, evict_files, remake_file, spare_bytes
from tests import kept, make
from tests.media import files
from tests.media.test_private import KINDS, content_of, file_of


def old_file(owner, kind, days):
    """A file that was brought some days ago, with all its variants."""
    row = file_of(owner, kind)
    pk = id_at(timezone.now() - timedelta(days=days)) + Attachment.objects.count()
    Attachment.objects.filter(pk=row.pk).update(id=pk, **weights(row.kind, row.variants))
    return Attachment.objects.get(pk=pk)


def here(row):
    """The variants of a file that are really there."""
    row.refresh_from_db()
    return {name for name, one in row.variants.items() if store.place().exists(one["file"])}


STAYS = {
    "image": {"original"}, "loop": {"original", "poster"}, "video": {"original", "poster"},
    "audio": {"original", "cover", "peaks"},
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_what_can_be_made_again_goes_and_the_rest_stays(alice, each_place, kind, django_capture_on_commit_callbacks):
    row = old_file(alice, kind, 100)
    with django_capture_on_commit_callbacks(execute=True):
        freed = evict(row.pk)
    assert here(row) == STAYS[kind]
    assert freed == sum(len(content_of(name)) for name in KINDS[kind].keys() - STAYS[kind])
    assert {name for name, one in row.variants.items() if "gone" in one} == KINDS[kind].keys() - STAYS[kind]
    assert (row.weight, row.spare) == (sum(len(content_of(name)) for name in STAYS[kind]), 0)
    assert evict(row.pk) == 0


def test_a_file_that_two_variants_share_stays_while_one_of_them_must(alice):
    shared = {
        "original": {"file": "a", "bytes": 5},
        "aac": {"file": "a", "bytes": 5},
        "opus": {"file": "b", "bytes": 3},
    }
    assert spare_files(Kind.AUDIO, shared) == {"b": 3}
    assert weights(Kind.AUDIO, shared) == {"weight": 8, "spare": 3}


@pytest.mark.parametrize(
    "name", ["original", "poster", "avatar", "header", "cover", "peaks", "frame1", "thumb", "draft"]
)
def test_some_names_never_go(name):
    assert not any(is_derived(kind, name) for kind in Kind.values)


def test_the_order_is_the_stated_one(alice, django_capture_on_commit_callbacks):
    rows = {
        "young": old_file(alice, "video", 3), "picture": old_file(alice, "image", 200),
        "film": old_file(alice, "video", 10), "sound": old_file(alice, "audio", 100),
        "older film": old_file(alice, "video", 300), "old film": old_file(alice, "video", 100),
    }  # fmt: skip
    gone = []
    while True:
        with django_capture_on_commit_callbacks(execute=True):
            if not evict_files(1):
                break
        gone += [name for name, row in rows.items() if len(here(row)) < len(row.variants) and name not in gone]
    assert gone == ["older film", "old film", "sound", "picture", "film"]


def test_the_forecast_is_what_eviction_frees(alice, django_capture_on_commit_callbacks, django_assert_num_queries):
    for kind, days in (("video", 200), ("video", 20), ("audio", 20), ("image", 100), ("image", 1)):
        old_file(alice, kind, days)
    with django_assert_num_queries(2):
        forecast = [(size > 0) for _step, size in spare_bytes()]
    assert forecast == [True, False, True, True, True, False]
    total = sum(size for _step, size in spare_bytes())
    with django_capture_on_commit_callbacks(execute=True):
        assert evict_files(10**12) == total
    assert [size for _step, size in spare_bytes()] == [0] * len(STEPS)


def test_what_is_being_converted_is_left_alone(alice):
    row = old_file(alice, "video", 100)
    Conversion.objects.create(attachment=row, due=timezone.now())
    assert evict_files(10**12) == 0


def test_no_sweep_takes_more_than_eviction_did(alice, monkeypatch, django_capture_on_commit_callbacks):
    row = old_file(alice, "image", 100)
    make.post(alice, attachments=[row])
    with django_capture_on_commit_callbacks(execute=True):
        evict(row.pk)
    kept.grow_old(monkeypatch, hours=30)
    assert (sweep_orphans(), here(row)) == (0, {"original"})


def test_the_sweep_says_what_files_weigh(alice):
    row = file_of(alice, "image")
    sweep_orphans()
    row.refresh_from_db()
    assert (row.weight, row.spare) == tuple(weights("image", row.variants).values())


# --- coming back -----------------------------------------------------------------------------------------------------
def asked_for(task):
    return DBTaskResult.objects.filter(task_path__endswith=task).count()


def test_the_original_stands_in_and_a_picture_is_made_again_once(
    client, bring, alice, each_place, django_capture_on_commit_callbacks
):
    row = bring(files.photo((700, 500)))
    make.post(alice, attachments=[row])
    name = next(name for name in row.variants if is_derived("image", name))
    before = {name: (one["file"], one["width"], one["height"]) for name, one in row.variants.items()}
    with django_capture_on_commit_callbacks(execute=True):
        assert evict(row.pk) == row.spare > 0
    for _reader in range(3):
        response = client.get(row.url(name))
        assert row.variants["original"]["file"] in response.headers["X-Accel-Redirect"]
        assert response.headers["Cache-Control"] == "public, max-age=60"
    assert asked_for("remake_variants") == 1
    assert (remake_file(row.pk), remake_file(row.pk)) == (True, False)
    assert here(row) == set(before)
    assert {name: (one["file"], one["width"], one["height"]) for name, one in row.variants.items()} == before
    assert row.weight == sum(len(kept.content(one["file"])) for one in row.variants.values())
    assert row.variants[name]["file"] in client.get(row.url(name)).headers["X-Accel-Redirect"]


def test_a_sound_is_made_again(bring, alice, django_capture_on_commit_callbacks):
    row = bring(files.sound("mp3", "libmp3lame"), "a.mp3")
    before = set(row.variants)
    with django_capture_on_commit_callbacks(execute=True):
        evict(row.pk)
    assert len(here(row)) < len(before)
    assert (remake_file(row.pk), here(row)) == (True, before)


def test_a_film_plays_in_its_original_meanwhile(client, alice, django_capture_on_commit_callbacks):
    row = old_file(alice, "video", 100)
    make.post(alice, attachments=[row])
    with django_capture_on_commit_callbacks(execute=True):
        evict(row.pk)
    assert [client.get(row.url(name)).status_code for name in ("hls", "l240", "v240", "board")] == [404] * 4
    assert client.get(row.url("original")).status_code == 200
    assert (asked_for("convert_film"), Conversion.objects.count()) == (1, 1)


def test_who_may_not_see_a_file_has_nothing_made(client, alice, carol, django_capture_on_commit_callbacks):
    row = old_file(alice, "image", 100)
    make.post(alice, attachments=[row], visibility=2)
    with django_capture_on_commit_callbacks(execute=True):
        evict(row.pk)
    client.force_login(carol)
    assert client.get(row.url("w320")).status_code == 404
    assert (asked_for("remake_variants"), cache.get(f"remake:{row.pk}")) == (0, None)
