"""How often a person or an address may do a thing; beyond that, an answer with the time to wait."""

import ipaddress
import logging
import math
import threading
import time
from collections.abc import Callable, Iterable
from functools import cache, wraps
from importlib import import_module
from typing import Any, Final, NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import get_callable
from django.utils.translation import gettext, ngettext
from limits import RateLimitItem, parse_many
from limits.errors import StorageError
from limits.storage import MemoryStorage, storage_from_string
from limits.strategies import MovingWindowRateLimiter

from core.http import viewer_of

View = Callable[..., HttpResponse]
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
logger = logging.getLogger(__name__)

# Logging in is limited by allauth. The setting RATE_LIMITS replaces single rows, an empty one lifts the limit; None
# lifts all of them.
LIMITS: Final = {
    "signup": "20/hour; 60/day",
    "reset": "6/hour",
    "post": "20/10 minutes; 300/day",
    "comment": "30/5 minutes; 1500/day",
    "upload": "120/10 minutes; 1500/day",
    "part": "6000/10 minutes",
    "react": "120/minute; 5000/day",
    "follow": "60/10 minutes; 600/day",
    "report": "20/hour",
    "search": "60/minute; 1200/hour",
    "propose": "20/hour; 100/day",
    # of apps; these are counted in windows by the clock, so only the first part of each is used
    "api": "300/5 minutes",
    "api-media": "30/30 minutes",
    "api-delete": "30/30 minutes",
    "api-signup": "5/30 minutes",
    "api-confirm": "6/hour",
    "api-register": "30/10 minutes",
    "api-token": "60/5 minutes",
    "api-password": "10/10 minutes",
}


class RateLimited(Exception):
    """Too much at once; ``retry_after`` is how many seconds to wait."""

    def __init__(self, name: str, retry_after: int) -> None:
        super().__init__(f"{name}: wait {retry_after} s")
        self.name = name
        self.retry_after = retry_after


def check(name: str, key: object) -> None:
    """Count one ``name`` of LIMITS for ``key`` (a person's id or an address); raise RateLimited beyond the limit."""
    for limit in _limits(name):
        until = _counter().hit(limit, name, str(key))
        if until is not None:
            raise RateLimited(name, max(1, math.ceil(until - time.time())))


class Spent(NamedTuple):
    """How much of a limit is spent: what may still be done, and the Unix time at which the count begins anew."""

    limit: int
    left: int
    until: int
    is_over: bool


def spend(name: str, key: object) -> Spent | None:
    """Count one ``name`` of LIMITS for ``key`` and say what is left; None where that limit is lifted.

    Every request of every app is counted, so this keeps one number for each key and window and not, as ``check``
    does, the moment of each hit.
    """
    limits = _limits(name)
    if not limits:
        return None
    seconds = limits[0].get_expiry()
    window = int(time.time()) // seconds
    count = _counter().count(f"{name}/{key}/{window}", seconds)
    most = limits[0].amount
    return Spent(most, max(0, most - count), (window + 1) * seconds, count > most)


def limited(name: str) -> Callable[[View], View]:
    """Count every call of a view that is no GET, for the person or, without one, the address."""

    def decorate(view: View) -> View:
        @wraps(view)
        def counted(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method not in ("GET", "HEAD", "OPTIONS"):
                check(name, key_of(request))
            return view(request, *args, **kwargs)

        return counted

    return decorate


def key_of(request: HttpRequest) -> str:
    """Return whose count a request goes to."""
    viewer = viewer_of(request)
    return f"user:{viewer.pk}" if viewer else f"net:{network_of(client_address(request))}"


def client_address(request: HttpRequest) -> str:
    """Return where a request comes from: the last address that a proxy of ours (TRUSTED_PROXIES) did not add."""
    trusted = [ipaddress.ip_network(net) for net in settings.TRUSTED_PROXIES]
    address = request.META.get("REMOTE_ADDR") or "0.0.0.0"  # noqa: S104  (no address at all, such as a Unix socket)
    forwarded = request.headers.get("x-forwarded-for", "").split(",")
    while forwarded and _is_in(address, trusted):
        before = forwarded.pop().strip()
        if _address(before) is None:
            break
        address = before
    return address


def network_of(address: str) -> str:
    """Return what one household can vary: an IPv4 address itself, the first 64 bits of an IPv6 one (S22)."""
    ip = _address(address)
    if ip is None:
        return "unknown"
    return str(ip) if ip.version == 4 else str(ipaddress.ip_network((ip, 64), strict=False))


class RateLimitMiddleware:
    """Turn RateLimited into an answer with status 429, ``Retry-After`` and a sentence."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a RateLimited that a view let through."""
        return too_many(request, exception) if isinstance(exception, RateLimited) else None


def too_many(request: HttpRequest, refused: RateLimited) -> HttpResponse:
    """Return the answer to somebody who has to wait: JSON for scripts, else the page of the project's handler429."""
    page = getattr(import_module(settings.ROOT_URLCONF), "handler429", None)
    if page and not _is_script(request):
        response: HttpResponse = get_callable(page)(request, exception=refused)
    else:
        sentence = gettext("That was a lot at once. Try again in %(wait)s.") % {"wait": wait_words(refused.retry_after)}
        response = JsonResponse({"error": sentence, "retry_after": refused.retry_after}, status=429)
    response.headers["Retry-After"] = str(refused.retry_after)
    response.headers["Cache-Control"] = "no-store"
    return response


def _is_script(request: HttpRequest) -> bool:
    return "HX-Request" in request.headers or "application/json" in request.headers.get("accept", "")


def wait_words(seconds: int) -> str:
    """Return a time to wait in words, rounded up so that it is never too short."""
    if seconds < 100:
        return ngettext("%(n)d second", "%(n)d seconds", seconds) % {"n": seconds}
    minutes = math.ceil(seconds / 60)
    if minutes < 100:
        return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    hours = math.ceil(minutes / 60)
    return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}


def forget_all() -> None:
    """Start every count anew: for tests and benchmarks."""
    _make_counter.cache_clear()


# --- where it is counted ---------------------------------------------------------------------------------------------
class _Memory(MemoryStorage):
    """Counts in the process. What is over is forgotten once a minute by whoever counts then.

    The package starts a thread for that with nearly every hit, which looks at all that is counted: half of what a
    quick answer costs.
    """

    EVERY = 60.0

    def __init__(self) -> None:
        self.next_look = time.monotonic() + self.EVERY
        super().__init__()
        self.timer.join()

    def _MemoryStorage__schedule_expiry(self) -> None:
        now = time.monotonic()
        if now >= self.next_look:
            self.next_look = now + self.EVERY
            self._MemoryStorage__expire_events()  # type: ignore[attr-defined]


class _Counter:
    """Counts in Redis where the site has one, so that all processes share it; else, or while it is away, in memory."""

    PAUSE = 5.0  # seconds without a further try after Redis failed

    def __init__(self, storage: str) -> None:
        self.own = MovingWindowRateLimiter(_Memory())
        self.shared = self.own if storage == "memory://" else _in_redis(storage)
        self.away_until = 0.0
        self.one_at_a_time = threading.Lock()

    def hit(self, limit: RateLimitItem, *key: str) -> float | None:
        """Count once; return None, or the Unix time at which it would be counted again."""
        if self.shared is self.own or time.monotonic() < self.away_until:
            return self._hit_here(limit, *key)
        try:
            return _hit(self.shared, limit, *key)
        except StorageError as error:
            logger.warning("Redis does not count: %s", error)
            self.away_until = time.monotonic() + self.PAUSE
            return self._hit_here(limit, *key)

    def count(self, key: str, seconds: int) -> int:
        """Return how often ``key`` was counted, this time included; it is forgotten after so many seconds."""
        if self.shared is self.own or time.monotonic() < self.away_until:
            return self._count_here(key, seconds)
        try:
            return int(self.shared.storage.incr(key, seconds))
        except StorageError as error:
            logger.warning("Redis does not count: %s", error)
            self.away_until = time.monotonic() + self.PAUSE
            return self._count_here(key, seconds)

    def _count_here(self, key: str, seconds: int) -> int:
        with self.one_at_a_time:
            return int(self.own.storage.incr(key, seconds))

    def _hit_here(self, limit: RateLimitItem, *key: str) -> float | None:
        with self.one_at_a_time:  # the package's own locks are dropped while somebody still waits for them
            return _hit(self.own, limit, *key)


def _hit(limiter: MovingWindowRateLimiter, limit: RateLimitItem, *key: str) -> float | None:
    return None if limiter.hit(limit, *key) else limiter.get_window_stats(limit, *key).reset_time


def _in_redis(url: str) -> MovingWindowRateLimiter:
    waits = {"socket_timeout": 1, "socket_connect_timeout": 1}
    url = url.replace("unix://", "redis+unix://")
    return MovingWindowRateLimiter(storage_from_string(url, wrap_exceptions=True, **waits))


def _counter() -> _Counter:
    with _making:
        return _make_counter()


_making = threading.Lock()


@cache
def _make_counter() -> _Counter:
    return _Counter(settings.RATE_LIMIT_STORAGE)


@cache
def _parsed(text: str) -> list[RateLimitItem]:
    return parse_many(text) if text else []


def _limits(name: str) -> list[RateLimitItem]:
    return [] if settings.RATE_LIMITS is None else _parsed({**LIMITS, **settings.RATE_LIMITS}[name])


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Return the address written as ``text``, an IPv4 one also where IPv6 wraps it."""
    try:
        ip = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return (ip.ipv4_mapped or ip) if isinstance(ip, ipaddress.IPv6Address) else ip


def _is_in(address: str, networks: Iterable[Network]) -> bool:
    ip = _address(address)
    return ip is not None and any(ip in net for net in networks)
