"""Where apps get tokens and give them back. No cookie means anything here, so no form of another site can do harm."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from oauthlib.oauth2 import OAuth2Error
from oauthlib.oauth2.rfc6749.errors import InvalidRequestError

from api import limits
from api.answers import json_response
from api.errors import TOO_MANY
from api.oauth.parameters import read_pairs
from api.oauth.server import DESCRIPTIONS, core
from core.ratelimit import RateLimited

Answer = tuple[Any, dict[str, str], str, int]


@csrf_exempt
def token(request: HttpRequest) -> HttpResponse:
    """Give out a token for a code, for an app alone, or (where the site allows it) for name and password."""
    return _answer(request, core().create_token_response)


@csrf_exempt
def revoke(request: HttpRequest) -> HttpResponse:
    """Take a token back; what is no token any more needs nothing done."""
    return _answer(request, core().create_revocation_response)


def _answer(request: HttpRequest, work: Callable[[HttpRequest], Answer]) -> HttpResponse:
    """Read, count, let oauthlib answer, and say it as clients expect; a refusal leaves nothing behind."""
    try:
        if request.method != "POST":
            raise InvalidRequestError(description="Only POST is possible here.", status_code=405)
        limits.count_for(request, limits.address_key(request), "api", "api-token")
        request.oauth = read_pairs(request)  # type: ignore[attr-defined]
        with transaction.atomic():
            _uri, headers, body, status = work(request)
            transaction.set_rollback(status != 200)
        response = json_response(_said(body), status)
        if status == 401:
            response.headers["WWW-Authenticate"] = headers.get("WWW-Authenticate", 'Basic realm="Polylog"')
    except OAuth2Error as error:
        response = json_response(_said(error.json), error.status_code)
    except RateLimited as error:
        response = json_response({"error": TOO_MANY, "error_description": TOO_MANY}, 429)
        response.headers["Retry-After"] = str(error.retry_after)
    response.headers["Cache-Control"] = "no-store"
    limits.tell(request, response)
    return response


def _said(body: str) -> dict[str, Any]:
    """Return the answer with a sentence beside each error: clients show it to people."""
    said: dict[str, Any] = orjson.loads(body) if body else {}
    if "error" in said and not said.get("error_description"):
        said["error_description"] = DESCRIPTIONS.get(said["error"], said["error"])
    return said
