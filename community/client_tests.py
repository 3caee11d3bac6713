"""A site for test suites of client programs: no limits, nothing to confirm, and thrown away at the end.

``bin/serve --client-tests`` runs this file. It makes a data folder, marks it, serves on it, and removes it. The mark is
what lets the environment (``community/env.py``) open such a site: no folder that people live in has one.
"""

from __future__ import annotations

import ipaddress
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from types import FrameType
from typing import Final
from urllib.parse import urlsplit

MARK: Final = "throw-away"
PORT: Final = "3000"  # where published suites look
OWNER: Final = {"username": "admin", "email": "admin@localhost", "password": "mastodonadmin"}
ANNOUNCEMENT: Final = """\
!!! FOR TESTS OF CLIENT PROGRAMS ONLY.
!!! Everybody may sign up, no address is confirmed, there are no limits, and programs may ask for passwords.
!!! Reachable from this machine alone. Everything on it is gone when it ends."""

# What a real site may have in its environment, and this one must not touch.
_NOT_TAKEN_OVER = ("SITE_URL", "STORAGE_URL", "STORAGE_OLD_URL", "EMAIL_URL", "REDIS_URL", "SECRET_KEY", "POLYLOG_DATA")


def problem(*, data: Path, host: str, site_url: str, database: str, is_database_spare: bool) -> tuple[str, str] | None:
    """Return which variable forbids such a site and why; None where nothing does.

    ``database`` is a DATABASE_URL, if there is one; ``is_database_spare`` says that it may be lost.
    """
    if not (data / MARK).exists():
        return "CLIENT_TESTS", f"the folder {data} is not one to throw away; bin/serve --client-tests makes one"
    if not _is_loopback(host):
        return "POLYLOG_HOST", f"a site for client tests is for this machine alone, and {host} is not"
    if not _is_loopback(urlsplit(site_url).hostname or ""):
        return "SITE_URL", f"a site for client tests is for this machine alone, and {site_url} is not"
    if database and not is_database_spare:
        return "DATABASE_URL", "a site for client tests fills its database with rubbish; THROW_AWAY_DATABASE=yes allows"
    return None


def main() -> int:
    """Serve on a folder of its own until told to stop, and remove it; returns the exit status of the site."""
    folder = Path(tempfile.mkdtemp(prefix="polylog-client-tests-"))
    try:
        (folder / MARK).touch()
        site = subprocess.Popen([sys.executable, "manage.py", "serve"], env=_environment(folder))

        def pass_on(number: int, frame: FrameType | None) -> None:
            site.send_signal(number)

        for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(sign, pass_on)
        return site.wait()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _environment(folder: Path) -> dict[str, str]:
    dropped = {*_NOT_TAKEN_OVER, *(f"{name}_FILE" for name in _NOT_TAKEN_OVER)}
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    return {"PORT": PORT, **kept, "CLIENT_TESTS": "yes", "POLYLOG_DATA": str(folder)}


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


if __name__ == "__main__":
    sys.exit(main())
