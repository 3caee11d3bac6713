"""What has to be done from time to time, whoever is here. Each chore may run twice, or on two machines at once."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import OperationalError, close_old_connections, transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from accounts.models import User
from api.oauth.services import forget_unused_apps
from community.database import lift_time_limit
from core.leftovers import clear_old
from events.idempotency import forget_old_keys
from events.log import forget_old_events
from media.services.recover import recover_files
from media.services.sweep import sweep_orphans
from media.uploads.services import forget_expired
from posts.permissions import UNDO
from posts.services.erase import erase_deleted_posts, erase_person
from posts.services.polls import close_polls
from posts.services.schedule import publish_due
from posts.services.tags import count_tag_days
from search.index import fill_index

MINUTE, HOUR = 60, 3600
FIRST_AFTER = 20  # seconds; a start is busy enough
AGAIN_AFTER = 60  # seconds until a chore that failed is tried again
FILLING = 30.0  # seconds
FILLED_AT_ONCE = 200  # posts; SQLite lets nobody else write meanwhile
TASKS_KEPT = timedelta(days=7)
LEFT_OVER = timedelta(days=1)  # an upload that is older than this will not be finished
logger = logging.getLogger("community.chores")


class Chore(NamedTuple):
    """Something to do every so often; ``work`` returns how much there was to do."""

    every: float
    work: Callable[[], int]


def chore_threads(over: threading.Event) -> list[threading.Thread]:
    """Return the threads that do the chores: one for what is due within the minute, which is short, one for the rest.

    A file whose worker died, or a post to come, does not wait for a look through all that is stored.
    """
    lanes = {
        "prompt chores": [chore for chore in CHORES if chore.every < MINUTE],
        "chores": [chore for chore in CHORES if chore.every >= MINUTE],
    }
    return [
        threading.Thread(target=Chores(over, lane).run, name=name, daemon=True) for name, lane in lanes.items() if lane
    ]


class Chores:
    """Does what is due, one after the other, until it is told to stop."""

    def __init__(self, over: threading.Event, lane: Iterable[Chore]) -> None:
        self.over = over
        begin = time.monotonic() + FIRST_AFTER
        self.due = dict.fromkeys(lane, begin)

    def run(self) -> None:
        """Wait for what is next and do it."""
        while not self.over.wait(max(0.0, min(self.due.values()) - time.monotonic())):
            chore = min(self.due, key=lambda one: self.due[one])
            close_old_connections()
            pause = chore.every if do_chore(chore) else min(chore.every, AGAIN_AFTER)
            self.due[chore] = time.monotonic() + pause


def do_chore(chore: Chore) -> bool:
    """Do it once and return whether it worked."""
    try:
        lift_time_limit()
        count = chore.work()
    except OperationalError as error:
        logger.warning("The database does not answer: %s", error, extra={"chore": chore.work.__name__})
        return False
    except Exception:
        logger.exception("A chore failed", extra={"chore": chore.work.__name__})
        return False
    if count:
        logger.info("A chore was done", extra={"chore": chore.work.__name__, "count": count})
    return True


def erase_deleted() -> int:
    """Erase posts whose time to come back is over."""
    return erase_deleted_posts(timezone.now() - UNDO)


def erase_leavers() -> int:
    """Erase the accounts of people whose days of grace are over."""
    leavers = User.objects.filter(leaving_at__lt=timezone.now())
    return sum(_erase_leaver(pk) for pk in list(leavers.values_list("pk", flat=True)[:20]))


@transaction.atomic
def _erase_leaver(pk: int) -> bool:
    """Erase an account unless its owner has come back by now."""
    person = User.objects.select_for_update().filter(pk=pk, leaving_at__lt=timezone.now()).first()
    if person is not None:
        erase_person(person)
    return person is not None


def forget_old_sessions() -> int:
    """Delete sessions that have run out."""
    return Session.objects.filter(expire_date__lt=timezone.now()).delete()[0]


def forget_old_tasks() -> int:
    """Delete the records of tasks that ended a week ago."""
    return DBTaskResult.objects.finished().filter(finished_at__lt=timezone.now() - TASKS_KEPT).delete()[0]


def sweep_left_overs() -> int:
    """Delete files of uploads that were broken off."""
    return clear_old(Path(settings.DATA_DIR, "tmp"), LEFT_OVER.total_seconds())


def fill_search_index() -> int:
    """Bring into the search index what is not there yet, as after an update of a large site: for some seconds."""
    end, count = time.monotonic() + FILLING, 0
    for written in fill_index(batch=FILLED_AT_ONCE):
        count += written
        if time.monotonic() > end:
            break
    return count


CHORES = (
    Chore(MINUTE / 4, publish_due),
    Chore(MINUTE / 4, close_polls),
    Chore(MINUTE / 4, recover_files),
    Chore(5 * MINUTE, erase_deleted),
    Chore(10 * MINUTE, count_tag_days),
    Chore(10 * MINUTE, fill_search_index),
    Chore(HOUR, erase_leavers),
    Chore(HOUR, forget_old_keys),
    Chore(HOUR, forget_old_events),
    Chore(6 * HOUR, forget_old_sessions),
    Chore(6 * HOUR, forget_old_tasks),
    Chore(HOUR, forget_expired),
    Chore(6 * HOUR, forget_unused_apps),
    Chore(6 * HOUR, sweep_left_overs),
    Chore(6 * HOUR, sweep_orphans),
)
