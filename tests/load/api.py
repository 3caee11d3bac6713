"""The API beside its floor: what apps ask most, for many readers in turn, on PostgreSQL with two processes."""

from __future__ import annotations

import asyncio
import json
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from tests.load.browsers import Request, Tally, browse, call
from tests.load.figure import Figure
from tests.load.ground import Ground, Place, Site, serving

BARE = ("-m", "tests.load.bare")
CONNECTIONS = 8
SECONDS = 6.0
FLOOR_SECONDS = 3.0
WARM = 200
ASKED = 200
GOALS = {"home": 250, "home_great": 250, "public": 250, "status": 600, "context": 150, "post": 300, "favourite": 400}
HOME_MS = 8
TEXT = "Good morning, what a day for a walk by the river."

Asks = dict[str, Callable[[int], Request]]


def api(ground: Ground) -> Iterator[Figure]:
    """Rates at eight connections, home also at one, each beside hand-written SQL in a bare WSGI function."""
    place = ground.place("postgres")
    tokens, said = ground.tokens(place), place.ask("said")
    try:
        yield from _beside_floor(ground, place, tokens, said)
    finally:
        place.ask("forget", str(said["before"]))


def _beside_floor(ground: Ground, place: Place, tokens: list[str], said: dict[str, Any]) -> Iterator[Figure]:
    with serving(place, 2, program=BARE) as site:
        asks = _asks(site.port, tokens, said, first=0)
        floor = {name: _measure(ground, site, ask, FLOOR_SECONDS) for name, ask in asks.items()}
        floor_ms = _alone(site, asks["home"]).median_ms
        bare = [_ids(site, token) for token in tokens[98:102]]
    with serving(place, 2) as site:
        asks = _asks(site.port, tokens, said, first=len(said["posts"]) // 2)
        alone = _alone(site, asks["home"])
        is_same = bare == [_ids(site, token) for token in tokens[98:102]]
        yield Figure("api_home_latency", alone.median_ms, "ms", floor_ms, HOME_MS, sound=is_same and not alone.failed)
        for name, ask in asks.items():
            full, least = _measure(ground, site, ask, SECONDS), floor[name]
            sound, note = not full.failed, f"processor: {full.note}; floor {least.note}"
            yield Figure(f"api_{name}", full.rate, "requests/s", least.rate, GOALS[name], True, sound, note)
            if name == "home":
                note = f"of the processor's time {least.cpu / full.cpu:.2f}"
                yield Figure("api_home_ratio", full.rate / least.rate, "of the floor", 1.0, 0.35, True, is_same, note)


@dataclass(frozen=True)
class Measured:
    """What came of asking for some seconds, and what an answer cost the processor, in ms: the site, PostgreSQL."""

    rate: float
    failed: int
    web: float
    database: float

    @property
    def cpu(self) -> float:
        """Both together."""
        return self.web + self.database

    @property
    def note(self) -> str:
        """In words."""
        refused = f", {self.failed} REFUSED" if self.failed else ""
        return f"{self.web:.2f} + {self.database:.2f} ms{refused}"


def _measure(ground: Ground, site: Site, ask: Callable[[int], Request], seconds: float) -> Measured:
    """Ask at eight connections; some requests before are not counted."""
    asyncio.run(browse(site.port, ask, CONNECTIONS, count=WARM))
    before = site.cpu(), ground.database_cpu()
    came = asyncio.run(browse(site.port, lambda n: ask(WARM + n), CONNECTIONS, seconds=seconds))
    after = site.cpu(), ground.database_cpu()
    web, database = (1000 * (now - then) / len(came.times) for now, then in zip(after, before, strict=True))
    return Measured(came.rate, came.failed, web, database)


def _asks(port: int, tokens: list[str], said: dict[str, Any], *, first: int) -> Asks:
    """Return what is sent for each figure; likes begin at the post ``first``, so that each is new."""
    ordinary, great, posts = tokens[:100], tokens[100:120], said["posts"]
    body = json.dumps({"status": TEXT}).encode()

    def in_turn(path: str, readers: list[str]) -> Callable[[int], Request]:
        made = [call(port, f"/api/v1/{path}", token) for token in readers]
        return lambda n: made[n % len(made)]

    def favourite(n: int) -> Request:
        pk, token = posts[first + n % (len(posts) // 2)], tokens[(n + n // (len(posts) // 2)) % len(tokens)]
        return call(port, f"/api/v1/statuses/{pk}/favourite", token, method="POST")

    return {
        "home": in_turn("timelines/home", ordinary),
        "home_great": in_turn("timelines/home", great),
        "public": in_turn("timelines/public", ordinary),
        "status": lambda n: call(port, f"/api/v1/statuses/{posts[n % len(posts)]}", ordinary[n % 100]),
        "context": in_turn(f"statuses/{said['talks'][0]}/context", ordinary),
        "favourite": favourite,
        "post": lambda n: call(port, "/api/v1/statuses", tokens[n % len(tokens)], body, "POST"),
    }


def _alone(site: Site, ask: Callable[[int], Request]) -> Tally:
    asyncio.run(browse(site.port, ask, 1, count=WARM))
    return asyncio.run(browse(site.port, ask, 1, count=ASKED))


def _ids(site: Site, token: str) -> list[int]:
    """Return the ids of a reader's home timeline."""
    asked = urllib.request.Request(
        f"http://127.0.0.1:{site.port}/api/v1/timelines/home", headers={"Authorization": f"Bearer {token}"}
    )
    with urllib.request.urlopen(asked) as found:
        return [int(post["id"]) for post in json.load(found)]
