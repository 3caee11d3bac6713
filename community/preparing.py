"""Making a checkout ready to serve: translations, static files, database. Each step does only what is missing."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

from community.database import lift_time_limit, one_at_a_time

Say = Callable[[str], None]


class NotReady(Exception):
    """Something this site needs is not there; the message is one line for whoever runs it."""


def prepare(say: Say) -> None:
    """Do all of it; raises NotReady when the database or the place for files cannot be used."""
    check_files()
    compile_translations(say)
    collect_static_files(say)
    migrate(say)


def check_files() -> None:
    """Try whether files can be kept where STORAGE_URL says; raises NotReady when not."""
    for variable, storage in (("STORAGE_URL", settings.ENV.storage), ("STORAGE_OLD_URL", settings.ENV.old_storage)):
        if storage and "OPTIONS" in storage:
            from media.storages.bucket import Bucket  # only here: a site without a bucket does not load it

            problem = Bucket(**storage["OPTIONS"]).problem()
            if problem:
                raise NotReady(f"{variable}: {problem}.")


def compile_translations(say: Say) -> None:
    """Compile each catalogue that changed; without the gettext program, which few machines have."""
    for source in sorted(path for folder in settings.LOCALE_PATHS for path in Path(folder).glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        import polib  # only here: the site itself has no use for it

        say(f"Compiling the translation {source.parent.parent.name}")
        with _replacing(target) as draft:
            polib.pofile(str(source)).save_as_mofile(str(draft))


def collect_static_files(say: Say) -> None:
    """Collect, hash and compress style sheets and scripts, when one of them or the way of doing it changed."""
    stamp, now = Path(settings.STATIC_ROOT) / ".stamp", _static_stamp()
    if stamp.exists() and stamp.read_text() == now:
        return
    say("Collecting style sheets and scripts")
    call_command("collectstatic", interactive=False, verbosity=0)
    with _replacing(stamp) as draft:
        draft.write_text(now)


def migrate(say: Say) -> None:
    """Bring the database to the present shape; raises NotReady when it does not answer."""
    try:
        connection.ensure_connection()
    except OperationalError as error:
        reason = str(error).strip().splitlines()[0]
        raise NotReady(f"DATABASE_URL: the database cannot be used ({reason}).") from None
    with one_at_a_time():
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if plan:
            say(f"Changing the database ({len(plan)} steps)")
            lift_time_limit()
            call_command("migrate", interactive=False, verbosity=0)
    connection.close()


def _static_stamp() -> str:
    """Return a hash over what static files there are and how they are stored."""
    digest = hashlib.sha256(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    for finder in get_finders():
        for name, storage in finder.list([]):
            stat = os.stat(storage.path(name))  # noqa: PTH116  (the storage speaks of paths as strings)
            digest.update(f"{name}\0{stat.st_mtime_ns}\0{stat.st_size}\n".encode())
    return digest.hexdigest()


@contextmanager
def _replacing(target: Path) -> Iterator[Path]:
    """Give a path to write to; what stood at ``target`` is replaced at once, never seen half written."""
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        yield draft
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
