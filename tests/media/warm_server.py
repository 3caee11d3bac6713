"""The server of ``tests.media.warm``: loads every decoder, then forks for each order. No Django, no pytest."""

import contextlib
import json
import os
import signal
import socket
import sys
import time

from media.work import audio, films, images, loops, recordings, run, video  # noqa: F401  (loaded once for all)


def serve() -> None:
    """Take orders until nobody sends any."""
    orders = socket.socket(fileno=int(sys.argv[-1]))
    while True:
        message, fds, _flags, _address = socket.recv_fds(orders, 16_384, 2)
        if not message:
            return
        order = json.loads(message)
        pid = os.fork()
        if not pid:
            _work(order, fds)
        for fd in fds:
            os.close(fd)
        orders.send(json.dumps(_end(pid, order["wall"])).encode())


def _work(order: dict, fds: list[int]) -> None:
    """Become the throw-away process: file in, answer out, nothing else open."""
    null = os.open(os.devnull, os.O_WRONLY)
    for place, fd in enumerate((*fds, null)):
        os.dup2(fd, place)
    os.closerange(3, 256)
    os.setsid()
    os.chdir(order["folder"])
    sys.argv = ["run", json.dumps(order["job"])]
    sys.stdout = os.fdopen(1, "w", closefd=False)
    try:
        run.main()
    finally:
        os._exit(1)


def _end(pid: int, wall: float) -> dict:
    """Wait for the end of a process, or make one; returns its status and what it cost."""
    deadline = time.monotonic() + wall
    while True:
        done, status, cost = os.wait4(pid, os.WNOHANG)
        if done:
            return {
                "status": os.waitstatus_to_exitcode(status),
                "memory": cost.ru_maxrss // 1024,
                "seconds": cost.ru_utime + cost.ru_stime,
            }
        if time.monotonic() > deadline:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.002)
