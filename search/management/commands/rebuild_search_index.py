"""``manage.py rebuild_search_index``: write what is missing in the index, or all of it anew."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from search.backends import is_available
from search.index import BATCH, fill_index, missing, outdate_index

TOLD_EVERY = 5.0  # seconds


class Command(BaseCommand):
    """May be stopped at any time, and goes on where it stopped; the site may be in use meanwhile."""

    help = "Write the entries of the search index that are missing, newest posts first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add ``--all`` and ``--batch``."""
        parser.add_argument("--all", action="store_true", help="begin anew instead of writing what is missing")
        parser.add_argument("--batch", type=int, default=BATCH, help="posts in one transaction (default: %(default)s)")

    def handle(self, *, all: bool, batch: int, **_options: Any) -> None:
        """Write, and say how far it is."""
        if all:
            outdate_index()
        total, done = missing().count(), 0
        began = told = time.monotonic()
        for count in fill_index(batch=max(batch, 1)):
            done += count
            if time.monotonic() - told >= TOLD_EVERY:
                told = time.monotonic()
                left = (told - began) / done * max(total - done, 0)
                self.stdout.write(f"{done} of {total}, about {left:.0f} s left")
        self.stdout.write(f"{done} posts are in the index now that were not before.")
        if not is_available():
            self.stderr.write("This Python's SQLite has no FTS5: nothing can be found by its words here.")
