"""What endpoints give back, and how it becomes bytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from django.http import HttpResponse

JSON = "application/json; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Reply:
    """Data under a status or headers other than the usual ones."""

    data: Any
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Paged:
    """A page of a longer list: ``older`` is the next page's ``max_id``, ``newer`` the ``min_id`` of the one before."""

    items: Sequence[Any]
    older: int | None = None
    newer: int | None = None


def json_response(data: Any, status: int = 200) -> HttpResponse:
    """Return data as JSON, in UTF-8."""
    return HttpResponse(orjson.dumps(data), content_type=JSON, status=status)
