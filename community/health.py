"""Two addresses for machines: ``/healthz`` (this process answers) and ``/readyz`` (so does all it needs).

They stand before everything else: no session, no redirect, no rule about hosts, so that a load balancer may ask.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse

from community.beat import is_beating

WAIT_SECONDS = 1.0


class HealthMiddleware:
    """Answers the two addresses, passes everything else on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer or pass on."""
        if request.path == "/healthz":
            return _answer({"alive": True}, 200)
        if request.path == "/readyz":
            found = {name: check() for name, check in CHECKS.items()}
            ready = all(found.values())
            said = {name: "ok" if fine else "down" for name, fine in found.items()}
            return _answer({"ready": ready, **said}, 200 if ready else 503)
        return self.get_response(request)


def _database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return bool(cursor.fetchone() == (1,))
    except DatabaseError:
        connection.close()
        return False


def _layer() -> bool:
    """Whether hints reach other processes; without Redis they stay within this one, which needs nothing."""
    url = redis_url()
    if not url:
        return True
    import redis  # a site without Redis does not load it

    try:
        with redis.Redis.from_url(url, socket_timeout=WAIT_SECONDS, socket_connect_timeout=WAIT_SECONDS) as client:
            return bool(client.ping())
    except (redis.RedisError, OSError):
        return False


def redis_url() -> str:
    """Return where Redis is, or nothing."""
    return str(settings.ENV.redis_url)


CHECKS: dict[str, Callable[[], bool]] = {"database": _database, "layer": _layer, "worker": is_beating}


def _answer(content: dict[str, object], status: int) -> HttpResponse:
    response = JsonResponse(content, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response
