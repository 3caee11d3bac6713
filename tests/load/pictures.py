"""What a photo of 12 megapixels costs: time until all renditions are there, memory, and what a phone loads of it."""

from __future__ import annotations

import io
import math
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from statistics import median
from typing import Any

import av
from django.conf import settings
from PIL import Image, ImageFilter

from tests.load.ground import ROOT

SIZE = (4000, 3000)
CAMERA_QUALITY = 92
RUNS = 5
PHONE = 1280  # 390 points with three dots each ask for 1170: the next width that there is
JOB = '{"step":"image","reader":"JPEG","purpose":"post","limits":{"cpu":60,"memory":1024,"file_size":96}}'
CHILD = "import sys; sys.path[:0] = [sys.argv.pop()]; from media.work.run import main; main()"
SMALL = f"""
import resource, subprocess, sys
subprocess.run([sys.executable, "-I", "-c", {CHILD!r}, *sys.argv[1:]], check=True, stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
PLACE = ROOT.parent / "shared" / "samples"


@dataclass(frozen=True)
class Measured:
    """What one photo took, and what came out."""

    name: str
    seconds: float
    cpu: float
    simplest: float
    """Seconds to decode it and write it once."""
    whole: int
    """Bytes of the photo."""
    avif: int
    webp: int
    """Bytes of what a phone loads of it."""
    likeness: dict[str, float]
    """SSIM of that, by its form."""


def measure_photos() -> Iterator[Measured]:
    """Prepare photos as the worker does, in a process of their own."""
    if not settings.configured:
        settings.configure(BASE_DIR=ROOT)
    for name, photo in photos():
        taken = [_prepared(photo) for _run in range(RUNS)]
        sizes, cpu = taken[0]["sizes"], median(one["cpu"] for one in taken)
        seconds = median(one["seconds"] for one in taken)
        both = sizes[f"a{PHONE}"], sizes[f"w{PHONE}"]
        yield Measured(name, seconds, cpu, _simplest(photo), len(photo), *both, taken[0]["likeness"])


def held_by_photos() -> float:
    """Return the MB that the process holds at most, seen from a small one: a peak includes that of the parent."""
    photo = next(photos())[1]
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as source:
        source.write(photo)
        source.seek(0)
        command = [sys.executable, "-c", SMALL, JOB, str(ROOT)]
        done = subprocess.run(command, stdin=source, cwd=folder, capture_output=True, text=True, check=True)
    return int(done.stdout.split()[-1]) / 1024


def photos() -> Iterator[tuple[str, bytes]]:
    """Yield photos of 12 megapixels as a camera writes them: a real one where one is at hand, and one full of grain."""
    for path in PLACE.glob("hubble-31mp*"):
        with Image.open(path) as picture:
            yield "real", _as_camera(picture.convert("RGB").resize(SIZE, Image.Resampling.LANCZOS))
    yield "made", _as_camera(_landscape())


def _as_camera(picture: Image.Image) -> bytes:
    target = io.BytesIO()
    picture.save(target, "JPEG", quality=CAMERA_QUALITY)
    return target.getvalue()


def _landscape() -> Image.Image:
    """Slopes, edges and grain of every size."""
    dice = random.Random(12)
    picture = Image.linear_gradient("L").resize(SIZE)
    for size in (8, 32, 128, 512, 2000):
        grain = Image.frombytes("L", (size, size * 3 // 4), dice.randbytes(size * (size * 3 // 4)))
        picture = Image.blend(picture, grain.resize(SIZE, Image.Resampling.BICUBIC), 0.25)
    picture = picture.filter(ImageFilter.GaussianBlur(1.2))
    other = picture.transpose(Image.Transpose.ROTATE_180)
    return Image.merge("RGB", (picture, Image.blend(picture, other, 0.4), other))


def _prepared(photo: bytes) -> dict[str, Any]:
    from media import sandbox  # needs settings
    from media.sandbox import Limits

    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with tempfile.TemporaryDirectory() as name, tempfile.TemporaryFile() as source:
        folder = Path(name)
        source.write(photo)
        began = time.perf_counter()
        job: Any = {"step": "image", "reader": "JPEG", "purpose": "post", "limits": {}}
        made = sandbox.run(job, Limits(30, 60, 96), source, folder, lambda: None)
        seconds = time.perf_counter() - began
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        files = {variant: folder / made.variants[variant]["file"] for variant in made.variants}
        likeness = {
            form: _likeness(photo, files[f"{letter}{PHONE}"]) for form, letter in (("avif", "a"), ("webp", "w"))
        }
        return {
            "seconds": seconds,
            "cpu": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
            "sizes": {variant: path.stat().st_size for variant, path in files.items()},
            "likeness": likeness,
        }


def _simplest(photo: bytes) -> float:
    began = time.process_time()
    with Image.open(io.BytesIO(photo)) as picture:
        picture.convert("RGB").save(io.BytesIO(), "JPEG", quality=90)
    return time.process_time() - began


def _likeness(photo: bytes, rendition: Path) -> float:
    """The structural similarity of the brightness (Wang et al. 2004) to the same width without loss."""
    with Image.open(rendition) as shown, Image.open(io.BytesIO(photo)) as whole:
        return ssim(shown.convert("RGB"), whole.convert("RGB").resize(shown.size, Image.Resampling.LANCZOS))


def ssim(one: Image.Image, other: Image.Image) -> float:
    """Return how alike two pictures of one size are, 1 for the same; measured by FFmpeg's filter."""
    graph = av.filter.Graph()
    width, height = one.size
    clock = Fraction(1, 25)
    sources = [graph.add_buffer(width=width, height=height, format="yuv444p", time_base=clock) for _ in range(2)]
    meter, sink = graph.add("ssim"), graph.add("buffersink")
    for place, source in enumerate(sources):
        source.link_to(meter, 0, place)
    meter.link_to(sink)
    graph.configure()
    for source, picture in zip(sources, (one, other), strict=True):
        frame = av.VideoFrame.from_image(picture).reformat(format="yuv444p")
        frame.pts, frame.time_base = 0, clock
        source.push(frame)
        source.push(None)
    value = float(sink.pull().metadata["lavfi.ssim.Y"])
    return value if math.isfinite(value) else 1.0
