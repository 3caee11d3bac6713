"""Fifty people at once (S50): counters equal rows, nobody waits for ever, nothing breaks."""

from __future__ import annotations

import pytest

from tests.posts.race import race


@pytest.mark.django_db(transaction=True)
def test_fifty_at_once() -> None:
    assert race() == []
