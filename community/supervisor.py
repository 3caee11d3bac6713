"""Keeps processes running: starts again what dies, ends all of them together. Python's own library and nothing else.

It runs as a program of its own (``python community/supervisor.py PLAN``) in the place of the process that forked the
others, so that what stands beside the site costs 10 MB and not 80. PLAN is JSON: ``commands`` says how each named
process is started, ``running`` which process ids already do.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from datetime import UTC, datetime
from types import FrameType

PAUSE = 0.2  # seconds between looks
STOP_SECONDS = 12.0  # more than any of the processes takes by itself
SHORT_LIFE = 5.0  # seconds; a process that dies younger may never come up
SHORT_LIVES = 5


class Supervisor:
    """A set of named processes."""

    def __init__(self, commands: dict[str, list[str]], running: dict[str, int]) -> None:
        self.commands = commands
        self.running = {pid: (name, time.monotonic()) for name, pid in running.items()}
        self.short_lives = 0
        self.is_over = False

    def run(self) -> int:
        """Run until SIGTERM, SIGINT or SIGHUP; returns the exit status."""
        for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(sign, self._stop)
        for name in self.commands.keys() - {name for name, _born in self.running.values()}:
            self._start(name)
        while not self.is_over:
            self._look()
        return self._end()

    def _stop(self, signum: int, frame: FrameType | None) -> None:
        self.is_over = True

    def _start(self, name: str) -> None:
        command = self.commands[name]
        pid = os.posix_spawnp(command[0], command, os.environ)
        self.running[pid] = (name, time.monotonic())

    def _look(self) -> None:
        """Start again a process that died; give up when that does not help."""
        pid, status = os.waitpid(-1, os.WNOHANG)
        if pid == 0:
            time.sleep(PAUSE)
        elif pid in self.running:
            name, born = self.running.pop(pid)
            _log("error", "A process died and is started again", process=name, status=_words(status))
            self.short_lives = self.short_lives + 1 if time.monotonic() - born < SHORT_LIFE else 0
            if self.short_lives < SHORT_LIVES:
                self._start(name)
            else:
                _log("critical", "It does not stay up; giving up", process=name)
                self.is_over = True

    def _end(self) -> int:
        """End all processes; those that do not listen are ended hard."""
        for pid in self.running:
            os.kill(pid, signal.SIGTERM)
        end = time.monotonic() + STOP_SECONDS
        while self.running:
            pid, _status = os.waitpid(-1, os.WNOHANG)
            self.running.pop(pid, None)
            if pid == 0 and time.monotonic() > end:
                for left in self.running:
                    os.kill(left, signal.SIGKILL)
            if pid == 0:
                time.sleep(PAUSE / 10)
        return 1 if self.short_lives >= SHORT_LIVES else 0


def _words(status: int) -> str:
    code = os.waitstatus_to_exitcode(status)
    return f"exit {code}" if code >= 0 else signal.Signals(-code).name


def _log(level: str, message: str, **fields: str) -> None:
    """Write a line as ``community.logs`` does."""
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    line = {"time": now, "level": level, "logger": "community.supervisor", "message": message, **fields}
    print(json.dumps(line), file=sys.stderr, flush=True)


if __name__ == "__main__":
    status = Supervisor(**json.loads(sys.argv[1])).run()
    print("Stopped.", flush=True)
    sys.exit(status)
