"""``manage.py move_files``: bring all files from STORAGE_OLD_URL to STORAGE_URL."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.template.defaultfilters import filesizeformat

from media.services.move import NothingToMove, count_left, move_files

EVERY_SECONDS = 2.0  # between two lines about how far it is


class Command(BaseCommand):
    """May be stopped and begun again; the site may run meanwhile."""

    help = "Moves files from STORAGE_OLD_URL to STORAGE_URL, each checked before it leaves the old place."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add ``--keep``."""
        parser.add_argument("--keep", action="store_true", help="copy: leave everything in the old place, too")

    def handle(self, *args: Any, keep: bool, **options: Any) -> None:
        """Move, say how far it is, end with an error when something is left."""
        try:
            self._move(*count_left(), keep=keep)
        except NothingToMove:
            raise CommandError("STORAGE_OLD_URL is not set: files are kept in one place only.") from None
        except OSError as error:
            raise CommandError(f"It stops here ({error}). What has moved has moved; begin again.") from None

    def _move(self, files: int, size: int, *, keep: bool) -> None:
        self.stdout.write(f"{files} files to move, {filesizeformat(size)}.")
        done = moved = waiting = 0
        said = time.monotonic()
        for step in move_files(keeps_old=keep):
            done, moved = done + 1, moved + step.stored.size
            waiting += not step.is_moved
            if time.monotonic() - said > EVERY_SECONDS:
                said = time.monotonic()
                self.stdout.write(f"{done} of {files} files, {filesizeformat(moved)} of {filesizeformat(size)}")
                self.stdout.flush()
        self.stdout.write(f"{done - waiting} files {'copied' if keep else 'moved'} and checked.")
        if waiting:
            raise CommandError(f"{waiting} files are being worked on or arrived damaged: begin again in a minute.")
