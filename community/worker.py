"""The background worker: one thread for each queue, and the chores of the house.

A worker that dies (power, ``kill -9``) leaves its tasks marked as running; the next one gives them back, so a task runs
at least once. Tasks therefore survive a second run.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from types import FrameType
from typing import TypeVar

from django.conf import settings
from django.db import DatabaseError, close_old_connections
from django.utils import timezone
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult
from django_tasks_db.utils import exclusive_transaction

from community.beat import SECONDS, beat, living, remembered, stop_beating
from community.chores import chore_threads

BACKEND = "default"
PAUSE = 0.5  # seconds between looks at an empty queue
LONG_PAUSE = 5.0  # seconds until the next try while the database is away
NICE = 10  # pages come first
DIES_FIRST = 300  # of 1000: what the kernel adds to our size when it looks for somebody to kill for memory
ELSEWHERE = timedelta(hours=1)  # what a worker of another machine may take before it counts as dead
TRIES = 5  # a task that took five workers down is given up
STOP_SECONDS = 8.0  # what a running task gets to end when the worker is told to stop
R = TypeVar("R")
logger = logging.getLogger("community.worker")


def run_worker() -> None:
    """Work until SIGTERM or SIGINT, or until the process that started this one is gone; let pages go first."""
    os.nice(NICE)
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(str(DIES_FIRST))
    Crew().run()


class Crew:
    """The threads of one worker process."""

    def __init__(self) -> None:
        self.name = f"{socket.gethostname()}-{os.getpid()}-{os.urandom(3).hex()}"
        self.over = threading.Event()
        queues = settings.TASKS[BACKEND]["QUEUES"]
        self.threads = [threading.Thread(target=self._work, args=(queue,), name=queue, daemon=True) for queue in queues]

    def run(self) -> None:
        """Start the threads, then beat, do chores and wait."""
        for sign in (signal.SIGINT, signal.SIGTERM):
            signal.signal(sign, self._stop)
        parent = os.getppid()
        beat(self.name)
        self.threads += chore_threads(self.over)
        for thread in self.threads:
            thread.start()
        while not self.over.wait(SECONDS) and os.getppid() == parent:
            beat(self.name)
            safely(give_back_orphans)
        self.over.set()
        end = time.monotonic() + STOP_SECONDS
        for thread in self.threads:
            thread.join(max(0.0, end - time.monotonic()))
        stop_beating(self.name)

    def _stop(self, signum: int, frame: FrameType | None) -> None:
        self.over.set()

    def _work(self, queue: str) -> None:
        """Run the tasks of one queue, one after the other."""
        worker = QueueWorker(queue, self.name)
        while not self.over.is_set():
            found = safely(worker.run_next)
            if not found:
                self.over.wait(LONG_PAUSE if found is None else PAUSE)


class QueueWorker(Worker):
    """The worker of django-tasks-db, asked for one task at a time."""

    def __init__(self, queue: str, name: str) -> None:
        super().__init__(
            queue_names=[queue],
            interval=PAUSE,
            batch=False,
            backend_name=BACKEND,
            startup_delay=False,
            max_tasks=None,
            worker_id=name,
            excluded_queue_names=[],
        )
        self.ready = DBTaskResult.objects.filter(backend_name=BACKEND, queue_name=queue)

    def run_next(self) -> bool:
        """Run the next task; returns whether there was one."""
        if not self.ready.all().ready().exists():  # a look costs nothing, the lock below holds up every writer
            return False
        with exclusive_transaction():
            result = self.ready.all().ready().get_locked()
            if result is None:
                return False
            result.claim(self.worker_id)
        self.run_task(result)
        return True


def give_back_orphans() -> int:
    """Hand tasks of dead workers to the living; returns how many.

    A machine that shares no disk with this one keeps its signs of life to itself, so its workers get time. What they
    do with files has leases in the database and goes on elsewhere within a minute all the same.
    """
    alive, ours, count = living(), remembered(), 0
    for result in DBTaskResult.objects.running():
        if not result.worker_ids or result.worker_ids[-1] in alive:
            continue
        if result.worker_ids[-1] not in ours and result.started_at > timezone.now() - ELSEWHERE:
            continue
        mine = DBTaskResult.objects.filter(pk=result.pk, status=result.status, started_at=result.started_at)
        if len(result.worker_ids) >= TRIES:
            logger.error("A task was given up", extra={"task": result.task_path, "tries": TRIES})
            count += mine.update(status="FAILED", finished_at=timezone.now(), traceback="Its workers died.")
        else:
            count += mine.update(status="READY", started_at=None)
    return count


def safely(work: Callable[[], R]) -> R | None:
    """Do a piece of work and return what it returns; nothing while the database is away or busy."""
    close_old_connections()
    try:
        return work()
    except DatabaseError as error:
        logger.warning("The database does not answer: %s", error)
        return None
