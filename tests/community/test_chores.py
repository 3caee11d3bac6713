"""What is done from time to time."""

from __future__ import annotations

import os
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.db import OperationalError
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from pytest_django import Settings

from accounts.models import User
from accounts.services.standing import stay
from community import chores
from community.chores import CHORES, Chore, Chores, chore_threads, do_chore
from media.services.recover import recover_files
from posts.models import Post
from posts.services.change import delete_post
from tests.community import some_tasks


def test_posts_are_erased_an_hour_after_they_were_deleted(alice: User, post: Post) -> None:
    delete_post(alice, post)
    assert (chores.erase_deleted(), Post.objects.count()) == (0, 1)
    Post.objects.update(deleted_at=timezone.now() - timedelta(minutes=61))
    assert (chores.erase_deleted(), Post.objects.count()) == (1, 0)


def test_people_are_erased_when_their_days_are_over(alice: User, bob: User) -> None:
    User.objects.filter(pk=bob.pk).update(leaving_at=timezone.now() + timedelta(days=1))
    assert chores.erase_leavers() == 0
    User.objects.filter(pk=bob.pk).update(leaving_at=timezone.now() - timedelta(minutes=1))
    assert chores.erase_leavers() == 1
    assert [person.username for person in User.objects.filter(is_active=True)] == ["alice"]


def test_who_stays_while_another_is_erased_is_kept(alice: User, bob: User, monkeypatch: pytest.MonkeyPatch) -> None:
    User.objects.update(leaving_at=timezone.now() - timedelta(minutes=1))
    erased = []

    def erase(person: User) -> None:
        erased.append(person.username)
        stay({"alice": bob, "bob": alice}[person.username])  # meanwhile

    monkeypatch.setattr(chores, "erase_person", erase)
    assert (chores.erase_leavers(), len(erased)) == (1, 1)


def test_sessions_that_ran_out_are_forgotten(db: None) -> None:
    now = timezone.now()
    Session.objects.create(session_key="old", session_data="", expire_date=now - timedelta(seconds=1))
    Session.objects.create(session_key="new", session_data="", expire_date=now + timedelta(days=1))
    assert chores.forget_old_sessions() == 1
    assert [session.pk for session in Session.objects.all()] == ["new"]


def test_records_of_tasks_are_kept_for_a_week(db: None) -> None:
    some_tasks.note.enqueue("a")
    DBTaskResult.objects.update(status="SUCCESSFUL", finished_at=timezone.now() - timedelta(days=6))
    assert chores.forget_old_tasks() == 0
    DBTaskResult.objects.update(finished_at=timezone.now() - timedelta(days=8))
    assert (chores.forget_old_tasks(), DBTaskResult.objects.count()) == (1, 0)


def test_uploads_that_were_broken_off_are_swept(settings: Settings) -> None:
    folder = Path(settings.DATA_DIR) / "tmp"
    folder.mkdir()
    past = time.time() - 2 * 24 * 3600
    for name in ("old", "new"):
        (folder / name).write_text("")
    os.utime(folder / "old", (past, past))
    assert (chores.sweep_left_overs(), [path.name for path in folder.iterdir()]) == (1, ["new"])


def test_a_chore_that_fails_is_logged_and_stops_nothing(db: None, caplog: pytest.LogCaptureFixture) -> None:
    def broken() -> int:
        raise ValueError

    assert do_chore(Chore(60, broken)) is False
    assert caplog.messages == ["A chore failed"]


def test_a_database_that_is_away_is_one_line(db: None, caplog: pytest.LogCaptureFixture) -> None:
    def away() -> int:
        raise OperationalError("gone")

    assert do_chore(Chore(60, away)) is False
    assert [(record.getMessage(), record.exc_info) for record in caplog.records] == [
        ("The database does not answer: gone", None)
    ]


def test_each_chore_is_done_when_it_is_due(monkeypatch: pytest.MonkeyPatch) -> None:
    over, seen = threading.Event(), []

    def note(chore: Chore) -> bool:
        seen.append(chore.work.__name__)
        if len(seen) == len(CHORES):
            over.set()
        return True

    monkeypatch.setattr(chores, "FIRST_AFTER", 0)
    monkeypatch.setattr(chores, "do_chore", note)
    monkeypatch.setattr(chores, "close_old_connections", lambda: None)
    Chores(over, CHORES).run()
    assert sorted(seen) == sorted(chore.work.__name__ for chore in CHORES)


def test_what_a_dead_worker_left_waits_for_no_long_chore(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is at it, a look through the storage or the search index, files are taken up again every 15 seconds."""
    over, is_taken_up = threading.Event(), threading.Event()

    def do(chore: Chore) -> bool:
        if chore.work is recover_files:
            is_taken_up.set()
        return chore.every < 60 or over.wait(30)  # what is not due within the minute has no end

    monkeypatch.setattr(chores, "FIRST_AFTER", 0)
    monkeypatch.setattr(chores, "do_chore", do)
    monkeypatch.setattr(chores, "close_old_connections", lambda: None)
    threads = chore_threads(over)
    for thread in threads:
        thread.start()
    assert is_taken_up.wait(10)
    over.set()
    for thread in threads:
        thread.join(10)
    assert (len(threads), [thread.is_alive() for thread in threads]) == (2, [False, False])
    assert next(chore.every for chore in CHORES if chore.work is recover_files) == 15


def test_every_chore_has_a_thread() -> None:
    lanes = [thread._target.__self__.due for thread in chore_threads(threading.Event())]  # type: ignore[attr-defined]
    assert sorted(str(chore) for lane in lanes for chore in lane) == sorted(map(str, CHORES))
