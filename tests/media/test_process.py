"""The work on a file: begun perhaps many times, done once."""

import signal
import subprocess
import sys
import textwrap
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from media import sandbox, store
from media.models import Attachment, State
from media.services import process, process_file, receive_file, recover_files
from media.signals import attachment_processed
from media.tasks import process_attachment
from media.work.task import Refused
from tests import kept
from tests.media import files


@pytest.fixture
def waiting(alice):
    return receive_file(alice, SimpleUploadedFile("photo.jpg", files.photo()))


@pytest.fixture
def told():
    """What the fact said, and of which state."""
    heard = []

    def hear(sender, about, **_kwargs):
        heard.append((about.pk, about.state))

    attachment_processed.connect(hear)
    yield heard
    attachment_processed.disconnect(hear)


def names():
    return [name.rpartition("/")[2] for name in kept.names()]


def test_a_file_becomes_ready_and_says_so_after_commit(waiting, told, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as later:
        process_attachment.func(waiting.pk)
        assert told == []
    for callback in later:
        callback()
    assert told == [(waiting.pk, State.READY)]
    waiting.refresh_from_db()
    assert (waiting.state, waiting.raw, waiting.due, waiting.tries) == (State.READY, "", None, 1)
    assert names() == ["a60.avif", "j1280.jpg", "original.jpg", "w60.webp"]


def test_measures_are_kept(waiting):
    process_file(waiting.pk)
    waiting.refresh_from_db()
    assert (waiting.width, waiting.height, waiting.duration, waiting.is_loop) == (60, 40, None, False)
    assert len(waiting.blurhash) == 28
    original = waiting.variants["original"]
    assert original == {
        "file": f"{waiting.folder}/original.jpg", "type": "image/jpeg", "width": 60, "height": 40,
        "bytes": len(kept.content(original["file"])),
    }  # fmt: skip
    assert waiting.size == original["bytes"]


def test_a_second_run_changes_nothing(waiting, told, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        process_file(waiting.pk)
    assert process_file(waiting.pk) is False
    assert len(told) == 1


def test_a_vanished_row_is_no_accident(waiting):
    waiting.delete()
    assert process_file(waiting.pk) is False
    assert process_file(1) is False


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (lambda: files.photo()[:500], "This file is damaged"),
        (lambda: b"GIF89a" + bytes(200), "This file is damaged"),
        (lambda: b"\xff\xd8\xff<script>alert(1)</script>", "This file is damaged"),
        (lambda: files.png((2, 30_001)), "This picture has too many pixels."),
    ],
)
def test_a_file_that_cannot_be_used_fails_with_a_sentence(bring, told, content, problem):
    attachment = bring(content())
    assert (attachment.state, attachment.variants, attachment.raw) == (State.FAILED, {}, "")
    assert attachment.problem.startswith(problem)
    assert told == [(attachment.pk, State.FAILED)]
    assert names() == []


def test_a_lease_keeps_others_away_until_it_runs_out(waiting):
    Attachment.objects.update(state=State.WORKING, due=timezone.now() + timedelta(seconds=5), tries=1)
    assert process_file(waiting.pk) is False
    Attachment.objects.update(due=timezone.now() - timedelta(seconds=1))
    assert process_file(waiting.pk) is True


def test_whoever_lost_the_lease_writes_nothing(waiting, monkeypatch, told, django_capture_on_commit_callbacks):
    whole = sandbox.run

    def overtaken(*args):
        made = whole(*args)
        Attachment.objects.update(state=State.WORKING, tries=2)
        return made

    monkeypatch.setattr(sandbox, "run", overtaken)
    with django_capture_on_commit_callbacks(execute=True):
        assert process_file(waiting.pk) is False
    waiting.refresh_from_db()
    assert (waiting.state, waiting.variants, told) == (State.WORKING, {}, [])


def test_a_row_that_vanishes_meanwhile_leaves_no_files(waiting, monkeypatch):
    whole = process.keep_variants

    def vanishing(*args):
        kept = whole(*args)
        Attachment.objects.all().delete()
        return kept

    monkeypatch.setattr(process, "keep_variants", vanishing)
    process_file(waiting.pk)
    assert names() == []


def test_trouble_with_the_disk_is_tried_again_later(waiting, monkeypatch, told):
    monkeypatch.setattr(store, "put", lambda *args: (_ for _ in ()).throw(store.StorageFull()))
    assert process_file(waiting.pk) is False
    waiting.refresh_from_db()
    assert (waiting.state, waiting.tries, told) == (State.WAITING, 0, [])
    assert waiting.due > timezone.now()


def test_after_five_tries_it_is_given_up(waiting, told, django_capture_on_commit_callbacks):
    Attachment.objects.update(tries=5)
    with django_capture_on_commit_callbacks(execute=True):
        process_file(waiting.pk)
    waiting.refresh_from_db()
    assert waiting.state == State.FAILED
    assert waiting.problem.startswith("We could not prepare this file, and have stopped trying.")


def test_what_was_left_lying_is_queued_again(waiting):
    DBTaskResult.objects.all().delete()
    assert recover_files() == 0
    Attachment.objects.update(state=State.WORKING, due=timezone.now() - timedelta(seconds=1), tries=1)
    assert (recover_files(), recover_files()) == (1, 0)
    assert DBTaskResult.objects.count() == 1
    assert process_file(waiting.pk) is True


@pytest.fixture
def long_sound(alice, monkeypatch):
    """A sound whose first step says that it takes long."""
    whole = sandbox.run

    def run(job, limits, *args):
        made = whole(job, limits, *args)
        return replace(made, needs_converting=True) if job["step"] == "keep" else made

    monkeypatch.setattr(sandbox, "run", run)
    return receive_file(alice, SimpleUploadedFile("sound.m4a", files.sound("ipod", "alac")))


def test_what_takes_long_is_passed_on_and_holds_nobody_up(long_sound):
    assert process_file(long_sound.pk) is False
    long_sound.refresh_from_db()
    assert (long_sound.state, long_sound.tries, long_sound.variants) == (State.WAITING, 0, {})
    task = DBTaskResult.objects.get(queue_name="convert")
    task.task.func(*task.args_kwargs["args"])
    long_sound.refresh_from_db()
    assert long_sound.state == State.READY


def test_refusals_have_sentences_whatever_the_code(waiting, monkeypatch):
    monkeypatch.setattr(sandbox, "run", lambda *args: (_ for _ in ()).throw(Refused("unheard of")))
    process_file(waiting.pk)
    assert Attachment.objects.get().error == sandbox.REASONS["broken"]


@pytest.mark.skipif(sys.platform != "linux", reason="the parent's death is told by Linux only")
def test_a_decoder_dies_with_its_worker(settings):
    """``kill -9`` of a worker leaves no decoder running."""
    child = (
        "import sys, time; sys.path[:0] = [sys.argv[1]]; from media.work.guard import limit; "
        "limit(cpu=9, memory=512, file_size=1); print('up', flush=True); time.sleep(60)"
    )
    worker = textwrap.dedent(f"""
        import subprocess, sys, time
        process = subprocess.Popen([sys.executable, "-I", "-c", {child!r}, sys.argv[1]], stdout=subprocess.PIPE)
        process.stdout.readline()
        print(process.pid, flush=True)
        time.sleep(60)
    """)
    command = [sys.executable, "-c", worker, str(settings.BASE_DIR)]
    parent = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    pid = int(parent.stdout.readline())
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    assert _ends(pid)


def _ends(pid):
    end = timezone.now() + timedelta(seconds=10)
    while timezone.now() < end:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().split()[2]
        except FileNotFoundError:
            return True
        if state == "Z":
            return True
    return False
