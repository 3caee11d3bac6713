"""Addresses that go wrong on purpose."""

from __future__ import annotations

import errno
from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import DataError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_POST

from community.urls import handler400, handler403, handler404, handler429, handler500, urlpatterns
from core.ratelimit import RateLimited

__all__ = ["handler400", "handler403", "handler404", "handler429", "handler500", "urlpatterns"]

ERRORS: dict[str, Exception] = {
    "bug": ZeroDivisionError("by zero"),
    "gone": Http404(),
    "forbidden": PermissionDenied(),
    "odd": SuspiciousOperation(),
    "locked": OperationalError("database is locked"),
    "away": InterfaceError("connection already closed"),
    "table": OperationalError("no such table: posts_post"),
    "full": OSError(errno.ENOSPC, "No space left on device"),
    "sqlite-full": OperationalError("database or disk is full"),
    "nul": ValueError("A string literal cannot contain NUL (0x00) characters."),
    "nul-data": DataError("PostgreSQL text fields cannot contain NUL (0x00) bytes"),
    "surrogate": UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates not allowed"),
    "fast": RateLimited("post", 90),
}


def raising(error: Exception) -> Callable[..., HttpResponse]:
    """A view that fails in this way."""

    def view(request: HttpRequest, *args: Any) -> HttpResponse:
        raise error

    return view


@require_POST
def echo(request: HttpRequest) -> HttpResponse:
    """Says what was sent."""
    return HttpResponse(request.POST.get("text", ""))


urlpatterns = [
    *(path(f"fail/{name}", raising(error)) for name, error in ERRORS.items()),
    path("echo", echo),
    *urlpatterns,
]
