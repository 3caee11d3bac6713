"""A lane of its own for programs: API requests pass by what only pages need.

Sessions, cookies, forms and messages mean nothing to the API, so none of that is run for it. That is quicker, and it is
a wall: without cookies there is nothing that another site could make a browser do here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.handlers.base import BaseHandler
from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404
from django.utils import translation

from api.errors import NOT_FOUND, refuse

GetResponse = Callable[[HttpRequest], HttpResponse]

FOLDERS = ("/api/", "/.well-known/", "/nodeinfo/")
ALONE = {"/oauth/userinfo", "/oauth/userinfo/", "/health"}
REFUSALS = {
    400: "This request cannot be read",
    404: NOT_FOUND,
    413: "The file is too large",
    507: "There is no space left on this site",
}


class ApiLaneMiddleware:
    """Answers what programs ask by itself; everything else goes on to the middleware of pages."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.answer = convert_exception_to_response(_View())

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, or pass on."""
        if not (request.path_info.startswith(FOLDERS) or request.path_info in ALONE):
            return self.get_response(request)
        request.urlconf = "community.api_urls"
        request.is_api = True  # type: ignore[attr-defined]  # community/errors.py answers in JSON then
        refused: int | None = request.META.get("polylog.refused")
        if refused is not None:
            return refuse(refused, REFUSALS[refused])
        with translation.override(translation.get_language_from_request(request)):
            answered: Any = self.answer(request)
        response: HttpResponse = answered
        return response


class _View(BaseHandler):
    """Resolves the address and calls the view as Django does at the end of its middleware, with none in between."""

    def __init__(self) -> None:
        self._view_middleware: list[Any] = []
        self._template_response_middleware: list[Any] = []
        self._exception_middleware: list[Any] = []

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; an address may end with a slash, and is never redirected: that would turn a POST into a GET."""
        request.path_info = request.path_info.rstrip("/")
        if "\0" in request.path_info:
            return refuse(400, REFUSALS[400])
        try:
            return self._get_response(request)  # type: ignore[no-any-return, attr-defined]
        except Resolver404:
            return refuse(404, NOT_FOUND)
        except UnicodeDecodeError:
            return refuse(400, REFUSALS[400])
