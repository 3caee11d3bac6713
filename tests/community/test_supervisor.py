"""Processes are kept running and ended together."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from community import supervisor

PROGRAM = str(Path(supervisor.__file__))
PATIENT = "import signal; print(flush=True); signal.pause()"
DEAF = "import signal; signal.signal(15, signal.SIG_IGN); print(flush=True); signal.sigwait([2])"

Start = Callable[[dict[str, str]], subprocess.Popen[str]]


@pytest.fixture
def start() -> Iterator[Start]:
    """Start a supervisor over these one-line programs."""
    started = []

    def starter(programs: dict[str, str]) -> subprocess.Popen[str]:
        commands = {name: [sys.executable, "-S", "-c", text] for name, text in programs.items()}
        plan = json.dumps({"commands": commands, "running": {}})
        command = [sys.executable, "-I", "-S", PROGRAM, plan]
        started.append(subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True))
        return started[0]

    yield starter
    for process in started:
        process.kill()
        process.communicate()


def children_of(process: subprocess.Popen[str], count: int) -> list[int]:
    """The process ids of the children, as soon as there are so many."""
    path = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    end = time.monotonic() + 10
    while len(pids := [int(pid) for pid in path.read_text().split()]) != count:
        assert time.monotonic() < end
        time.sleep(0.01)
    return pids


def is_there(pid: int) -> bool:
    """Whether a process lives."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_all_end_together(start: Start, sign: signal.Signals) -> None:
    process = start({"web-1": PATIENT, "worker": PATIENT})
    pids = children_of(process, 2)
    assert process.stdout is not None
    assert [process.stdout.readline(), process.stdout.readline()] == ["\n", "\n"]
    process.send_signal(sign)
    out, err = process.communicate(timeout=10)
    assert (process.returncode, out, err) == (0, "Stopped.\n", "")
    assert [is_there(pid) for pid in pids] == [False, False]


def test_what_dies_is_started_again(start: Start) -> None:
    process = start({"web-1": PATIENT, "worker": PATIENT})
    before = children_of(process, 2)
    os.kill(before[1], signal.SIGKILL)
    end = time.monotonic() + 10
    while set(after := children_of(process, 2)) == set(before):
        assert time.monotonic() < end
    assert len(set(before) & set(after)) == 1
    process.terminate()
    _out, err = process.communicate(timeout=10)
    said = json.loads(err)
    assert (said["message"], said["status"]) == ("A process died and is started again", "SIGKILL")


def test_what_never_comes_up_is_given_up(start: Start) -> None:
    process = start({"web-1": "import sys; sys.exit(3)", "worker": PATIENT})
    out, err = process.communicate(timeout=20)
    said = [json.loads(line)["message"] for line in err.splitlines()]
    assert (process.returncode, out.strip()) == (1, "Stopped.")
    assert said == ["A process died and is started again"] * 5 + ["It does not stay up; giving up"]


def test_what_does_not_listen_is_ended_hard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "STOP_SECONDS", 0.1)
    deaf = subprocess.Popen([sys.executable, "-S", "-c", DEAF], stdout=subprocess.PIPE)
    assert deaf.stdout is not None
    deaf.stdout.readline()
    one = supervisor.Supervisor({}, {"deaf": deaf.pid})
    assert (one._end(), is_there(deaf.pid)) == (0, False)
    deaf.stdout.close()
