"""The parameters of a request to OAuth: query, form and JSON are one flat list, as for the rest of the API."""

from __future__ import annotations

from typing import Any, Final

import orjson
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParserError
from oauthlib.oauth2.rfc6749.errors import InvalidRequestError

MAX_LENGTH: Final = 8000
Pairs = list[tuple[str, str]]


def read_pairs(request: HttpRequest) -> Pairs:
    """Return names and values; the body wins over the address, and what is empty is absent.

    Raises InvalidRequestError for what cannot be read.
    """
    in_address = _listed(request.GET.lists())
    in_body = _of_json(request.body) if _is_json(request) else _of_form(request)
    named = {name for name, _value in in_body}
    pairs = [pair for pair in in_address if pair[0] not in named] + in_body
    for name, value in pairs:
        if len(value) > MAX_LENGTH or not _is_text(name) or not _is_text(value):
            raise InvalidRequestError(description="A parameter is too long, or holds what is no text.")
    return [pair for pair in pairs if pair[1]]


def _is_json(request: HttpRequest) -> bool:
    return (request.content_type or "").lower() == "application/json"


def _of_form(request: HttpRequest) -> Pairs:
    try:
        return _listed(request.POST.lists())
    except MultiPartParserError as error:
        raise InvalidRequestError(description="The body cannot be read.") from error


def _of_json(body: bytes) -> Pairs:
    """Return the members of an object; ``null`` is absent, and a list (of scopes) is its parts with blanks between."""
    try:
        found = orjson.loads(body) if body.strip() else {}
    except orjson.JSONDecodeError as error:
        raise InvalidRequestError(description="The body is no JSON.") from error
    if not isinstance(found, dict):
        raise InvalidRequestError(description="The body must be a JSON object.")
    return [(name, _written(value)) for name, value in found.items() if value is not None]


def _written(value: Any) -> str:
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case int() | float():
            return str(value)
        case list() if all(isinstance(part, str) for part in value):
            return " ".join(value)
    raise InvalidRequestError(description="A parameter must be a text.")


def _listed(lists: Any) -> Pairs:
    return [(name, value) for name, values in lists for value in values]


def _is_text(text: str) -> bool:
    """Whether a database can hold it: no NUL, no half of a pair of surrogates."""
    return "\0" not in text and not any("\ud800" <= char <= "\udfff" for char in text)
