"""The whole site, started as people start it: pages, styles, worker, Ctrl-C, and no orphans."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.browser.server import ROOT, Site, running_site
from tests.services import free_port

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads processes as Linux shows them")


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """A running site with a folder of its own."""
    with running_site(tmp_path / "data") as running:
        yield running


def get(site: Site, path: str) -> tuple[int, str]:
    """Status and text of a page."""
    try:
        with urllib.request.urlopen(site.url + path, timeout=10) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def members(site: Site) -> list[int]:
    """The process ids of the site's group."""
    ids = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _parent, group, *_rest = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(group) == site.process.pid and state != "Z":
            ids.append(int(path.parent.name))
    return ids


def within(seconds: float, is_so: Callable[[], bool]) -> bool:
    """Whether something becomes so in that time."""
    end = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def is_ready(site: Site) -> bool:
    """Whether everything answers."""
    try:
        return get(site, "/readyz")[0] == 200
    except OSError:
        return False


def test_the_site_starts_serves_heals_and_ends(site: Site) -> None:
    assert get(site, "/readyz") == (200, '{"ready": true, "database": "ok", "layer": "ok", "worker": "ok"}')
    status, page = get(site, "/setup")
    styles = re.findall(r'href="(/static/css/base\.[0-9a-f]{12}\.css)"', page)
    assert (status, len(styles)) == (200, 1)
    assert get(site, styles[0])[0] == 200

    before = set(members(site))
    assert len(before) == 3
    for pid in before - {site.process.pid}:
        os.kill(pid, signal.SIGKILL)
    assert within(30, lambda: not before - {site.process.pid} & set(members(site)) and is_ready(site))

    site.process.send_signal(signal.SIGINT)
    assert (site.process.wait(20), members(site)) == (0, [])
    said = (site.data / "server.log").read_text()
    assert said.splitlines()[-1] == "Stopped."
    assert f"Serving on {site.url}  (Ctrl-C ends it)\nData lie in {site.data}" in said
    assert (f"Mails land in {site.data}/mail" in said, "Traceback" in said) == (True, False)


def test_processes_end_when_their_supervisor_is_killed(site: Site) -> None:
    assert len(members(site)) == 3
    site.process.kill()
    assert within(20, lambda: members(site) == [])


def test_a_port_in_use_is_one_clear_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = refused(POLYLOG_DATA=str(tmp_path), PORT=str(port))
    sentence = f"polylog: PORT: cannot listen on 127.0.0.1:{port} (Address already in use). Choose another with --port."
    assert (ended.returncode, ended.stdout, ended.stderr.strip()) == (2, "", sentence)


def test_a_database_that_does_not_answer_is_one_clear_sentence(tmp_path: Path) -> None:
    nowhere = f"postgres://localhost:{free_port()}/polylog"
    ended = refused(POLYLOG_DATA=str(tmp_path), PORT=str(free_port()), DATABASE_URL=nowhere)
    lines = [line for line in ended.stderr.splitlines() if line]
    assert (ended.returncode, len(lines)) == (2, 1)
    assert lines[0].startswith("polylog: DATABASE_URL: the database cannot be used (")


def refused(**variables: str) -> subprocess.CompletedProcess[str]:
    """What a start says that comes to nothing."""
    command, surroundings = [sys.executable, "manage.py", "serve"], os.environ | variables
    return subprocess.run(command, cwd=ROOT, env=surroundings, capture_output=True, text=True, check=False)
