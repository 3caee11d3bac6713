"""Several people at the same moment."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections


@pytest.fixture
def together() -> Callable[..., list[object]]:
    """Run calls at once, each with a connection of its own, then ``then``; returns what each returned or raised, what
    ``then`` returned last.
    """

    def run(*calls: Callable[[], object], then: Callable[[], object] | None = None) -> list[object]:
        with ThreadPoolExecutor(len(calls)) as threads:
            outcomes = list(threads.map(_outcome, calls))
            return outcomes + list(threads.map(_outcome, [then] if then else []))

    return run


def _outcome(call: Callable[[], object]) -> object:
    try:
        return call()
    except Exception as error:
        return type(error)
    finally:
        connections.close_all()
