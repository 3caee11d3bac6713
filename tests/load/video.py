"""A film made ready: our passes beside one command that makes the same qualities, and what readers feel of it."""

from __future__ import annotations

import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av

from media.work import guard
from media.work.ladder import SEGMENT, Quality, qualities
from tests.load.ground import ROOT, say

SIZE, RATE = (1920, 1080), 30
SCENE = f"testsrc2=s={SIZE[0]}x{SIZE[1]}:r={RATE}"
GRAIN = "alls=7:allf=t"  # moving noise, as cameras have: drawn pictures alone are too easy
BEHIND = 19  # both are as patient as our worker's children
JOB = '{"step":"%s","reader":"mov","purpose":"post","limits":{"cpu":9999,"memory":1536,"file_size":999}}'
CHILD = "import sys; sys.path[:0] = [sys.argv.pop()]; from media.work.run import main; main()"


class Clock:
    """Seconds by the clock and of the processor, of what children do between two looks."""

    def __init__(self) -> None:
        self.clock, self.cpu = time.perf_counter(), _cpu()

    def read(self) -> tuple[float, float]:
        """Return both since the beginning."""
        return time.perf_counter() - self.clock, _cpu() - self.cpu


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def make_clip(path: Path, seconds: int) -> Path:
    """Make a film of 1080p with sound, once; returns where it is."""
    if path.exists():
        return path
    say(f"Making a film of {seconds} s (once)")
    graph = av.filter.Graph()
    nodes = [graph.add("testsrc2", SCENE.partition("=")[2]), graph.add("noise", GRAIN), graph.add("format", "yuv420p")]
    graph.link_nodes(*nodes, graph.add("buffersink")).configure()
    tone = av.filter.Graph()
    tone.link_nodes(tone.add("sine", "f=300:r=48000"), tone.add("abuffersink")).configure()
    draft = path.with_suffix(".part")
    with av.open(str(draft), "w", format="mp4") as film:
        picture = film.add_stream("libx264", rate=RATE, options={"preset": "veryfast", "crf": "23"})
        picture.width, picture.height, picture.pix_fmt = *SIZE, "yuv420p"
        sound = film.add_stream("aac", rate=48_000, layout="mono")
        for n in range(seconds * RATE):
            frame = graph.vpull()
            frame.pts, frame.time_base, frame.pict_type = n, Fraction(1, RATE), 0
            film.mux(picture.encode(frame))
        for _ in range(seconds * 48_000 // 1024):
            film.mux(sound.encode(tone.pull()))
        film.mux(picture.encode())
        film.mux(sound.encode())
    draft.rename(path)
    return path


@dataclass
class Passes:
    """When there was what of a film: seconds by the clock and of the processor."""

    opened: float
    """By the clock: the beginning of the lowest quality can be watched, and grows."""
    first: tuple[float, float]
    """The lowest quality is there whole."""
    whole: tuple[float, float]


def our_passes(clip: Path, folder: Path) -> Passes:
    """Make all qualities as the worker does, which looks into the folder every few seconds meanwhile."""
    from media.models import Attachment  # here, for the script beside which we run has no Django
    from media.sandbox import BEAT_SECONDS
    from media.video.opening import Opening

    clock, opened = Clock(), 0.0
    aside = folder / "aside"
    aside.mkdir()
    opening = Opening(Attachment(variants={}), folder, aside)

    def look() -> None:
        nonlocal opened
        if not opened and opening.grown() is not None:
            opened = clock.read()[0]

    _child("draft", clip, folder, look, BEAT_SECONDS)
    first = clock.read()
    _child("finish", clip, folder, lambda: None, BEAT_SECONDS)
    return Passes(opened or first[0], first, clock.read())


def one_command(clip: Path, folder: Path) -> tuple[str, tuple[float, float]]:
    """Make the same qualities with one command; returns what was used, and its times."""
    program = shutil.which("ffmpeg")
    command = (
        _ffmpeg(program, clip) if program else [sys.executable, "-m", "tests.load.video_bare", str(clip), str(folder)]
    )
    clock = Clock()
    place = folder if program else ROOT
    subprocess.run(
        command, cwd=place, check=True, preexec_fn=_step_back, start_new_session=True, stdout=subprocess.DEVNULL
    )
    return "ffmpeg" if program else "one plain PyAV script, no ffmpeg here", clock.read()


def _child(step: str, clip: Path, folder: Path, look: Callable[[], None], every: float) -> None:
    with clip.open("rb") as source, tempfile.TemporaryFile() as said:
        command = [sys.executable, "-I", "-c", CHILD, JOB % step, str(ROOT)]
        child = subprocess.Popen(command, cwd=folder, stdin=source, stdout=said, start_new_session=True)
        while child.poll() is None:
            with suppress(subprocess.TimeoutExpired):
                child.wait(every)
            look()
        said.seek(0)
        answer = said.read()
        if child.returncode or b"refused" in answer:
            raise SystemExit(f"{step}: {child.returncode} {answer.decode()}")


def _step_back() -> None:
    guard.step_back(BEHIND)


def _ffmpeg(program: str, clip: Path) -> list[str]:
    """The command that a handbook would give: scale, split, encode, cut; sizes, presets and rates as ours."""
    ladder = list(reversed(qualities(SIZE)))
    command = [program, "-v", "error", "-y", "-i", str(clip), "-filter_complex", scaling(ladder)]
    for n in range(len(ladder)):
        command += ["-map", f"[v{n}]"]
    command += ["-map", "0:a"] * len(ladder) + ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", "aac", "-b:a", "128k"]
    for n, quality in enumerate(ladder):
        command += [f"-maxrate:v:{n}", str(quality.bits), f"-bufsize:v:{n}", str(2 * quality.bits)]
    command += ["-preset", "veryfast", "-crf", "23", "-sc_threshold", "0", "-g", str(int(SEGMENT * RATE))]
    streams = " ".join(f"v:{n},a:{n}" for n in range(len(ladder)))
    return [
        *command, "-f", "hls", "-hls_time", str(SEGMENT), "-hls_playlist_type", "vod", "-hls_segment_type", "fmp4",
        "-hls_flags", "single_file", "-master_pl_name", "main.m3u8", "-var_stream_map", streams, "v%v.m3u8",
    ]  # fmt: skip


def scaling(ladder: list[Quality]) -> str:
    """Return the filters that make each size of the next larger one."""
    parts, source = [], "0:v"
    for n, quality in enumerate(ladder):
        scale = f"[{source}]scale={quality.width}:{quality.height}"
        source = f"s{n}"
        parts.append(f"{scale},split=2[v{n}][{source}]" if n + 1 < len(ladder) else f"{scale}[v{n}]")
    return ";".join(parts)


def percentile(times: list[float], share: float) -> float:
    """Return the time in ms that ``share`` of all stay under."""
    return sorted(times)[int(share * (len(times) - 1))] * 1000


def until(done: Callable[[], bool], seconds: float) -> bool:
    """Wait until something is so; returns whether it came to be in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if done():
            return True
        time.sleep(0.5)
    return False
