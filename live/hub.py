"""One hub in each process: it follows the log once for all sockets here and hands out what each may see.

Hints only say where to look. The hub reads each stream once from where it stands, asks for the rights of each distinct
reader, renders each distinct rendering once, and then loops over its sockets. Whatever hints are lost, a tick that
compares the heads of all followed streams finds. All questions to the database are asked in threads of the hub's own,
which keep their connections; the loop never waits for one.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, ParamSpec, Protocol, TypeVar

from django.db import close_old_connections, connections

from live import reading
from live.access import Pass, ended, may_join, who_writes
from live.carriers import Carrier, start_carrier
from live.protocol import SIGNED_OUT, StreamName, Subscribe, frame
from live.rendering import Audience

THREADS = 2  # one delivers while the other answers those who arrive
TICK = 5.0  # seconds between comparisons of heads
WATCH = 1.5  # seconds between looks at who may still be here
BEAT = 15.0  # seconds between heartbeats of a socket
WRITES = 3.0  # seconds during which somebody is said to be writing once

logger = logging.getLogger(__name__)
P = ParamSpec("P")
T = TypeVar("T")


class Socket(Protocol):
    """One open connection, as the hub needs it."""

    held: Pass
    subscriptions: dict[str, Subscription]

    def push(self, text: str) -> None:
        """Send without waiting."""

    def end(self, code: int) -> None:
        """Close for this reason."""


@dataclass(eq=False)
class Subscription:
    """One reader of one stream; ``cursor`` is the last number they were sent."""

    socket: Socket
    stream: StreamName
    audience: Audience
    cursor: int
    is_over: bool = False


@dataclass(eq=False)
class Channel:
    """A stream that somebody here follows: where its readers stand, and how far it is known to go."""

    stream: StreamName
    cursor: int = 0
    head: int = 0
    readers: set[Subscription] = field(default_factory=set)
    arriving: int = 0


class Hub:
    """The sockets of this process and the streams they follow. All methods belong to the loop unless they say so."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="live")
        self._sockets: set[Socket] = set()
        self._channels: dict[str, Channel] = {}
        self._dirty: set[str] = set()
        self._wake = asyncio.Event()
        self._people: Counter[int] = Counter()
        self._suspects: set[int] = set()
        self._suspicion = asyncio.Event()
        self._carrier: Carrier | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self.epoch = ""

    async def start(self) -> None:
        """Learn the epoch, listen for hints and begin to deliver."""
        self.epoch = await self.ask(reading.epoch)
        self._carrier = await self.ask(start_carrier, self.hint_from_thread)
        rounds = (self._deliver, self._compare, self._watch, self._beat)
        self._tasks = [self._loop.create_task(_for_ever(work)) for work in rounds]

    async def stop(self) -> None:
        """Stop listening and delivering, and let go of the threads."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._carrier is not None:
            await asyncio.to_thread(self._carrier.stop)
        together = threading.Barrier(THREADS)  # so that each thread gets one
        leaving = (self._loop.run_in_executor(self._threads, _let_go, together) for _ in range(THREADS))
        await asyncio.gather(*leaving, return_exceptions=True)
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def ask(self, question: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run ``question`` in one of the hub's threads and return its answer."""

        def answer() -> T:
            close_old_connections()
            return question(*args, **kwargs)

        return await self._loop.run_in_executor(self._threads, answer)

    # --- sockets ----------------------------------------------------------------------------------------------------
    def enter(self, socket: Socket) -> None:
        """Count a socket in."""
        self._sockets.add(socket)
        if socket.held.viewer_id is not None:
            self._people[socket.held.viewer_id] += 1
        viewer = socket.held.viewer_id
        socket.push(frame("hello", epoch=self.epoch, beat=BEAT, viewer="" if viewer is None else str(viewer)))

    def leave(self, socket: Socket) -> None:
        """Forget a socket and what it followed."""
        if socket not in self._sockets:
            return
        self._sockets.discard(socket)
        if socket.held.viewer_id is not None:
            self._people -= Counter([socket.held.viewer_id])
        for name in list(socket.subscriptions):
            self.unsubscribe(socket, name)

    async def subscribe(self, socket: Socket, request: Subscribe) -> None:
        """Send what the reader missed, in pages, then let them follow; unseen answers like absent."""
        name = str(request.stream)
        if not await self.ask(may_join, socket.held, request.stream, request.feed):
            socket.push(frame("error", code="unknown", stream=name))
            return
        self.unsubscribe(socket, name)
        held = socket.held
        audience = Audience(held.viewer_id, held.language, request.feed, is_app=bool(held.token))
        since = -1 if request.since is None else request.since
        subscription = Subscription(socket, request.stream, audience, since)
        socket.subscriptions[name] = subscription
        await self._catch_up(subscription, is_known=request.epoch in {"", self.epoch})

    def unsubscribe(self, socket: Socket, name: str) -> None:
        """Stop sending a stream to a socket; nothing happens where it was not sent."""
        subscription = socket.subscriptions.pop(name, None)
        if subscription is None:
            return
        subscription.is_over = True
        channel = self._channels.get(name)
        if channel is not None:
            channel.readers.discard(subscription)
            self._close_if_empty(channel)

    async def relay_typing(self, socket: Socket, stream: StreamName) -> None:
        """Tell the others under a post that somebody is writing; nothing of it is kept."""
        channel = self._channels.get(str(stream))
        if channel is None or str(stream) not in socket.subscriptions:
            return
        others = {reader.audience.viewer_id for reader in channel.readers}
        answer = await self.ask(who_writes, socket.held, stream, others)
        if answer is None:
            return
        person, told = answer
        text = frame("typing", stream=str(stream), author=person, seconds=WRITES + 2)
        for reader in list(channel.readers):
            if reader.socket is not socket and reader.audience.viewer_id in told:
                reader.socket.push(text)

    # --- hints ------------------------------------------------------------------------------------------------------
    def hint_from_thread(self, hints: Sequence[tuple[str, int]] | None) -> None:
        """Take hints from any thread; ``None`` says that something happened somewhere."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self.hint, hints)

    def hint(self, hints: Sequence[tuple[str, int]] | None) -> None:
        """Look at these streams soon."""
        if hints is None:
            self._loop.create_task(self._compare_now())
            return
        for name, n in hints:
            channel = self._channels.get(name)
            if channel is not None and n > channel.head:
                channel.head = n
                self._mark(channel)
            if name.startswith("user:") and (person := int(name[5:])) in self._people:
                self._suspects.add(person)
                self._suspicion.set()

    # --- rounds -----------------------------------------------------------------------------------------------------
    async def _deliver(self) -> None:
        await self._wake.wait()
        self._wake.clear()
        names, self._dirty = self._dirty, set()
        channels = [channel for name in names if (channel := self._channels.get(name)) and channel.readers]
        work = [reading.Work(one.stream, one.cursor, {reader.audience for reader in one.readers}) for one in channels]
        if not work:
            return
        try:
            batches = await self.ask(reading.read_all, work)
        except Exception:
            self._dirty |= names  # the tick comes back to them
            raise
        for channel, batch in zip(channels, batches, strict=True):
            self._hand_out(channel, batch)

    async def _compare(self) -> None:
        await asyncio.sleep(TICK)
        await self._compare_now()

    async def _compare_now(self) -> None:
        heads = await self.ask(reading.heads, list(self._channels))
        self.hint([*heads.items()])
        if self._dirty:
            self._wake.set()

    async def _watch(self) -> None:
        """End the sockets of those who may no longer be here: of one person after a hint, of all at each look."""
        try:
            await asyncio.wait_for(self._suspicion.wait(), WATCH)
        except TimeoutError:
            asked = self._sockets
        else:
            asked = {socket for socket in self._sockets if socket.held.viewer_id in self._suspects}
        self._suspects.clear()
        self._suspicion.clear()
        over = await self.ask(ended, {socket.held for socket in asked})
        for socket in [socket for socket in self._sockets if socket.held in over]:
            self.leave(socket)
            socket.end(SIGNED_OUT)

    async def _beat(self) -> None:
        await asyncio.sleep(BEAT)
        for place, socket in enumerate(list(self._sockets)):
            if socket in self._sockets:
                heads = {name: self._head_for(one) for name, one in socket.subscriptions.items()}
                socket.push(frame("heads", heads=heads))
            if place % 200 == 199:
                await asyncio.sleep(0)

    # --- delivery ---------------------------------------------------------------------------------------------------
    def _hand_out(self, channel: Channel, batch: reading.Batch) -> None:
        """Send one batch to every reader of a channel: a plain loop, which never waits for a socket."""
        channel.cursor = max(channel.cursor, batch.upto)
        channel.head = max(channel.head, batch.head)
        name = str(channel.stream)
        texts = {id(line.text): line.text for lines in batch.lines.values() for line in lines}
        frames = {key: reading.as_frame(name, text) for key, text in texts.items()}
        for reader in list(channel.readers):
            lines = batch.lines.get(reader.audience)
            if batch.is_broken or lines is None:  # came while this was read, or the log no longer reaches back
                self._loop.create_task(self._return(reader))
                continue
            for line in lines:
                if line.n > reader.cursor:
                    reader.socket.push(frames[id(line.text)])
            reader.cursor = max(reader.cursor, batch.upto)
        if channel.cursor < channel.head:
            self._mark(channel)

    async def _return(self, reader: Subscription) -> None:
        channel = self._channels.get(str(reader.stream))
        if channel is not None and reader in channel.readers:
            channel.readers.discard(reader)
            await self._catch_up(reader, is_known=True)

    async def _catch_up(self, reader: Subscription, *, is_known: bool) -> None:
        """Send pages of what was missed until the reader stands where the channel stands, then let them follow it."""
        channel = self._channels.setdefault(str(reader.stream), Channel(reader.stream))
        channel.arriving += 1
        try:
            is_first = True
            while not reader.is_over:
                page = await self.ask(reading.read_page, reader.stream, reader.cursor, reader.audience, is_known)
                if reader.is_over:
                    return
                reader.cursor = page.upto
                if page.is_broken:
                    reader.socket.push(frame("reset", stream=str(reader.stream), head=page.head, epoch=self.epoch))
                elif page.lines or is_first:
                    reader.socket.push(reading.as_backlog(str(reader.stream), page))
                is_first, is_known = False, True
                channel.head = max(channel.head, page.head)
                floor = channel.cursor if channel.readers else 0
                if reader.cursor >= max(floor, channel.head):
                    self._let_follow(channel, reader)
                    return
        finally:
            channel.arriving -= 1
            self._close_if_empty(channel)

    def _let_follow(self, channel: Channel, reader: Subscription) -> None:
        if not channel.readers:
            channel.cursor = reader.cursor
        channel.readers.add(reader)

    def _mark(self, channel: Channel) -> None:
        self._dirty.add(str(channel.stream))
        self._wake.set()

    def _close_if_empty(self, channel: Channel) -> None:
        if not channel.readers and not channel.arriving:
            self._channels.pop(str(channel.stream), None)

    def _head_for(self, reader: Subscription) -> int:
        channel = self._channels.get(str(reader.stream))
        return max(reader.cursor, channel.head) if channel else reader.cursor


async def _for_ever(work: Callable[[], Any]) -> None:
    """Repeat a round; one that fails (the database is away) is logged and tried again a second later."""
    while True:
        try:
            await work()
        except Exception:
            logger.exception("A round of the hub failed.")
            await asyncio.sleep(1)


def _let_go(together: threading.Barrier) -> None:
    """Close this thread's connections to the database."""
    together.wait(timeout=5)
    connections.close_all()


_hubs: dict[asyncio.AbstractEventLoop, asyncio.Task[Hub]] = {}


async def current_hub() -> Hub:
    """Return the hub of this process's loop, started with its first socket."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        _hubs[loop] = loop.create_task(_started())
    return await asyncio.shield(_hubs[loop])


async def stop_hub() -> None:
    """Stop the hub of this loop, where there is one."""
    task = _hubs.pop(asyncio.get_running_loop(), None)
    if task is not None:
        await (await task).stop()


async def _started() -> Hub:
    hub = Hub()
    await hub.start()
    return hub
