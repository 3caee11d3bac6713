"""The worker does each task once, and takes over from one that died (T13)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from community.beat import beat, stop_beating
from community.worker import Crew, QueueWorker, give_back_orphans, safely
from tests.community import some_tasks

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _nothing_done() -> None:
    some_tasks.done.clear()


def standing() -> list[tuple[str, int]]:
    """Status and number of tries of each task."""
    return [(one.status, len(one.worker_ids)) for one in DBTaskResult.objects.order_by("enqueued_at")]


def die(name: str) -> None:
    """A worker of this machine that lived and died."""
    beat(name)
    stop_beating(name)


def test_a_worker_of_another_machine_gets_time() -> None:
    some_tasks.note.enqueue("a")
    DBTaskResult.objects.get().claim("elsewhere")
    assert (give_back_orphans(), standing()) == (0, [("RUNNING", 1)])
    DBTaskResult.objects.update(started_at=timezone.now() - timedelta(hours=2))
    assert (give_back_orphans(), standing()) == (1, [("READY", 1)])


def test_a_task_is_done_once() -> None:
    some_tasks.note.enqueue("a")
    some_tasks.note.enqueue("b")
    worker = QueueWorker("default", "me")
    assert [worker.run_next() for _ in range(3)] == [True, True, False]
    assert (some_tasks.done, standing()) == (["a", "b"], [("SUCCESSFUL", 1)] * 2)


def test_a_queue_is_left_to_its_own_thread() -> None:
    some_tasks.break_down.enqueue()
    assert QueueWorker("default", "me").run_next() is False
    assert QueueWorker("media", "me").run_next() is True
    assert standing() == [("FAILED", 1)]


def test_what_a_dead_worker_held_is_given_back() -> None:
    some_tasks.note.enqueue("a")
    die("dead")
    DBTaskResult.objects.get().claim("dead")
    assert (give_back_orphans(), standing()) == (1, [("READY", 1)])
    assert QueueWorker("default", "me").run_next() is True
    assert (some_tasks.done, standing()) == (["a"], [("SUCCESSFUL", 2)])


def test_what_a_living_worker_holds_is_left_alone() -> None:
    some_tasks.note.enqueue("a")
    DBTaskResult.objects.get().claim("alive")
    beat("alive")
    assert (give_back_orphans(), standing()) == (0, [("RUNNING", 1)])


def test_a_task_that_kills_its_workers_is_given_up() -> None:
    some_tasks.note.enqueue("a")
    for name in ("one", "two", "three", "four"):
        die(name)
        DBTaskResult.objects.get().claim(name)
        assert give_back_orphans() == 1
    die("five")
    DBTaskResult.objects.get().claim("five")
    assert (give_back_orphans(), standing()) == (1, [("FAILED", 5)])


def test_a_database_that_is_away_ends_nothing(caplog: pytest.LogCaptureFixture) -> None:
    def away() -> bool:
        raise DatabaseError("gone")

    assert safely(away) is None
    assert caplog.messages == ["The database does not answer: gone"]


def test_every_queue_has_a_thread() -> None:
    assert [thread.name for thread in Crew().threads] == settings.TASKS["default"]["QUEUES"]
