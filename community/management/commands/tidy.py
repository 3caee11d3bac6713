"""``manage.py tidy``: do every chore of the house now. The worker does them by itself; this is for the curious."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from community.chores import CHORES, do_chore


class Command(BaseCommand):
    """Does the chores."""

    help = "Erase what is due, forget what is old, sweep left-overs: everything that the worker does from time to time."

    def handle(self, *args: Any, **options: Any) -> None:
        """Do them one after the other; what fails is in the log."""
        for chore in CHORES:
            do_chore(chore)
            self.stdout.write(f"{chore.work.__name__}: done")
