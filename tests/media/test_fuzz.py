"""S38: whatever is wrong with a file, it ends ready or refused, soon and with little memory, and the worker goes on.

Some three hundred damaged files run in the usual suite; ``POLYLOG_FUZZ=6000`` makes it a night's work. What was found
once is kept as a test of its own below, so that it is never found again.
"""

from __future__ import annotations

import os
import random
import struct
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from media import sandbox
from media.sniff import HEAD, sniff
from media.work.task import Refused
from tests.media import files
from tests.media.warm import LIMITS, Outcome, warm

COUNT = int(os.environ.get("POLYLOG_FUZZ", "300"))
WORKERS = 2
HEAVY = 700_000  # bytes; larger samples are left to the night
KINDS = {"image", "video", "audio"}
FIRST_LINES = b"\x00\x00\x01\x01"  # how the first slice of a picture begins in MPEG-1 and 2
SOUND_ENDS = KINDS | {"unknown", *sandbox.REASONS}
MEMORY = 512  # MiB
SLOW = 8.0  # seconds of processor time for all steps of a small file
TELLING = [0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0xFFFFFFFFFFFFFFFF]

Damage = Callable[[bytearray, random.Random], None]


def wrong_bytes(data: bytearray, dice: random.Random) -> None:
    for _ in range(dice.randrange(1, 40)):
        data[dice.randrange(12, len(data))] = dice.randrange(256)


def wrong_bits_at_the_front(data: bytearray, dice: random.Random) -> None:
    """Where sizes, offsets and counts are."""
    for _ in range(dice.randrange(1, 12)):
        data[dice.randrange(8, min(len(data), 1024))] ^= 1 << dice.randrange(8)


def telling_number(data: bytearray, dice: random.Random) -> None:
    """A number as large as can be where a small one stood."""
    for _ in range(dice.randrange(1, 4)):
        form = dice.choice(["<H", ">H", "<I", ">I", "<Q", ">Q"])
        at = dice.randrange(8, max(9, min(len(data), 4096) - 8))
        data[at : at + struct.calcsize(form)] = struct.pack(
            form, dice.choice(TELLING) & (1 << 8 * struct.calcsize(form)) - 1
        )


def piece_missing(data: bytearray, dice: random.Random) -> None:
    at = dice.randrange(12, len(data))
    del data[at : at + dice.randrange(1, max(2, len(data) // 4))]


def piece_doubled(data: bytearray, dice: random.Random) -> None:
    at = dice.randrange(len(data))
    data[at:at] = data[at : at + dice.randrange(1, max(2, len(data) // 4))]


def pieces_swapped(data: bytearray, dice: random.Random) -> None:
    one, two = sorted(dice.sample(range(12, len(data)), 2))
    data[12:] = data[two:] + data[one:two] + data[12:one]


def cut_off(data: bytearray, dice: random.Random) -> None:
    del data[dice.randrange(13, len(data)) :]


def zeros(data: bytearray, dice: random.Random) -> None:
    at = dice.randrange(12, len(data))
    length = min(dice.randrange(1, 2048), len(data) - at)
    data[at : at + length] = bytes(length)


def something_else_inside(data: bytearray, dice: random.Random) -> None:
    """A piece of another kind of file."""
    other = files.KINDS[dice.choice(list(files.KINDS))][0]()
    at, start = dice.randrange(12, len(data)), dice.randrange(len(other))
    piece = other[start : start + dice.randrange(1, 4096)]
    data[at : at + len(piece)] = piece


DAMAGES: list[Damage] = [
    wrong_bytes, wrong_bits_at_the_front, telling_number, piece_missing, piece_doubled, pieces_swapped, cut_off, zeros,
    something_else_inside,
]  # fmt: skip


def damaged(content: bytes, dice: random.Random) -> bytes:
    """The same file with one thing wrong, or two."""
    data = bytearray(content)
    for damage in dice.sample(DAMAGES, dice.choice([1, 1, 1, 2])):
        if len(data) > 64:
            damage(data, dice)
    return bytes(data)


def seeds() -> list[bytes]:
    """Our own files of every kind, and the samples where they are at hand."""
    own = [make() for make, _kind in files.KINDS.values()]
    heavy = COUNT > 1000
    return own + [path.read_bytes() for path in files.samples() if heavy or path.stat().st_size < HEAVY]


def test_s38_damaged_files():
    dice, sound = random.Random(f"{COUNT}"), seeds()
    orders = [(sound[n % len(sound)], dice.getrandbits(64)) for n in range(COUNT)]
    with ThreadPoolExecutor(WORKERS) as pool:
        parts = [pool.submit(_through, orders[n::WORKERS]) for n in range(WORKERS)]
        outcomes = [outcome for part in parts for outcome in part.result()]
    counted = Counter(outcome.said for outcome in outcomes)
    print(f"\n{COUNT} damaged files: {dict(counted)}; at most {max(o.memory for o in outcomes)} MiB, "
          f"{max(o.seconds for o in outcomes):.1f} s")  # fmt: skip
    assert len(outcomes) == COUNT
    assert set(counted) <= SOUND_ENDS
    assert counted["too_slow"] <= COUNT // 300
    assert max(outcome.memory for outcome in outcomes) <= MEMORY
    assert counted["broken"] > COUNT // 20
    assert sum(counted[kind] for kind in KINDS) > COUNT // 20


def _through(orders: list[tuple[bytes, int]]) -> list[Outcome]:
    with warm() as server:
        return [server.outcome(damaged(content, random.Random(seed))) for content, seed in orders]


@pytest.mark.parametrize("name", ["photo.jpg", "moving.gif", "film.mp4", "sound.mp3"])
def test_the_warm_process_does_what_the_cold_one_does(tmp_path, name):
    """The same files through ``sandbox.run`` itself."""
    content, kind = files.KINDS[name]
    with warm() as server:
        assert server.outcome(content()).said == kind
        for seed in range(3):
            broken = damaged(content(), random.Random(seed))
            assert server.outcome(broken).said == cold(tmp_path / f"{seed}", broken)


def cold(folder: Path, content: bytes) -> str:
    """What becomes of a file in a process that starts from nothing."""
    found = sniff(content[:HEAD])
    if found is None:
        return "unknown"
    folder.mkdir()
    with (folder.parent / f"{folder.name}.bin").open("w+b") as source:
        source.write(content)
        job = {"step": "image" if found.kind == "image" else "keep", "reader": found.reader, "purpose": "post"}
        try:
            made = sandbox.run({**job, "limits": {}}, LIMITS, source, folder, lambda: None)
            if found.kind == made.kind == "video":
                sandbox.run({**job, "step": "draft", "limits": {}}, LIMITS, source, folder, lambda: None)
        except Refused as refused:
            return refused.code
    return made.kind


def test_a_process_that_dies_is_one_failed_file():
    """The server forks again after a child was killed by its limits."""
    with warm() as server:
        job = {"step": "nothing of the kind", "reader": "JPEG", "purpose": "post"}
        with (Path(__file__)).open("rb") as source, pytest.raises(Refused):
            server.run(job, source, Path("/nowhere"))
        assert server.outcome(files.photo()).said == "image"


@pytest.mark.parametrize("cut", [0, 1, 12, 100])
@pytest.mark.parametrize("name", files.KINDS)
def test_every_kind_cut_off_early_is_refused(name, cut, shared):
    content = files.KINDS[name][0]()
    if name in {"film.mpg", "film.m2v"}:  # no index: what is seen begins at once
        cut = min(cut, content.index(FIRST_LINES))
    assert shared.outcome(content[:cut]).said in SOUND_ENDS - KINDS


@pytest.fixture(scope="module")
def shared():
    with warm() as server:
        yield server
