"""Everything ``bin/test`` runs: the suite on SQLite, on PostgreSQL and Redis, files on a bucket, the browser tests."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from services import find_chromium, find_postgres, find_redis, postgres, redis

ROOT = Path(__file__).resolve().parent.parent
# What of the tests asks where files are kept; the others only look at what is in them.
STORED = [f"tests/media/test_{name}.py" for name in (
    "evict", "private", "process", "receive", "remove", "storages", "tickets", "upload_protocol", "video_convert",
    "views",
)]  # fmt: skip
NOTHING_COLLECTED = 5  # pytest's status when the arguments name tests of another kind
USUAL, BROWSER = "not browser and not load", "browser"
SHOWN = {0: "passed", NOTHING_COLLECTED: "no such tests"}


def main(arguments: list[str]) -> int:
    """Run all of it; returns 0 when nothing failed."""
    only_quick = "--quick" in arguments
    arguments = [one for one in arguments if one != "--quick"]
    results: dict[str, str] = {}
    with tempfile.TemporaryDirectory(prefix="polylog-test-") as name, ExitStack() as servers:
        folder = Path(name)
        clean = {key: value for key, value in os.environ.items() if not key.startswith(("DATABASE_URL", "REDIS_URL"))}
        clean |= {"POLYLOG_DATA": str(folder / "data")}
        results["SQLite"] = run("SQLite", USUAL, clean, ["-n", "auto", *arguments])
        if only_quick:
            return finish(results)
        full, lacking = clean | start_servers(folder, servers), missing()
        what = "PostgreSQL and Redis"
        results[what] = f"left out, not found: {', '.join(lacking)}"
        if not lacking:
            results[what] = run(what, USUAL, full, ["-n", "auto", *arguments])
        if not only_some(arguments):  # what runs on a folder above, on a bucket
            place = {"STORAGE_URL": servers.enter_context(start_bucket())}
            results["Bucket"] = run("Bucket", USUAL, clean | place, ["-n", "auto", *arguments, *STORED])
        chromium = find_chromium()
        results["Browser"] = "left out, not found: Chromium (the variable CHROMIUM names it)"
        if chromium:
            results["Browser"] = run("Browser", BROWSER, full | {"CHROMIUM": chromium}, arguments)
    return finish(results)


def missing() -> list[str]:
    """What the second run needs and this machine does not have."""
    return [name for name, found in (("PostgreSQL", find_postgres()), ("Redis", find_redis())) if not found]


def start_servers(folder: Path, servers: ExitStack) -> dict[str, str]:
    """Start both servers where both are there; returns the variables that name them."""
    programs, program = find_postgres(), find_redis()
    if programs is None or program is None:
        return {}
    database = servers.enter_context(postgres(programs, folder))
    return {"DATABASE_URL": database, "REDIS_URL": servers.enter_context(redis(program, folder))}


def only_some(arguments: list[str]) -> bool:
    """Whether tests are named, of which those about files may not be any."""
    return any(not one.startswith("-") for one in arguments)


@contextmanager
def start_bucket() -> Iterator[str]:
    """Run an S3 server of our own in a process of its own; gives its STORAGE_URL."""
    command = [sys.executable, "-m", "tests.bucket"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield (process.stdout or sys.stdin).readline().strip()
        finally:
            process.terminate()


def run(name: str, marks: str, surroundings: dict[str, str], arguments: list[str]) -> str:
    """Run pytest once; returns what became of it."""
    print(f"\n=== {name} ===", flush=True)
    begin = time.monotonic()
    command = [sys.executable, "-m", "pytest", "-m", marks, *arguments]
    status = subprocess.run(command, cwd=ROOT, env=surroundings, check=False).returncode
    if status == 130:
        raise KeyboardInterrupt
    return f"{SHOWN.get(status, 'FAILED')} ({time.monotonic() - begin:.0f} s)"


def finish(results: dict[str, str]) -> int:
    """Say what became of each run."""
    print("\n=== Result ===")
    for name, result in results.items():
        print(f"{name}: {result}")
    return int(any(result.startswith("FAILED") for result in results.values()))


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
