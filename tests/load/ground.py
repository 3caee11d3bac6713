"""What figures are measured on: throw-away databases with the made-up community, and the site served as it ships."""

from __future__ import annotations

import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.services import find_postgres, free_port

ROOT = Path(__file__).resolve().parents[2]
SECRET = "figures-need-no-secret-but-django-wants-fifty-characters"
START_SECONDS = 120
SITE = ("manage.py", "serve")
TICKS = os.sysconf("SC_CLK_TCK")
POSTGRES = {
    "shared_buffers": "512MB",
    "max_wal_size": "2GB",
    "unix_socket_directories": "",
    "listen_addresses": "127.0.0.1",
}


@dataclass(frozen=True)
class Place:
    """A database with the community in it, and the environment that leads there."""

    name: str
    environment: dict[str, str]

    def run(self, *arguments: str) -> str:
        """Run a Python program of ours there; returns what it prints, and lets its errors through."""
        done = subprocess.run(
            [sys.executable, *arguments], cwd=ROOT, env=self.environment, stdout=subprocess.PIPE, text=True, check=True
        )
        return done.stdout

    def ask(self, what: str, *values: str) -> Any:
        """Measure something inside Django there (tests/load/inside.py)."""
        return json.loads(self.run("-m", "tests.load.inside", what, *values).splitlines()[-1])


class Ground:
    """The folder that is kept between runs, and the servers of this run."""

    def __init__(self, folder: Path, sizes: list[str], *, fresh: bool) -> None:
        self.folder, self.sizes = folder, sizes
        if fresh:
            shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o755)  # the account that PostgreSQL runs under must get through
        self._places: dict[str, Place] = {}
        self._server: subprocess.Popen[bytes] | None = None

    def place(self, database: str) -> Place:
        """Return the database ``sqlite`` or ``postgres``, filled; LookupError without PostgreSQL on this machine."""
        if database not in self._places:
            url = f"postgres://postgres@127.0.0.1:{self._start_postgres()}/postgres" if database == "postgres" else ""
            place = Place(database, _environment(self.folder / database, url))
            self._fill(place)
            self._places[database] = place
        return self._places[database]

    def tokens(self, place: Place) -> list[str]:
        """Return tokens of 200 readers there, made once: 100 ordinary ones, 20 who follow the most, 80 ordinary."""
        file = self.folder / f"{place.name}.tokens"
        if not file.exists():
            place.run("manage.py", "load_benchmark_data", "--tokens", str(file))
        return file.read_text(encoding="utf-8").split()

    def database_cpu(self) -> float:
        """Return how many seconds PostgreSQL has worked."""
        return Site(0, self._server.pid).cpu() if self._server else 0.0

    def empty(self, name: str) -> Place:
        """Return a site on SQLite with nobody on it, made anew."""
        shutil.rmtree(self.folder / name, ignore_errors=True)
        place = Place(name, _environment(self.folder / name, ""))
        place.run("manage.py", "prepare")
        return place

    def close(self) -> None:
        """End PostgreSQL."""
        if self._server:
            self._server.send_signal(signal.SIGINT)  # fast shutdown
            self._server.wait(60)

    def _fill(self, place: Place) -> None:
        done = self.folder / f"{place.name}.filled"
        wanted = json.dumps(self.sizes)
        if done.exists() and done.read_text() == wanted:
            place.run("manage.py", "prepare")
            return
        if done.exists():
            raise SystemExit(f"{self.folder} holds a community of another size; --fresh makes it anew.")
        say(f"Filling {place.name} with a made-up community (once)")
        place.run("manage.py", "prepare")
        place.run("manage.py", "load_benchmark_data", *self.sizes)
        done.write_text(wanted)

    def _start_postgres(self) -> int:
        programs, data, port = find_postgres(), self.folder / "postgres-server", free_port()
        if programs is None:
            raise LookupError("PostgreSQL is not installed on this machine")
        account = _account()
        if not (data / "PG_VERSION").exists():
            data.mkdir(exist_ok=True)
            if account:
                shutil.chown(data, account["user"], account["group"])
            make = [programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C"]
            subprocess.run(make, check=True, stdout=subprocess.DEVNULL, cwd="/", **account)
        options = [f"--{name}={value}" for name, value in {**POSTGRES, "port": str(port)}.items()]
        log = (self.folder / "postgres.log").open("ab")
        self._server = subprocess.Popen(
            [programs / "postgres", "-D", data, *options], stdout=log, stderr=log, **account
        )
        wait_for_port(port)
        return port


def _account() -> dict[str, Any]:
    """Return as whom PostgreSQL runs: it refuses root."""
    if os.geteuid():
        return {}
    known = {entry.pw_name: entry.pw_gid for entry in pwd.getpwall()}
    name = next(name for name in ("postgres", "nobody") if name in known)
    return {"user": name, "group": known[name], "extra_groups": []}


def _environment(data: Path, database_url: str) -> dict[str, str]:
    data.mkdir(exist_ok=True)
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "LC_ALL") if name in os.environ}
    told = {"POLYLOG_DATA": str(data), "DATABASE_URL": database_url, "SECRET_KEY": SECRET}
    return kept | told | {"DJANGO_SETTINGS_MODULE": "community.settings", "PYTHONWARNINGS": "ignore"}


@dataclass
class Site:
    """The site, being served."""

    port: int
    pid: int

    def cpu(self) -> float:
        """Return how many seconds its processes have worked; those that ended in between are not counted."""
        return sum(map(_worked, _family(self.pid)))

    def memory(self) -> float:
        """Return what all its processes hold in MB; what they share counts once (PSS)."""
        return sum(_held(pid) for pid in _family(self.pid)) / 1024


@contextmanager
def serving(place: Place, processes: int = 1, *words: str, program: Sequence[str] = SITE) -> Iterator[Site]:
    """Serve the site from ``place`` the way bin/serve does; ``words`` go to ``manage.py serve``, or another program."""
    port = free_port()
    told = {"PORT": str(port), "WEB_PROCESSES": str(processes), "SITE_URL": f"http://127.0.0.1:{port}"}
    log = Path(place.environment["POLYLOG_DATA"], "serve.log")
    command = [sys.executable, *program, *words]
    with log.open("wb") as told_there:
        server = subprocess.Popen(
            command, cwd=ROOT, env=place.environment | told, stdout=told_there, stderr=subprocess.STDOUT
        )
    try:
        known_by = "readyz" if program is SITE and not words else "healthz"
        _wait_until_ready(server, f"http://127.0.0.1:{port}/{known_by}", log)
        yield Site(port, server.pid)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)


def _wait_until_ready(server: subprocess.Popen[bytes], address: str, log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and server.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise SystemExit(f"The site did not start; {log} says why.")


def _family(pid: int) -> list[int]:
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            found += _family(int(child))
    return found


def _worked(pid: int) -> float:
    """Return the seconds that a process worked, for itself and in the system."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def _held(pid: int) -> int:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def wait_for_port(port: int) -> None:
    """Wait until somebody answers on ``port``."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit(f"Nothing answers on port {port}.")


def say(words: str) -> None:
    """Tell whoever waits; figures alone go to the output."""
    print(words, file=sys.stderr, flush=True)
