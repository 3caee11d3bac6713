"""``manage.py serve``: the whole site in one process group. ``bin/serve`` calls it."""

from __future__ import annotations

import socket
import sys
from argparse import SUPPRESS, ArgumentParser
from typing import Any, NoReturn

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from accounts.models import Site
from accounts.services.joining import AlreadySetUp, set_up_site
from community import client_tests
from community.preparing import NotReady, prepare
from community.serving import WORKER, fork, listen, run_web, serve, wait_for
from community.worker import run_worker


class Command(BaseCommand):
    """Serves the site; where and how, the environment says (docs/configuration.md)."""

    help = "Serve the site: pages, sockets and the background worker."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add ``--demo``, and what the supervisor says when it starts a single process again."""
        parser.add_argument("--demo", action="store_true", help="fill an empty site with a small lively community")
        parser.add_argument("--only", metavar="NAME", help="run one process: web-1, or worker")
        parser.add_argument("--listener", type=int, help=SUPPRESS)

    def handle(self, *args: Any, **options: Any) -> None:
        """Make ready, say where it is, serve until told to stop."""
        if options["only"] == WORKER:
            run_worker()
            return
        listeners = self._listeners(options["listener"], 1 if options["only"] else settings.WEB_PROCESSES)
        if options["only"]:
            run_web(listeners[0])
            return
        # In a process of its own, so that what only this needs does not stay in memory for ever.
        status = wait_for(fork(lambda: self._prepare(demo=options["demo"])))
        if status:
            sys.exit(status)
        self.stdout.write(self._where())
        self.stdout.flush()
        serve(listeners)

    def _listeners(self, number: int | None, count: int) -> list[socket.socket]:
        if number is not None:
            return [socket.socket(fileno=number)]
        try:
            return listen(settings.WEB_HOST, settings.WEB_PORT, count)
        except OSError as error:
            place = f"{settings.WEB_HOST}:{settings.WEB_PORT}"
            self._refuse(f"PORT: cannot listen on {place} ({error.strerror}). Choose another with --port.")

    def _prepare(self, *, demo: bool) -> None:
        try:
            prepare(self.stdout.write)
            if settings.CLIENT_TESTS:
                self._open_for_tests()
        except NotReady as error:
            self._refuse(str(error))
        if demo:
            try:
                call_command("demo")
            except CommandError as error:  # people live here; the site is served all the same
                self.stderr.write(f"polylog: {error}")
        elif not apps.get_model(settings.AUTH_USER_MODEL).objects.exists():
            self.stdout.write(f"Nobody lives here yet: open {settings.SITE_URL}/setup to make the owner's account.")

    def _open_for_tests(self) -> None:
        """Make the owner of a throw-away site; raises NotReady on one where people live already."""
        try:
            set_up_site(**client_tests.OWNER, name="Client tests", language="en", door=Site.Door.OPEN)
        except AlreadySetUp:
            raise NotReady("DATABASE_URL: people live in this database; it is not one to throw away.") from None

    def _where(self) -> str:
        lines = [f"Serving on {settings.SITE_URL}  (Ctrl-C ends it)", f"Data lie in {settings.DATA_DIR}"]
        if settings.CLIENT_TESTS:
            owner = "{username} ({email}), password {password}".format(**client_tests.OWNER)
            lines = ["", client_tests.ANNOUNCEMENT, "", *lines, f"Owner: {owner}"]
        if settings.MAIL_IN_FOLDER:
            lines.append(f"Mails land in {settings.EMAIL_FILE_PATH}  (EMAIL_URL sends them)")
        return "\n".join(lines)

    def _refuse(self, sentence: str) -> NoReturn:
        self.stderr.write(f"polylog: {sentence}")
        sys.exit(2)
