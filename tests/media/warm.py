"""The throw-away process of ``media.sandbox``, forked from one that has its libraries loaded already.

A new Python takes a third of a second to load decoders, which is most of the time a damaged file takes. Everything
after that is the same: ``media.work.run.main`` with its limits, its locked doors, one file, one answer, one end.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from media import sandbox
from media.sandbox import Limits
from media.sniff import HEAD, sniff
from media.work.task import Made, Refused

LIMITS = Limits(cpu=10, wall=40, file_size=48)
SERVE = "import sys; sys.path[:0] = [sys.argv.pop()]; from tests.media.warm_server import serve; serve()"


@dataclass
class Outcome:
    """What became of one file."""

    said: str
    """A kind, or the code of a refusal."""
    memory: int = 0
    """MiB, the most that was held."""
    seconds: float = 0
    """Of processor time."""


class Warm:
    """A server of throw-away processes; one at a time."""

    def __init__(self) -> None:
        self.ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.server = subprocess.Popen(
            [sys.executable, "-I", "-c", SERVE, str(theirs.fileno()), str(settings.BASE_DIR)],
            pass_fds=[theirs.fileno()], env={"LANG": "C.UTF-8", "MALLOC_ARENA_MAX": "2"}, start_new_session=True,
        )  # fmt: skip
        theirs.close()

    def run(self, job: dict[str, Any], source: Any, folder: Path) -> tuple[Made, dict[str, Any]]:
        """Do ``job`` as ``sandbox.run`` does; returns what was made and what it cost. Raises Refused."""
        limits = {"cpu": LIMITS.cpu, "memory": LIMITS.memory, "file_size": LIMITS.file_size}
        source.seek(0)
        with tempfile.TemporaryFile() as said:
            order = {"job": {**job, "limits": limits}, "folder": str(folder), "wall": LIMITS.wall}
            fds = [source.fileno(), said.fileno()]
            socket.send_fds(self.ours, [json.dumps(order).encode()], fds)
            answer = self.ours.recv(4096)
            if not answer:
                raise RuntimeError("The worker is dead.")
            cost = json.loads(answer)
            said.seek(0)
            content = said.read(sandbox.ANSWER_BYTES)
        if cost["status"]:
            died_of_time = cost["status"] in {-signal.SIGXCPU, -signal.SIGKILL}
            raise Costly("too_slow" if died_of_time else "broken", cost)
        try:
            return sandbox._believed(content, folder, is_part=job["step"] in LATER.values()), cost
        except Refused as refused:
            raise Costly(refused.code, cost) from refused

    def outcome(self, content: bytes) -> Outcome:
        """Return what becomes of a file with this content, through every step that it would take."""
        found = sniff(content[:HEAD])
        if found is None:
            return Outcome("unknown")
        with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as source:
            source.write(content)
            job = {"step": "image" if found.kind == "image" else "keep", "reader": found.reader, "purpose": "post"}
            try:
                made, cost = self.run(job, source, Path(folder))
                costs = [cost]
                if (made.kind == found.kind == "video") or made.needs_converting:
                    costs.append(self.run({**job, "step": LATER[made.kind]}, source, Path(folder))[1])
            except Costly as refused:
                return Outcome(refused.code, refused.cost["memory"], refused.cost["seconds"])
            return Outcome(made.kind, max(cost["memory"] for cost in costs), sum(cost["seconds"] for cost in costs))

    def close(self) -> int | None:
        """Let the server end; returns its status, 0 when it lived until now."""
        self.ours.close()
        try:
            return self.server.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self.server.pid, signal.SIGKILL)
            return None


LATER = {"audio": "convert", "video": "draft"}  # what follows the first step


class Costly(Refused):
    """A refusal that says what it cost."""

    def __init__(self, code: str, cost: dict[str, Any]) -> None:
        super().__init__(code)
        self.cost = cost


@contextlib.contextmanager
def warm() -> Iterator[Warm]:
    """Give a server that is gone afterwards; it must have lived until then."""
    server = Warm()
    yield server
    assert server.close() == 0
