"""Hints between processes: packed and unpacked without loss, and never in the way of a write."""

from __future__ import annotations

import logging
from typing import Any

import pytest
import redis
from hypothesis import given
from hypothesis import strategies as st

from events import log
from live import carriers
from live.carriers import Publisher, pack, publish_hints, redis_url, unpack

HINTS = [("post:17", 42), ("posts", 7)]
names = st.from_regex(r"\A(post|user):[1-9][0-9]{0,17}\Z|\Aposts\Z")


@given(st.lists(st.tuples(names, st.integers(0, 2**62)), max_size=100))
def test_hints_go_there_and_back(hints: list[tuple[str, int]]) -> None:
    assert unpack(pack(hints)) == hints


@pytest.mark.parametrize("text", ["", ",", "posts", "posts x", " 5", "posts -1", "posts ١", "\x00"])
def test_nonsense_on_the_channel_is_dropped(text: str) -> None:
    assert unpack(text) == []


def test_as_many_hints_as_fit_a_notification() -> None:
    assert len(pack([(f"post:{2**62 + n}", 2**40) for n in range(500)])) < 8000


def test_the_redis_of_the_site(settings: Any) -> None:
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
    assert redis_url() == ""
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": "x", "CONFIG": {"hosts": ["redis://localhost:1"]}}}
    assert redis_url() == "redis://localhost:1"


def test_a_redis_that_is_away_is_left_alone_for_a_while(monkeypatch: Any, caplog: Any) -> None:
    tries: list[str] = []

    class Away:
        def publish(self, channel: str, text: str) -> None:
            tries.append(text)
            raise redis.ConnectionError("away")

    monkeypatch.setattr(carriers, "redis_url", lambda: "redis://localhost:1")
    monkeypatch.setattr(carriers, "_pool", Away)
    publisher = Publisher()
    with caplog.at_level(logging.WARNING):
        publisher(HINTS)
        publisher(HINTS)
    assert (tries, len(caplog.records)) == (["post:17 42,posts 7"], 1)


def test_a_process_publishes_once(monkeypatch: Any) -> None:
    monkeypatch.setattr(log, "hint_listeners", listeners := [])
    monkeypatch.setattr(carriers, "hint_listeners", listeners)
    publish_hints()
    publish_hints()
    assert [type(listener) for listener in listeners] == [Publisher]
