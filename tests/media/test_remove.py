"""Files that go are really gone; files in use never go."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from community import chores
from core.ids import id_at
from media import store
from media.models import Attachment, State, Sweep
from media.services import delete_files, discard_attachment, sweep_orphans
from media.tasks import delete_folder
from posts.models import Post
from posts.permissions import UNDO
from posts.services.change import delete_post
from tests import kept, make
from tests.media import files


def run_tasks():
    for result in DBTaskResult.objects.filter(task_path="media.tasks.delete_folder"):
        result.task.func(*result.args_kwargs["args"])


def aged(attachment, days=2):
    """The same file, uploaded some days ago."""
    old = id_at(timezone.now() - timedelta(days=days))
    Attachment.objects.filter(pk=attachment.pk).update(id=old)
    return Attachment.objects.get(pk=old)


def test_every_variant_goes(bring, alice):
    attachment = bring(files.photo((700, 500)))
    assert kept.names() == sorted(variant["file"] for variant in attachment.variants.values())
    discard_attachment(alice, attachment)
    run_tasks()
    assert kept.names() == []


@pytest.mark.parametrize("is_answered", [False, True])
@pytest.mark.parametrize(
    "content", [lambda: files.photo((700, 500)), files.film, lambda: files.sound("wav", "pcm_s16le")]
)
def test_a_deleted_post_shows_no_file_from_then_on_and_keeps_none_once_it_cannot_come_back(
    bring, client, alice, content, is_answered
):
    """The hour between is the price of undo; the chore comes every five minutes."""
    attachment = bring(content(), is_whole=True)
    post = make.post(alice, attachments=[attachment])
    addresses = [f"/media/{attachment.key}/{name}" for name in attachment.variants]
    assert {client.get(address).status_code for address in addresses} == {200}
    if is_answered:
        make.comment(alice, post)
    delete_post(alice, post)
    assert {client.get(address).status_code for address in addresses} == {404}
    lying = kept.names()
    assert (chores.erase_deleted(), kept.names()) == (0, lying)
    Post.objects.update(deleted_at=timezone.now() - UNDO - timedelta(seconds=1))
    chores.erase_deleted()
    run_tasks()
    assert (kept.names(), Attachment.objects.count()) == ([], 0)


def test_what_cannot_come_back_waits_for_no_more_than_five_minutes():
    assert [chore.every for chore in chores.CHORES if chore.work is chores.erase_deleted] == [300]


def test_nobody_discards_others_files(bring, bob):
    with pytest.raises(PermissionDenied):
        discard_attachment(bob, bring(files.photo()))
    assert Attachment.objects.count() == 1


def test_a_person_takes_their_files_along(bring, alice):
    bring(files.photo())
    alice.delete()
    run_tasks()
    assert kept.names() == []


def test_deleting_twice_or_something_unknown_is_fine(bring):
    attachment = bring(files.photo())
    assert delete_files(attachment.folder) == 0
    count = len(kept.names())
    attachment.delete()
    assert (delete_files(attachment.folder), delete_files(attachment.folder), delete_files("00/unknown")) == (
        count,
        0,
        0,
    )
    delete_folder.func("00/unknown")


def test_a_folder_without_a_row_is_swept_when_it_is_old(bring, monkeypatch):
    count = len(bring(files.photo()).variants)
    Attachment.objects.all().delete()
    assert sweep_orphans() == 0
    kept.grow_old(monkeypatch, hours=25)
    assert (sweep_orphans(), sweep_orphans()) == (count, 0)
    assert kept.names() == []
    assert list(Sweep.objects.order_by("pk").values_list("files", "orphans")) == [(count, 0), (count, count), (0, 0)]


def test_an_upload_nobody_used_is_swept_after_a_day(bring):
    fresh, old = bring(files.photo()), aged(bring(files.png()))
    assert sweep_orphans() == 1
    assert set(Attachment.objects.all()) == {fresh}
    assert old.pk != fresh.pk


def test_a_file_in_use_is_never_swept(bring, alice, monkeypatch):
    posted = aged(bring(files.photo()))
    make.post(alice, attachments=[posted])
    alice.avatar = aged(bring(files.png(), purpose="avatar"), days=3)
    alice.save()
    kept.grow_old(monkeypatch, hours=25)
    assert sweep_orphans() == 0
    assert Attachment.objects.count() == 2


def test_a_file_that_is_used_while_the_sweep_runs_stays(alice, monkeypatch):
    other = [make.image(alice), make.image(alice)][1]
    make.post(alice, attachments=[other])  # since the list was made
    monkeypatch.setattr("media.services.sweep._unused", lambda: Attachment.objects.order_by("pk"))
    assert (sweep_orphans(), Sweep.objects.get().unused) == (1, 1)
    assert list(Attachment.objects.all()) == [other]


def test_what_a_killed_worker_left_is_swept(db, settings, monkeypatch):
    work = Path(settings.MEDIA_ROOT) / "work"
    (work / "tmpold").mkdir(parents=True)
    (work / "tmpold" / "original.mp4").write_bytes(b"half")
    assert sweep_orphans() == 0
    kept.grow_old(monkeypatch, hours=25)
    assert sweep_orphans() == 1
    assert list(work.iterdir()) == []


def test_the_command_says_what_it_did(bring, monkeypatch, capsys):
    count = len(bring(files.photo()).variants)
    Attachment.objects.all().delete()
    kept.grow_old(monkeypatch, hours=25)
    call_command("sweep_media")
    assert capsys.readouterr().out == f"{count} orphans deleted, 0 files queued again.\n"


def test_a_stray_beside_the_files_of_a_row_is_swept_and_no_segment_of_a_film_is(bring, monkeypatch):
    attachment = bring(files.photo())
    attachment.variants["hls"] = {"file": f"{attachment.folder}/hls/main.m3u8", "type": "x", "bytes": 1}
    attachment.save()
    for name in ("hls/main.m3u8", "hls/one.m4s", "half.webp"):
        store.put(ContentFile(b"x"), f"{attachment.folder}/{name}")
    before = kept.names()
    kept.grow_old(monkeypatch, hours=2)
    assert (sweep_orphans(), sweep_orphans()) == (1, 0)
    assert kept.names() == [name for name in before if "half" not in name]


def test_what_is_being_worked_on_is_not_swept(bring, monkeypatch):
    attachment = bring(files.photo())
    store.put(ContentFile(b"x"), f"{attachment.folder}/half.webp")
    Attachment.objects.update(state=State.WORKING)
    kept.grow_old(monkeypatch, hours=2)
    assert sweep_orphans() == 0


@pytest.mark.parametrize("count", [1, 3])
def test_a_sweep_takes_the_same_queries_however_many_files(alice, count, django_assert_num_queries):
    for number in range(count):
        Attachment.objects.create(owner=alice, kind="image", key=f"{number:032x}")
        store.put(ContentFile(b"x"), f"00/{number:032x}/original.png")
    with django_assert_num_queries(4):
        sweep_orphans()


def test_what_a_killed_worker_was_at_goes_and_what_is_worked_at_stays(settings, monkeypatch):
    dead = Path(settings.MEDIA_ROOT) / "work" / "tmpdead"
    dead.mkdir(parents=True)
    (dead / "v240.mp4").write_bytes(b"half")
    with store.work_folder() as folder:
        assert store.clear_dead_work() == 0
        kept.grow_old(monkeypatch, minutes=2)
        assert store.clear_dead_work() == 1
        assert (dead.exists(), folder.exists()) == (False, True)
