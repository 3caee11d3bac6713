"""Redis makes the site faster; without it, nothing is remembered and nothing stops."""

from __future__ import annotations

import pytest
from redis import Redis

from community.cache import ForgivingRedisCache


@pytest.fixture
def cache() -> ForgivingRedisCache:
    """A cache in a Redis that is not there."""
    return ForgivingRedisCache("redis://127.0.0.1:1", {})


def test_everything_answers_as_if_empty(cache: ForgivingRedisCache) -> None:
    cache.set("a", 1)
    cache.set_many({"a": 1})
    cache.delete_many(["a"])
    assert (cache.get("a"), cache.get("a", 7), cache.get_many(["a"]), cache.has_key("a")) == (None, 7, {}, False)
    assert (cache.add("a", 1), cache.touch("a"), cache.delete("a"), cache.clear()) == (True, False, False, False)
    assert cache.get_or_set("a", lambda: 5) == 5
    with pytest.raises(ValueError, match="not found"):
        cache.incr("a")


def test_after_a_failure_redis_is_left_alone_for_a_moment(
    cache: ForgivingRedisCache, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    asked = []

    def get(self: Redis, key: str) -> None:
        asked.append(key)
        raise ConnectionError

    monkeypatch.setattr(Redis, "get", get)
    assert [cache.get("a"), cache.get("b")] == [None, None]
    assert (asked, len(caplog.messages)) == ([":1:a"], 1)
    monkeypatch.setattr("community.cache.PAUSE", -1)
    monkeypatch.setattr("community.cache.time.monotonic", lambda: 10**9)
    assert (cache.get("c"), asked) == (None, [":1:a", ":1:c"])
