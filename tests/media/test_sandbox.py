"""The throw-away process: its end, its answer, and what is believed of it."""

import json
import os
import resource
import select
import time

import pytest

from media import sandbox
from media.sandbox import Limits, run
from media.work.task import Refused
from tests.media import files

JOB = {"step": "image", "reader": "PNG", "purpose": "post", "limits": {}}
LIMITS = Limits(cpu=10, wall=30, file_size=16)


@pytest.fixture
def place(tmp_path):
    (tmp_path / "work").mkdir()
    return tmp_path / "work"


@pytest.fixture
def source(tmp_path):
    with (tmp_path / "source").open("w+b") as file:
        file.write(files.png())
        file.flush()
        yield file


def child(monkeypatch, script):
    """Let something else run instead of our decoder."""
    monkeypatch.setattr(sandbox, "START", f"import sys, os, time, json; {script}")


def nothing():
    """A heart that beats."""


def test_a_picture_comes_out(place, source):
    made = run(JOB, LIMITS, source, place, nothing)
    assert (made.kind, made.width, made.height, sorted(made.variants)) == (
        "image",
        60,
        40,
        ["a60", "j1280", "original", "w60"],
    )
    assert sorted(path.name for path in place.iterdir()) == ["a60.avif", "j1280.jpg", "original.png", "w60.webp"]


def test_a_decoder_that_dies_is_one_refused_file(place, source, monkeypatch):
    child(monkeypatch, "os.kill(os.getpid(), 11)")
    with pytest.raises(Refused, match="broken"):
        run(JOB, LIMITS, source, place, nothing)


def test_one_that_hangs_is_killed_with_all_it_started(place, source, monkeypatch):
    child(monkeypatch, "open('pid', 'w').write(str(os.fork() or time.sleep(99))); time.sleep(99)")
    started = time.monotonic()
    with pytest.raises(Refused, match="too_slow"):
        run(JOB, Limits(cpu=10, wall=1, file_size=16), source, place, nothing)
    assert time.monotonic() - started < 10
    assert _is_gone_soon(int((place / "pid").read_text()))


def test_one_that_computes_for_ever_is_stopped(place, source, monkeypatch):
    child(monkeypatch, "import resource; resource.setrlimit(resource.RLIMIT_CPU, (1, 3))\nwhile True: pass")
    with pytest.raises(Refused, match="too_slow"):
        run(JOB, LIMITS, source, place, nothing)


def test_a_lost_lease_ends_the_work(place, source, monkeypatch):
    monkeypatch.setattr(sandbox, "BEAT_SECONDS", 0.2)
    child(monkeypatch, "time.sleep(99)")

    def lost():
        raise RuntimeError

    with pytest.raises(RuntimeError):
        run(JOB, LIMITS, source, place, lost)


GOOD = {
    "kind": "image", "width": 1, "height": 1, "duration": None, "blurhash": "", "color": "", "wave": [], "chapters": [],
    "is_loop": False, "needs_converting": False, "variants": {"original": {"file": "a.png", "type": "image/png"}},
}  # fmt: skip


def believe(place, **changes):
    (place / "a.png").write_bytes(b"x")
    return sandbox._believed(json.dumps(GOOD | changes).encode(), place)


def test_a_sensible_answer_is_believed(place):
    assert believe(place).variants == {"original": {"file": "a.png", "type": "image/png"}}


@pytest.mark.parametrize(
    "lie",
    [
        {"kind": "script"},
        {"width": -1},
        {"width": 10**9},
        {"height": "1e999"},
        {"duration": float("inf")},
        {"duration": -1},
        {"blurhash": "x" * 65},
        {"blurhash": "\n"},
        {"color": "red;}"},
        {"wave": [101]},
        {"wave": None},
        {"variants": {}},
        {"variants": {"../x": {"file": "a.png", "type": "image/png"}}},
        {"variants": {"original": {"file": "../source", "type": "image/png"}}},
        {"variants": {"original": {"file": "/etc/passwd", "type": "image/png"}}},
        {"variants": {"original": {"file": "missing.png", "type": "image/png"}}},
        {"variants": {"original": {"file": "link.png", "type": "image/png"}}},
        {"variants": {"original": {"file": "a.png", "type": "text/html"}}},
        {"variants": {"original": {"file": "a.png", "type": "image/png", "width": 0}}},
        {"refused": "<b>"},
    ],
)
def test_a_lie_is_not(place, lie):
    (place / "link.png").symlink_to("/etc/passwd")
    with pytest.raises(Refused, match="broken"):
        believe(place, **lie)


@pytest.mark.parametrize("answer", [b"", b"null", b"[]", b"{}", b"\xff", b"{" * 9999, b'"refused"', b'{"refused": []}'])
def test_rubbish_is_not(place, answer):
    with pytest.raises(Refused, match="broken"):
        sandbox._believed(answer, place)


def test_every_reason_has_a_sentence():
    assert all(sentence.endswith(".") and len(sentence) <= 200 for sentence in sandbox.REASONS.values())


def test_it_starts_quickly(place, source):
    assert min(_cost(source, place) for _ in range(3)) < 2.0


def _cost(source, place):
    """Seconds of processor time, which others on the machine do not take away."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run(JOB, LIMITS, source, place, nothing)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _is_gone_soon(pid, seconds=30):
    """Whether a process ends: one that was killed dies only when it is given a processor, so the kernel is asked."""
    try:
        process = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([process], [], [], seconds)[0])
    finally:
        os.close(process)
