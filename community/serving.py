"""The processes of the site: the web processes (uvicorn) and the worker, split off one warm start.

Everything is imported and set up once and then forked, so the processes share that memory. The process that did it
turns into the small supervisor, which keeps its id: whoever started the site still holds the right one.
"""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import os
import resource
import signal
import socket
import sys
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import NoReturn

import uvicorn
from django.conf import settings
from django.template import engines
from django.urls import get_resolver
from starlette.types import ASGIApp

from community import supervisor
from community.protocol import LimitedProtocol
from community.worker import run_worker
from core.fragments import compile_fragments

WORKER = "worker"
SITE = "community.asgi:application"
KEEP_ALIVE = 30  # seconds; longer than the pause between two clicks of somebody who reads
STOP_SECONDS = 5  # what requests under way get to end when the server is told to stop
WATCH_SECONDS = 2.0  # between looks at whether the parent still lives
FRAME_LIMIT = 64 * 1024  # bytes of one socket frame (S32)
PING_SECONDS = 20.0
RARELY = (20_000, 20, 50)  # how often the collector looks for rings of objects: not several times a page (4 % of it)
LISTENING = 1024  # connections that may wait to be taken


def listen(host: str, port: int, count: int = 1) -> list[socket.socket]:
    """Return ``count`` sockets that listen on one address, a socket for each process.

    Where several share one, a single process takes nearly all that connect at once, and the other cores idle: the
    system wakes whoever went to sleep last. Linux spreads connections over sockets of their own; other systems give
    all to one of them, so there they share. Raises OSError when the address is not free.
    """
    bound = _bind(host, port)
    if count > 1 and sys.platform == "linux":
        bound.close()  # it has shown that nobody else is here; the next ones would not notice
        listeners = [_bind(host, port, socket.SO_REUSEPORT) for _ in range(count)]
    else:
        listeners = [bound] * count
    for listener in listeners:
        listener.listen(LISTENING)
        listener.set_inheritable(True)
    return listeners


def _bind(host: str, port: int, *options: int) -> socket.socket:
    bound = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    for option in (socket.SO_REUSEADDR, *options):
        bound.setsockopt(socket.SOL_SOCKET, option, 1)
    try:
        bound.bind((host, port))
    except OSError:
        bound.close()
        raise
    return bound


def serve(listeners: list[socket.socket]) -> NoReturn:
    """Start all processes, a web process for each socket, and become their supervisor."""
    warm_up()
    command = [sys.executable, sys.argv[0], "serve", "--only"]
    commands, running = {WORKER: [*command, WORKER]}, {WORKER: fork(run_worker)}
    for n, listener in enumerate(listeners, 1):
        name = f"web-{n}"
        commands[name] = [*command, name, "--listener", str(listener.fileno())]
        running[name] = fork(partial(run_web, listener))
    plan = {"commands": commands, "running": running}
    program = [sys.executable, "-I", "-S", str(Path(supervisor.__file__)), json.dumps(plan)]
    os.execv(sys.executable, program)  # noqa: S606  (our own program, and no shell)


def run_web(listener: socket.socket, application: str | ASGIApp = SITE) -> None:
    """Serve on a socket that already listens, until SIGTERM, or until the process that started this one is gone."""
    allow_many_files()
    signal.signal(signal.SIGTERM, lambda *_: None)  # what uvicorn puts back, and raises once more, when it has ended
    _Server(web_config(application)).run([listener])


def allow_many_files() -> None:
    """Take as many open files as the system gives: each connection is one, and the usual 1,024 are soon used up."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def web_config(application: str | ASGIApp = SITE) -> uvicorn.Config:
    """Return how we serve."""
    return uvicorn.Config(
        application,
        loop="uvloop",
        http=LimitedProtocol,
        ws_max_size=FRAME_LIMIT,
        ws_ping_interval=PING_SECONDS,
        ws_ping_timeout=PING_SECONDS,
        ws_per_message_deflate=False,  # costs each socket more memory than everything else it has
        lifespan="on",
        log_config=None,
        access_log=False,
        proxy_headers=bool(settings.TRUSTED_PROXIES),
        forwarded_allow_ips=settings.TRUSTED_PROXIES,
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=STOP_SECONDS,
    )


class _Server(uvicorn.Server):
    """A server that ends when its parent is gone, and leaves Ctrl-C, which reaches the whole group, to the parent."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen, and to watch the parent."""
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # uvicorn has just taken it
        self._watching = asyncio.get_running_loop().create_task(self._watch(os.getppid()))
        await super().startup(sockets)

    async def _watch(self, parent: int) -> None:
        while os.getppid() == parent:
            await asyncio.sleep(WATCH_SECONDS)
        self.should_exit = True


def warm_up() -> None:
    """Load what every request needs, and keep the collector from touching (and so copying) shared memory, and calm."""
    import_module("community.asgi")
    get_resolver().url_patterns  # noqa: B018  (reading it imports every view)
    engines.all()
    compile_fragments()
    gc.collect()
    gc.freeze()
    gc.set_threshold(*RARELY)


def fork(work: Callable[[], object]) -> int:
    """Do ``work`` in a process of its own, which takes along what is loaded; returns its id."""
    pid = os.fork()
    return pid or _run_child(work)


def wait_for(pid: int) -> int:
    """Return the exit status of a child when it has ended."""
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _run_child(work: Callable[[], object]) -> NoReturn:
    """Run ``work`` and leave without what the parent has registered for its own end."""
    status = 1
    try:
        work()
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 1
    except KeyboardInterrupt:
        status = 130
    except BaseException:
        logging.getLogger("community").critical("A process ended by an error", exc_info=True)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)
