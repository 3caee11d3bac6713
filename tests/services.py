"""Throw-away servers for tests and figures: PostgreSQL and Redis in a temporary folder, on ports of their own."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# A database that is thrown away need not survive a power cut.
POSTGRES_OPTIONS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
}
UNPRIVILEGED = ("postgres", "nobody")  # PostgreSQL refuses to run as root
WAIT_SECONDS = 30


def find_program(*names: str, folders: str = "") -> str | None:
    """Return the first of the programs that is there, also looking into folders of this pattern (newest last)."""
    for name in names:
        beside = sorted(Path("/").glob(f"{folders}/{name}")) if folders else []
        found = str(beside[-1]) if beside else shutil.which(name)
        if found:
            return found
    return None


def find_postgres() -> Path | None:
    """Return the folder of PostgreSQL's programs, which Debian keeps off the PATH."""
    found = find_program("initdb", folders="usr/lib/postgresql/*/bin")
    return Path(found).resolve().parent if found else None


def find_redis() -> str | None:
    """Return the Redis server."""
    return find_program("redis-server", "valkey-server")


def find_chromium() -> str | None:
    """Return a Chromium; the variable CHROMIUM names another."""
    return os.environ.get("CHROMIUM") or find_program("chromium", "chromium-browser", "google-chrome", "chrome")


def free_port() -> int:
    """Return a port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def postgres(programs: Path, folder: Path, **options: str) -> Iterator[str]:
    """Run a PostgreSQL in ``folder``; gives its DATABASE_URL."""
    port, data = free_port(), folder / "postgres"
    user = _unprivileged()
    data.mkdir()
    if user:
        shutil.chown(data, user)
        for parent in (folder, *folder.parents):
            if parent.stat().st_uid == os.getuid() and parent.stat().st_mode & 0o001 == 0:
                parent.chmod(parent.stat().st_mode | 0o011)
    as_user = ["setpriv", f"--reuid={user}", f"--regid={pwd.getpwnam(user).pw_gid}", "--clear-groups"] if user else []
    make = [programs / "initdb", "--auth=trust", "--username=polylog", "--encoding=UTF8", "--no-sync", "-D", data]
    subprocess.run([*as_user, *make], check=True, stdout=subprocess.DEVNULL, cwd="/")
    settings = [item for key, value in (POSTGRES_OPTIONS | options).items() for item in ("-c", f"{key}={value}")]
    with (folder / "postgres.log").open("wb") as log:
        command = [*as_user, programs / "postgres", "-D", data, "-p", str(port), *settings]
        with _running(command, port, stdout=log, stderr=log, cwd="/"):
            where = ["-h", "127.0.0.1", "-p", str(port), "-U", "polylog"]
            _wait_until_ready([programs / "pg_isready", "--quiet", *where])
            subprocess.run([programs / "createdb", *where, "polylog"], check=True)
            yield f"postgres://polylog@127.0.0.1:{port}/polylog"


def _wait_until_ready(ask: list[str | Path]) -> None:
    """Wait until PostgreSQL, which listens a moment before, takes connections."""
    end = time.monotonic() + WAIT_SECONDS
    while subprocess.run(ask, check=False).returncode and time.monotonic() < end:
        time.sleep(0.1)


@contextmanager
def redis(program: str, folder: Path) -> Iterator[str]:
    """Run a Redis that keeps nothing; gives its REDIS_URL."""
    port = free_port()
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    command += ["--dir", str(folder), "--databases", "64"]
    with _running(command, port, stdout=subprocess.DEVNULL):
        yield f"redis://127.0.0.1:{port}"


@contextmanager
def _running(command: list[str | Path], port: int, **options: object) -> Iterator[None]:
    """Run a server from when it listens until the block ends."""
    process = subprocess.Popen([str(part) for part in command], **options)  # type: ignore[call-overload]
    try:
        _wait_for(process, port)
        yield
    finally:
        process.terminate()
        try:
            process.wait(WAIT_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(process: subprocess.Popen[bytes], port: int) -> None:
    end = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < end and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"{process.args} does not listen on {port}")


def _unprivileged() -> str | None:
    """Return a user to be instead of root; nobody else is needed where this is not root."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in UNPRIVILEGED if name in known)
