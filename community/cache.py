"""The shared cache. It makes the site faster and never stops it: while Redis is away, nothing is remembered."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any, TypeVar

from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.exceptions import RedisError

PAUSE = 2.0  # seconds without a further try after a failure, so that pages do not wait for a Redis that hangs
WAIT = 1.0  # seconds that Redis has for an answer
T = TypeVar("T")
logger = logging.getLogger("community.cache")


class ForgivingRedisCache(RedisCache):
    """Django's Redis cache that answers like an empty cache while Redis does not answer."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        params.setdefault("OPTIONS", {}).update(socket_timeout=WAIT, socket_connect_timeout=WAIT)
        super().__init__(server, params)
        self._class = ForgivingClient


class ForgivingClient(RedisCacheClient):
    """The calls to Redis, each with what an empty cache would say."""

    _away_until = 0.0

    def add(self, key: Any, value: Any, timeout: Any) -> bool:
        """Keep a value that is not there yet."""
        return self._try(True, super().add, key, value, timeout)

    def get(self, key: Any, default: Any) -> Any:
        """Return a value."""
        return self._try(default, super().get, key, default)

    def set(self, key: Any, value: Any, timeout: Any) -> None:
        """Keep a value."""
        self._try(None, super().set, key, value, timeout)

    def touch(self, key: Any, timeout: Any) -> bool:
        """Keep a value for longer."""
        return self._try(False, super().touch, key, timeout)

    def delete(self, key: Any) -> bool:
        """Forget a value."""
        return self._try(False, super().delete, key)

    def get_many(self, keys: Any) -> dict[Any, Any]:
        """Return the values that are there."""
        return self._try({}, super().get_many, keys)

    def has_key(self, key: Any) -> bool:
        """Whether a value is there."""
        return self._try(False, super().has_key, key)

    def incr(self, key: Any, delta: int) -> int:
        """Count on; ValueError where nothing was counted yet, as Django has it."""
        count: int | None = self._try(None, super().incr, key, delta)
        if count is None:
            raise ValueError(f"Key {key!r} not found.")
        return count

    def set_many(self, data: Any, timeout: Any) -> None:
        """Keep several values."""
        self._try(None, super().set_many, data, timeout)

    def delete_many(self, keys: Any) -> None:
        """Forget several values."""
        self._try(None, super().delete_many, keys)

    def clear(self) -> bool:
        """Forget everything."""
        return self._try(False, super().clear)

    def _try(self, otherwise: T, call: Callable[..., T], *args: Any) -> T:
        if time.monotonic() < self._away_until:
            return otherwise
        try:
            return call(*args)
        except (RedisError, OSError) as error:
            self._away_until = time.monotonic() + PAUSE
            logger.warning("Redis does not answer: %s", error)
            return otherwise
