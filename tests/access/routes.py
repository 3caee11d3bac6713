"""Every address of the site, taken from the URL resolver, with all that can be put into it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver

from tests.access.table import ELSEWHERE

_hole = re.compile(r"<(?:[a-z]+:)?([a-z_]+)>")


@dataclass(frozen=True)
class Route:
    """An address with holes: ``posts/<id:pk>``; ``name`` as ``reverse`` knows it."""

    name: str
    pattern: str
    holes: tuple[str, ...]


def all_routes() -> list[Route]:
    """Return every route of the site, without those that are tested elsewhere."""
    return [route for route in _walk(get_resolver(), "", "") if not route.pattern.startswith(ELSEWHERE)]


def _walk(resolver: URLResolver, prefix: str, space: str) -> Iterator[Route]:
    for entry in resolver.url_patterns:
        pattern = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            name = f"{space}:{entry.name}" if space and entry.name else entry.name or pattern
            yield Route(name, pattern, tuple(_hole.findall(pattern)))
        else:
            yield from _walk(entry, pattern, entry.namespace or space)
