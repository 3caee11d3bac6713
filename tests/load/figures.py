"""The figures: each measures one promise, beside a floor taken in the same run."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

from tests.load import video as load_video
from tests.load.api import api
from tests.load.browsers import Request, Tally, browse, get, post
from tests.load.crowd import crowd
from tests.load.figure import Figure
from tests.load.ground import ROOT, Ground, Site, serving
from tests.load.pictures import SIZE, held_by_photos, measure_photos
from tests.load.uploads import DROPS, GB, MB, PARTS, Film, Sender, most_memory, stored_digest

ASKED = 150  # requests for a latency
SECONDS = 8.0  # for a rate
WARM = 60
FILM_SECONDS = 60
CONNECTIONS = 8
WRITE_EVERY = 10
TALKED = 30


def pages_on_postgres(ground: Ground) -> Iterator[Figure]:
    """Home, profile and a talk: one connection, then eight; two processes, for somebody signed in."""
    place = ground.place("postgres")
    known = place.ask("people")
    pages = {"home": "/", "profile": known["profile"], "talk": known["talk"]}
    bare = {name: place.ask("floor", path) for name, path in pages.items()}
    with serving(place, processes=2) as site:
        simplest = _latency(site, "/healthz")
        most = asyncio.run(
            browse(site.port, lambda n: get(site.port, "/healthz"), CONNECTIONS, seconds=SECONDS / 2)
        ).rate
        for name, path in pages.items():
            ask = _asking(site, path, known["cookies"][0])
            asyncio.run(browse(site.port, ask, CONNECTIONS, count=WARM))
            alone = asyncio.run(browse(site.port, ask, 1, count=ASKED))
            queries = f"{bare[name]['queries']} queries"
            floor = bare[name]["ms"] + simplest
            yield Figure(f"{name}_latency", alone.median_ms, "ms", floor, 25, sound=not alone.failed, note=queries)
            full = asyncio.run(browse(site.port, ask, CONNECTIONS, seconds=SECONDS))
            yield Figure(f"{name}_rate", full.rate, "requests/s", most, 120, more_is_better=True, sound=not full.failed)


def sqlite_rate(ground: Ground) -> Iterator[Figure]:
    """One process on SQLite, every tenth request a like or one taken back, nine pages in between."""
    place = ground.place("sqlite")
    known = place.ask("people")
    with serving(place) as site:
        pages = [
            get(site.port, path, cookie)
            for cookie in known["cookies"][:8]
            for path in ("/", known["talk"], known["profile"])
        ]

        def ask(n: int) -> Request:
            if n % WRITE_EVERY:
                return pages[n % len(pages)]
            turn = n // WRITE_EVERY
            cookie, target = known["cookies"][turn % len(known["cookies"])], known["posts"][turn % len(known["posts"])]
            return post(site.port, f"/posts/{target}/like", cookie, known["csrf"], undo=str(turn // 2 % 2))

        asyncio.run(browse(site.port, lambda n: pages[n % len(pages)], CONNECTIONS, count=WARM))
        simplest = asyncio.run(browse(site.port, lambda n: get(site.port, "/healthz"), CONNECTIONS, seconds=2))
        full = asyncio.run(browse(site.port, ask, CONNECTIONS, seconds=SECONDS))
    note = f"{full.failed} of {len(full.times)} refused" if full.failed else "10 % writes, none refused"
    yield Figure("sqlite_rate", full.rate, "requests/s", simplest.rate, 80, True, not full.failed, note)


def publish_ratio(ground: Ground) -> Iterator[Figure]:
    """Publishing with 5,000 followers against publishing with 5, on both databases."""
    for database in ("sqlite", "postgres"):
        spent = ground.place(database).ask("publish")
        note = f"{spent['many']:.1f} ms against {spent['few']:.1f} ms"
        yield Figure(f"publish_ratio_{database}", spent["many"] / spent["few"], "times", 1.0, 1.2, note=note)


def home_ids(ground: Ground) -> Iterator[Figure]:
    """The ids of a home page for every kind of reader, on any page, on both databases."""
    for database in ("sqlite", "postgres"):
        for reader, spent in ground.place(database).ask("ids").items():
            name = f"home_ids_{database} {reader}"
            note = f"worst {spent['worst']:.2f} ms"
            yield Figure(name, spent["median"], "ms", spent["floor"], 1.0, note=note)


def search(ground: Ground) -> Iterator[Figure]:
    """The ids of a page of posts for every kind of question, and what publishing pays for the index; both databases."""
    for database in ("sqlite", "postgres"):
        place = ground.place(database)
        for question, spent in place.ask("search").items():
            note = f"worst {spent['worst']:.1f} ms"
            yield Figure(f"search_{database} {question}", spent["median"], "ms", spent["floor"], 20, note=note)
        cost = place.ask("search_cost")
        note = f"{cost['with']:.2f} and {cost['without']:.2f} ms"
        yield Figure(
            f"search_publish_{database}", cost["with"] / cost["without"], "times without", 1.0, 1.05, note=note
        )


def live_comment(ground: Ground) -> Iterator[Figure]:
    """From a comment's form being sent to its arrival in another open browser; floor: the answer to that form."""
    place = ground.place("sqlite")
    known = place.ask("people")
    with serving(place) as site:
        answered, arrived = asyncio.run(_talk(site, known))
    yield Figure("live_comment", median(arrived) * 1000, "ms", median(answered) * 1000, 100)


async def _talk(site: Site, known: dict[str, Any]) -> tuple[list[float], list[float]]:
    answered, arrived = [], []
    headers = {"cookie": known["cookies"][1], "origin": f"http://127.0.0.1:{site.port}"}
    async with connect(f"ws://127.0.0.1:{site.port}/live/socket", additional_headers=headers) as socket:
        await socket.send(json.dumps({"type": "subscribe", "stream": f"post:{known['posts'][5]}"}))
        await asyncio.sleep(0.5)
        for n in range(TALKED):
            cookie = known["cookies"][2 + n % 30]
            form = post(
                site.port, "/posts", cookie, known["csrf"], text=f"Good+morning+{n}", reply_to=known["posts"][5]
            )
            began = time.perf_counter()
            waiting = asyncio.create_task(_arrival(socket))
            tally = await browse(site.port, lambda _, form=form: form, 1, count=1)
            if tally.failed:
                raise SystemExit(f"A comment was refused: {dict(tally.statuses)}")
            answered += tally.times
            arrived.append(await asyncio.wait_for(waiting, 10) - began)
            await asyncio.sleep(0.1)
    return answered, arrived


async def _arrival(socket: ClientConnection) -> float:
    while '"comment"' not in str(await socket.recv()):
        pass
    return time.perf_counter()


def idle_memory(ground: Ground) -> Iterator[Figure]:
    """The site with its worker, at rest after some pages; floor: Python with nothing but Django set up."""
    place = ground.place("sqlite")
    known = place.ask("people")
    with serving(place) as site:
        asyncio.run(browse(site.port, _asking(site, "/", known["cookies"][0]), 4, count=WARM))
        time.sleep(3)
        held = site.memory()
    yield Figure("idle_memory", held, "MB", _bare_django(place.environment), 200)


def pictures(_ground: Ground) -> Iterator[Figure]:
    """A photo of 12 megapixels: until all renditions are there, and what a phone loads of it at an equal look."""
    for photo in measure_photos():
        note = f"of processor time; {photo.seconds:.2f} s by the clock; floor: decoded and written once"
        yield Figure(f"photo_ready {photo.name}", photo.cpu, "s", photo.simplest, 2.5, note=note)
        share, floor = (100 * size / photo.whole for size in (photo.avif, photo.webp))
        note = f"{photo.avif // 1024} of {photo.whole // 1024} KB; floor: the WebP"
        yield Figure(f"photo_phone {photo.name}", share, "%", floor, 15, note=note)
        for form, likeness in photo.likeness.items():
            yield Figure(f"photo_likeness_{form} {photo.name}", likeness, "SSIM", 1.0, 0.95, more_is_better=True)
    note = "floor: the pixels themselves"
    yield Figure("photo_memory", held_by_photos(), "MB", SIZE[0] * SIZE[1] * 3 / 1e6, 400, note=note)


def _bare_django(environment: dict[str, str]) -> float:
    program = (
        "import django; django.setup(); print(*[l for l in open('/proc/self/smaps_rollup') if l.startswith('Pss:')])"
    )
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    return int(done.stdout.split()[1]) / 1024


def _asking(site: Site, path: str, cookie: str) -> Callable[[int], Request]:
    page = get(site.port, path, cookie)
    return lambda n: page


def _latency(site: Site, path: str) -> float:
    return asyncio.run(browse(site.port, lambda n: get(site.port, path), 1, count=ASKED)).median_ms


def uploads(ground: Ground) -> Iterator[Figure]:
    """A film of 1 GB: what the site holds in memory meanwhile, and whether it arrives over a line that drops."""
    small, large = Film(MB), Film(GB)
    place = ground.empty("uploads")
    known = place.ask("uploader")
    with serving(place, 1, "--only", "web-1") as site:  # the worker would begin with the film while it is looked at
        sender = Sender(site, known)
        rest = asyncio.run(most_memory(site, sender.upload(small)))
        most = asyncio.run(most_memory(site, sender.upload(large)))
    note = f"{large.size / 1e6:.0f} MB in {PARTS} parts side by side, beside what 1 MB takes"
    yield Figure("upload_memory", most - rest, "MB", rest, 64, note=note)
    place = ground.empty("uploads")
    known = place.ask("uploader")
    with serving(place, 1, "--only", "web-1") as site:
        sender = Sender(site, known)
        asyncio.run(sender.upload(large, drops=DROPS))
    is_whole = stored_digest(place) == large.digest()
    note = f"dropped {sender.dropped} times, arrived {'whole' if is_whole else 'BROKEN'}"
    told = is_whole and sender.dropped == DROPS
    yield Figure("upload_dropped", sender.sent / large.size, "times its size", 1.0, 1.05, sound=told, note=note)
    shutil.rmtree(ground.folder / "uploads")


def video(ground: Ground) -> Iterator[Figure]:
    """Sixty seconds of 1080p: all qualities beside one command that makes them, and when the first can be watched."""
    clip = load_video.make_clip(ground.folder / "clip.mp4", FILM_SECONDS)
    folder = ground.folder / "film"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    used, (clock, cpu) = load_video.one_command(clip, folder)
    made = load_video.our_passes(clip, folder)
    ours, ours_cpu = made.whole
    note = f"beside {used}; seconds of the processor {ours_cpu:.0f} and {cpu:.0f}, ratio {ours_cpu / cpu:.2f}"
    yield Figure("film_ready", ours / clock, "times that command", 1.0, 1.3, note=note)
    note = f"{made.opened:.1f} s of {ours:.0f}; whole after {made.first[0]:.1f} s, {100 * made.first[0] / ours:.0f} %"
    yield Figure("film_first_quality", 100 * made.opened / ours, "% of the work", 0.0, 10, note=note)
    shutil.rmtree(folder)
    yield from _pages_beside_film(ground, clip)


def _pages_beside_film(ground: Ground, clip: Path) -> Iterator[Figure]:
    """A page with twenty posts, quiet and while a film is converted and another file comes in."""
    place = ground.empty("film-site")
    known = place.ask("uploader")
    place.ask("few_posts")
    with serving(place) as site:
        ask = _asking(site, "/local", known["cookie"])
        asyncio.run(browse(site.port, ask, 2, count=WARM))
        quiet = asyncio.run(browse(site.port, ask, 1, seconds=SECONDS))
        place.ask("film", str(clip))
        begun = load_video.until(lambda: bool(place.ask("converting")), 60)
        busy = asyncio.run(_beside_upload(site, ask, Sender(site, known)))
        still = bool(place.ask("converting"))
    before, after = (load_video.percentile(tally.times, 0.95) for tally in (quiet, busy))
    note = f"p95 {after:.1f} and {before:.1f} ms, {len(busy.times)} and {len(quiet.times)} requests"
    told = begun and still and not busy.failed
    yield Figure("page_beside_film", after / before, "times the quiet p95", 1.0, 1.5, sound=told, note=note)
    shutil.rmtree(ground.folder / "film-site")


async def _beside_upload(site: Site, ask: Callable[[int], Request], sender: Sender) -> Tally:
    """Read pages while a file comes in."""
    coming = asyncio.create_task(sender.upload(Film(50 * MB)))
    tally = await browse(site.port, ask, 1, seconds=SECONDS)
    await coming
    return tally


FIGURES: dict[str, Callable[[Ground], Iterator[Figure]]] = {
    "pages": pages_on_postgres,
    "api": api,
    "sqlite": sqlite_rate,
    "publish": publish_ratio,
    "ids": home_ids,
    "search": search,
    "live": live_comment,
    "memory": idle_memory,
    "pictures": pictures,
    "uploads": uploads,
    "crowd": crowd,
    "video": video,
}
