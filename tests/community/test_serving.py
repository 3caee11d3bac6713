"""Sockets to listen on: one for each process, so that every process gets its part."""

from __future__ import annotations

import select
import socket
import sys
from contextlib import ExitStack

import pytest
from django.test import Client

from community.serving import listen

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="other systems do not spread connections")


def take_all(listeners: list[socket.socket], stack: ExitStack) -> list[int]:
    """Accept what waits; returns how many each socket had."""
    taken = [0] * len(listeners)
    while ready := select.select(listeners, [], [], 0)[0]:
        for listener in ready:
            stack.enter_context(listener.accept()[0])
            taken[listeners.index(listener)] += 1
    return taken


@on_linux
def test_connections_are_spread_over_the_processes() -> None:
    with ExitStack() as stack:
        first = listen("127.0.0.1", 0)[0]
        port = first.getsockname()[1]
        first.close()
        listeners = [stack.enter_context(listener) for listener in listen("127.0.0.1", port, 2)]
        for _ in range(64):
            stack.enter_context(socket.create_connection(("127.0.0.1", port)))
        taken = take_all(listeners, stack)
        assert sum(taken) == 64
        assert min(taken) >= 8  # 64 throws of a coin: fewer once in a thousand million times


@pytest.mark.parametrize("count", [1, 2])
def test_an_address_in_use_is_refused(count: int) -> None:
    with ExitStack() as stack:
        taken = stack.enter_context(listen("127.0.0.1", 0)[0])
        with pytest.raises(OSError, match="in use"):
            listen("127.0.0.1", taken.getsockname()[1], count)


@on_linux
def test_a_second_site_of_several_processes_is_refused() -> None:
    with ExitStack() as stack:
        first = listen("127.0.0.1", 0)[0]
        port = first.getsockname()[1]
        first.close()
        for listener in listen("127.0.0.1", port, 2):
            stack.enter_context(listener)
        with pytest.raises(OSError, match="in use"):
            listen("127.0.0.1", port, 2)


def test_programs_that_ask_for_the_usual_picture_of_a_site_find_it(client: Client, db: None) -> None:
    assert client.get("/favicon.ico")["Location"] == "/static/favicon.svg"
