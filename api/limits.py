"""How often an app may ask: counted for the person, or for the address where there is none, and told in each answer."""

from __future__ import annotations

from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from rest_framework.request import Request

from core.ratelimit import RateLimited, Spent, client_address, network_of, spend

_SPENT = "polylog_spent"


def count(request: Request, name: str = "") -> None:
    """Count a request, also under the stricter limit ``name`` (``api-…`` in core/ratelimit.py); RateLimited beyond."""
    count_for(request._request, _key_of(request), "api", *([f"api-{name}"] if name else []))


def count_for(request: HttpRequest, key: str, *names: str) -> None:
    """Count a request that does not go through an endpoint, under these names of core/ratelimit.py."""
    for name in names:
        spent = spend(name, key)
        if spent is None:
            continue
        before: Spent | None = getattr(request, _SPENT, None)
        if before is None or spent.left < before.left:
            setattr(request, _SPENT, spent)
        if spent.is_over:
            raise RateLimited(name, max(1, spent.until - int(datetime.now(UTC).timestamp())))


def tell(request: Request | HttpRequest, response: HttpResponse) -> None:
    """Say in three headers what is left of the limit that is nearest; all of them or none."""
    spent: Spent | None = getattr(getattr(request, "_request", request), _SPENT, None)
    if spent is None:
        return
    until = datetime.fromtimestamp(spent.until, UTC)
    response.headers["X-RateLimit-Limit"] = str(spent.limit)
    response.headers["X-RateLimit-Remaining"] = str(spent.left)
    response.headers["X-RateLimit-Reset"] = f"{until:%Y-%m-%dT%H:%M:%S}.000Z"


def address_key(request: HttpRequest) -> str:
    """Return whose count a request of nobody goes to."""
    return f"net:{network_of(client_address(request))}"


def _key_of(request: Request) -> str:
    """Return whose count it is; a token that waits is counted alike whether there is a person behind it or not."""
    token = request.auth
    if token is None:
        return address_key(request._request)
    if token.waits:
        return f"token:{token.pk}"
    return f"app:{token.application_id}" if token.user_id is None else f"user:{token.user_id}"
