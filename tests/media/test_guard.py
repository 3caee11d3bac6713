"""S36 to S40: what a decoder that was taken over could still do."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from media.sandbox import START
from media.work import guard

PROBES = """
import ctypes, json, os, resource, socket, subprocess, sys, threading
sys.path[:0] = [sys.argv.pop()]
from media.work import guard
guard.limit(cpu=5, memory=512, file_size=1)
doors = guard.lock(os.getcwd())
outside = os.path.join(os.path.dirname(os.getcwd()), "secret")
def write_too_much():
    with open("big", "wb", 0) as file:
        for _ in range(3):
            file.write(bytes(700_000))
def start_thread():
    thread = threading.Thread(target=int)
    thread.start()
    thread.join()
probes = {
    "connect": lambda: socket.create_connection(("127.0.0.1", 9), 1),
    "socketpair": socket.socketpair,
    "fork": os.fork,
    "program": lambda: os.execv(sys.executable, [sys.executable, "-c", ""]),
    "kill": lambda: os.kill(os.getppid(), 0),
    "read outside": lambda: open(outside).read(),
    "list outside": lambda: os.listdir(".."),
    "write outside": lambda: open(outside + "2", "w"),
    "read settings": lambda: open(sys.path[0] + "/manage.py"),
    "link": lambda: os.symlink(outside, "link"),
    "big file": write_too_much,
    "memory": lambda: bytearray(600 * 2**20),
    "raise limit": lambda: resource.setrlimit(resource.RLIMIT_CPU, (99, 99)),
    "ptrace": lambda: (_ for _ in ()).throw(OSError) if ctypes.CDLL(None).ptrace(0, 0, 0, 0) else None,
    "own file": lambda: open("own", "w").write("x") and open("own").read() and os.remove("own"),
    "thread": start_thread,
    "library": lambda: __import__("wave"),
}
outcome = {}
for name, probe in probes.items():
    try:
        probe()
        outcome[name] = "done"
    except BaseException as error:
        outcome[name] = "refused"
print(json.dumps([doors, outcome, sorted(os.environ)]))
"""
ALLOWED = {"own file", "thread", "library"}


@pytest.fixture(scope="module")
def probed(tmp_path_factory):
    place = tmp_path_factory.mktemp("guard")
    (place / "secret").write_text("canary")
    (place / "work").mkdir()
    command = [sys.executable, "-I", "-c", PROBES, str(settings.BASE_DIR)]
    run = subprocess.run(command, cwd=place / "work", env={}, capture_output=True, text=True, timeout=60)
    doors, outcome, environment = json.loads(run.stdout)
    return {"doors": doors, "outcome": outcome, "environment": environment, "place": place}


def test_both_doors_are_shut_on_this_machine(probed):
    if sys.platform != "linux":
        pytest.skip("Linux only")
    assert probed["doors"] == ["files", "calls"]


def test_only_decoding_is_left(probed):
    if probed["doors"] != ["files", "calls"]:
        pytest.skip("this kernel has not both doors")
    assert {name for name, outcome in probed["outcome"].items() if outcome == "done"} == ALLOWED


def test_limits_hold_everywhere(probed):
    assert probed["outcome"]["big file"] == probed["outcome"]["memory"] == "refused"


def test_the_secret_stays_and_nothing_was_written_beside_it(probed):
    assert (probed["place"] / "secret").read_text() == "canary"
    assert sorted(path.name for path in probed["place"].iterdir()) == ["secret", "work"]


def test_the_pockets_are_empty(probed):
    assert set(probed["environment"]) <= {"LC_CTYPE"}


def test_long_work_lets_others_go_first_and_so_does_its_session():
    script = START.replace("import main; main()", "import guard; guard.step_back(); import os; ") + (
        "from pathlib import Path; group = Path('/proc/self/autogroup'); "
        "print(os.nice(0), group.read_text().split()[-1] if group.exists() else os.nice(0))"
    )
    command = [sys.executable, "-I", "-c", script.replace("media.work.run", "media.work"), str(settings.BASE_DIR)]
    run = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True, start_new_session=True)
    assert run.stdout.split() == [str(min(19, os.nice(0) + guard.BEHIND))] * 2


def test_it_speaks_for_no_session_but_its_own():
    group = Path("/proc/self/autogroup")
    before = group.read_text() if group.exists() else ""
    script = START.replace("import main; main()", "import guard; guard.step_back()")
    command = [sys.executable, "-I", "-c", script.replace("media.work.run", "media.work"), str(settings.BASE_DIR)]
    subprocess.run(command, timeout=60, check=True)
    assert (group.read_text() if group.exists() else "") == before


def test_the_child_has_no_django():
    script = START.replace("main()", "print(sorted(m for m in sys.modules if m.startswith('django')))").replace(
        "import main", "import _load; [_load({'step': s, 'reader': 'GIF'}) for s in ('image', 'keep')]"
    )
    command = [sys.executable, "-I", "-c", script, str(settings.BASE_DIR)]
    assert subprocess.run(command, capture_output=True, text=True, timeout=60).stdout.strip() == "[]"


def test_the_worker_itself_loads_no_decoder():
    """They would cost every process 40 MB, and meet people's files only in the child."""
    script = (
        "import sys; sys.path[:0] = [sys.argv[1]]; import django; django.setup(); import media.services, media.views; "
        "print(sorted({'av', 'PIL', 'pillow_heif'} & set(sys.modules)))"
    )
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "community.settings"}
    command = [sys.executable, "-c", script, str(settings.BASE_DIR)]
    run = subprocess.run(command, capture_output=True, text=True, timeout=120, env=environment)
    assert run.stdout.strip() == "[]", run.stderr


def test_the_filter_names_every_call_once_for_both_machines():
    for column in (0, 1):
        numbers = [pair[column] for pair in guard.FORBIDDEN.values() if pair[column] is not None]
        assert len(set(numbers)) == len(numbers)
