"""Two hundred uploads side by side: what the server holds in memory while none of them is over (S42)."""

from __future__ import annotations

import asyncio
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field

from tests.load.browsers import Request, Tally, browse, get
from tests.load.figure import Figure
from tests.load.ground import Ground, Site, serving
from tests.load.uploads import BYTES, MB, Film, Sender, most_memory

LINES = 200
SIZE = 4 * MB
STEP = 500_000  # bytes that every line sends before any goes on: less than what a form keeps in memory (bridge.py)
PAUSE = 0.5  # seconds after each step, in which what came is taken in
ASKED = 20  # pages, while all lines are open
SPLIT = "between-two-fields"
FIELD = 'Content-Disposition: form-data; name="file"; filename="film.mp4"\r\nContent-Type: video/mp4'
FILM = b"".join(Film(SIZE).blocks(0, SIZE))
FORM = f"--{SPLIT}\r\n{FIELD}\r\n\r\n".encode() + FILM + f"\r\n--{SPLIT}--\r\n".encode()

Way = Callable[[Sender], tuple[bytes, bytes]]


@dataclass
class Crowd:
    """What became of many uploads at once."""

    open: int = 0  # lines that had no answer yet when pages were asked for
    page: Tally = field(default_factory=Tally)
    statuses: Counter[int] = field(default_factory=Counter)
    is_honest: bool = True  # whatever was refused was told why

    @property
    def is_sound(self) -> bool:
        """Whether all were open at once, every one was answered, and pages came meanwhile."""
        answered = set(self.statuses) <= {201, 204, 413, 429, 503} and self.statuses.total() == self.open
        return answered and self.is_honest and not self.page.failed

    async def send(self, site: Site, requests: list[tuple[bytes, bytes]], page: Request) -> None:
        """Send these (head and body), a line for each, all in step, and read pages after the first step."""
        lines = await asyncio.gather(*(asyncio.open_connection("127.0.0.1", site.port) for _ in requests))
        answers = [asyncio.create_task(reader.read()) for reader, _writer in lines]
        for (_reader, writer), (head, _body) in zip(lines, requests, strict=True):
            writer.write(head)
        for begin in range(0, max(len(body) for _head, body in requests), STEP):
            for (_reader, writer), (_head, body) in zip(lines, requests, strict=True):
                writer.write(body[begin : begin + STEP])
            with suppress(ConnectionError):  # of a line that was refused: its answer is read below
                await asyncio.gather(*(writer.drain() for _reader, writer in lines))
            await asyncio.sleep(PAUSE)
            if not begin:
                self.open = sum(not answer.done() for answer in answers)
                self.page = await browse(site.port, lambda _: page, 1, count=ASKED)
        for answer in await asyncio.gather(*answers):
            head, _, words = answer.partition(b"\r\n\r\n")
            status = int(head.split()[1])
            self.statuses[status] += 1
            self.is_honest = self.is_honest and (status < 400 or bool(words.strip()))
        for _reader, writer in lines:
            writer.close()


def crowd(ground: Ground) -> Iterator[Figure]:
    """Two hundred uploads of 4 MB at once: half of them by tus and half by the plain form, and all in one way."""
    for name, ways in {"mixed": (_by_tus, _by_form), "tus": (_by_tus, _by_tus), "form": (_by_form, _by_form)}.items():
        place = ground.empty("crowd")
        people = [place.ask("uploader", f"uploader{n}") for n in range(2)]  # one alone may not begin so many
        with serving(place, 1, "--only", "web-1") as site:  # the worker would begin with the films meanwhile
            senders = [Sender(site, known) for known in people]
            page = get(site.port, "/local", people[0]["cookie"])
            asyncio.run(Crowd().send(site, _requests(senders, ways, 2), page))
            rest, seen = site.memory(), Crowd()
            most = asyncio.run(most_memory(site, seen.send(site, _requests(senders, ways, LINES), page)))
        told = ", ".join(f"{count} with {status}" for status, count in sorted(seen.statuses.items()))
        note = f"{seen.open} open at once, answered {told}; a page meanwhile {seen.page.median_ms:.0f} ms"
        sound = seen.is_sound and seen.open == LINES
        yield Figure(f"uploads_at_once {name}", most - rest, "MB", rest, 256, sound=sound, note=note)
    shutil.rmtree(ground.folder / "crowd")


def _requests(senders: list[Sender], ways: tuple[Way, Way], count: int) -> list[tuple[bytes, bytes]]:
    """Return head and body of ``count`` uploads, as many by each sender."""
    return [way(sender) for sender, way in zip(senders, ways, strict=True) for _ in range(count // 2)]


def _by_tus(sender: Sender) -> tuple[bytes, bytes]:
    place = sender.ask("POST", "/uploads/tus", upload_length=str(SIZE)).headers["Location"]
    told = {"content_type": BYTES, "upload_offset": "0", "content_length": str(SIZE)}
    return sender.head("PATCH", place, **told, connection="close"), FILM


def _by_form(sender: Sender) -> tuple[bytes, bytes]:
    told = {"content_type": f"multipart/form-data; boundary={SPLIT}", "content_length": str(len(FORM))}
    return sender.head("POST", "/uploads", **told, connection="close"), FORM
