"""What every request meets first: a mark for the logs, the security headers, and a door closed to broken text."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

from django.http import HttpRequest, HttpResponse

from community import errors
from community.logs import request_id

GetResponse = Callable[[HttpRequest], HttpResponse]

# What SecurityMiddleware does not know of. A view may set its own: a public picture, say, may be shown elsewhere.
HEADERS = {
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
    "X-Permitted-Cross-Domain-Policies": "none",
}


class RequestMiddleware:
    """Marks the request for the logs and adds the headers; the outermost middleware."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer under a fresh mark."""
        token = request_id.set(uuid4().hex)
        try:
            response = self.get_response(request)
            response.headers["X-Request-Id"] = request_id.get()
        finally:
            request_id.reset(token)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response


class RefusalMiddleware:
    """Answers where no view should be asked: bodies the front did not take in, and text no database can hold."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Refuse, or pass on."""
        refused: int | None = request.META.get("polylog.refused")
        if refused is None and _is_broken(request.path, request.META.get("QUERY_STRING", "")):
            refused = 400
        if refused is not None:
            return errors.refused(request, refused)
        response = self.get_response(request)
        return errors.refused_method(request, response) if response.status_code == 405 else response


def _is_broken(path: str, query: str) -> bool:
    """Whether there are NUL bytes in the address, in any spelling."""
    return "\0" in path or "%00" in query or "\0" in query
