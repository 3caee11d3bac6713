"""What programs read when something is refused: always ``{"error": "…"}``, whatever went wrong and wherever."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import (
    ObjectDoesNotExist,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
    ValidationError,
)
from django.http import Http404, HttpResponse
from rest_framework import exceptions

from api.answers import json_response
from core.ratelimit import RateLimited

NOT_FOUND = "Record not found"
NOT_ALLOWED = "This action is not allowed"
UNCONFIRMED = "Your login is missing a confirmed e-mail address"
PENDING = "Your login is currently pending approval"
DISABLED = "Your login is currently disabled"
BAD_TOKEN = "The access token is invalid"  # noqa: S105  (a sentence)
NEEDS_PERSON = "This method requires an authenticated user"
OUTSIDE_SCOPES = "This action is outside the authorized scopes"
TOO_MANY = "Too many requests"
TOO_MUCH = "That is more than may be sent at once"
UNREADABLE = "This request cannot be read"


class Refused(Exception):
    """An answer other than success; ``more`` are further keys beside ``error``."""

    def __init__(self, status: int, error: str, **more: Any) -> None:
        super().__init__(error)
        self.status, self.error, self.more = status, error, more


def handle(error: Exception, context: object = None) -> HttpResponse | None:
    """Return the answer to an exception; None for a fault of ours, which goes on to the site's own handling."""
    refused = refusal_of(error)
    if refused is None:
        return None
    response = refuse(refused.status, refused.error, **refused.more)
    if refused.status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="Polylog", error="invalid_token"'
    if isinstance(error, RateLimited):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def refuse(status: int, error: str, **more: Any) -> HttpResponse:
    """Return a refusal."""
    return json_response({"error": error, **more}, status)


def refusal_of(error: Exception) -> Refused | None:
    """Return what to say about an exception; None when it is no refusal but a fault."""
    return next((say(error) for kind, say in _REFUSALS.items() if isinstance(error, kind)), None)


def _of_parameters(error: exceptions.ValidationError) -> Refused:
    """Say which parameter is missing (400) or cannot be what it is (422)."""
    named = error.detail if isinstance(error.detail, dict) else {"": error.detail}
    missing = [name for name, details in named.items() if "required" in _codes(details)]
    if missing:
        return Refused(400, f"param is missing or the value is empty: {', '.join(missing)}")
    return Refused(422, "Validation failed: " + " ".join(f"{name}: {_words(said)}" for name, said in named.items()))


def _codes(details: Any) -> set[str]:
    return {detail.code for detail in details if hasattr(detail, "code")} if isinstance(details, list) else set()


def _words(detail: Any) -> str:
    if isinstance(detail, dict):
        return " ".join(_words(inner) for inner in detail.values())
    return " ".join(_words(inner) for inner in detail) if isinstance(detail, list) else str(detail)


# The first that fits is said.
_REFUSALS: dict[type[Exception], Callable[[Any], Refused]] = {
    Refused: lambda refused: refused,
    Http404: lambda error: Refused(404, NOT_FOUND),
    ObjectDoesNotExist: lambda error: Refused(404, NOT_FOUND),
    PermissionDenied: lambda error: Refused(403, NOT_ALLOWED),
    ValidationError: lambda error: Refused(422, f"Validation failed: {' '.join(error.messages)}"),
    RateLimited: lambda error: Refused(429, TOO_MANY),
    RequestDataTooBig: lambda error: Refused(413, TOO_MUCH),
    TooManyFieldsSent: lambda error: Refused(413, TOO_MUCH),
    TooManyFilesSent: lambda error: Refused(413, TOO_MUCH),
    SuspiciousOperation: lambda error: Refused(400, UNREADABLE),
    exceptions.ValidationError: _of_parameters,
    exceptions.APIException: lambda error: Refused(error.status_code, _words(error.detail)),
}
