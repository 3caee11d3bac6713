"""The addresses of the API, made of what api/views declares."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

from django.urls import URLPattern, URLResolver, include, path
from rest_framework.request import Request

from api import pages, uploads, views  # noqa: F401  (views declare the endpoints)
from api.endpoint import ENDPOINTS, Endpoint, EndpointView, run
from api.oauth import urls as oauth

app_name = "api"


def patterns() -> list[URLPattern | URLResolver]:
    """Return one pattern for each path, whatever its methods, gathered under what their beginnings have in common.

    A request then looks at a few of them instead of at two hundred.
    """
    by_path: dict[str, dict[str, Endpoint]] = defaultdict(dict)
    for declared in ENDPOINTS:
        by_path[declared.path][declared.method] = declared
    # What is written out comes before what takes any word: "notifications/policy" is no group of that name.
    ordered = sorted(by_path, key=lambda at: [segment.startswith("<") for segment in at.split("/")])
    below: dict[str, list[URLPattern]] = defaultdict(list)
    for at in ordered:
        start, rest = _parted(at)
        below[start].append(path(rest, view_of(at, by_path[at]).as_view(), name=name_of(at)))
    largest_first = sorted(below.items(), key=lambda item: -len(item[1]))  # which are those that are asked most
    return [path(start, include(found)) for start, found in largest_first]


def _parted(at: str) -> tuple[str, str]:
    """Part ``api/v1/statuses/<id:pk>/context`` into ``api/v1/statuses/`` and the rest; short ones have no rest."""
    segments = at.split("/")
    return ("/".join(segments[:3]) + "/", "/".join(segments[3:])) if len(segments) > 3 else (at, "")


def view_of(at: str, methods: dict[str, Endpoint]) -> type[EndpointView]:
    """Return the view class of one path."""

    def method(self: EndpointView, request: Request, *args: Any, **kwargs: Any) -> Any:
        return run(self, request, **kwargs)

    handlers: dict[str, Any] = {name.lower(): method for name in methods}
    return type(name_of(at), (EndpointView,), {"endpoints": methods, **handlers})


def name_of(at: str) -> str:
    """Return the name of an address: ``api/v1/statuses/<id:pk>/context`` is ``v1_statuses_pk_context``."""
    plain = re.sub(r"<(?:\w+:)?(\w+)>", r"\1", at.removeprefix("api/").lstrip("."))
    return re.sub(r"\W+", "_", plain)


reading = path("docs/api", pages.reference, name="reference")
urlpatterns = [*patterns(), reading, *oauth.urlpatterns, *uploads.urlpatterns]
