"""The description of the API itself."""

from __future__ import annotations

from typing import Any

from api.endpoint import PUBLIC, Call, endpoint


@endpoint("GET", "api/openapi.json", who=PUBLIC, gives=dict[str, Any])
def show(call: Call) -> dict[str, Any]:
    """All of this as an OpenAPI 3.1 document."""
    from api.schema import document  # brings a large package along, which few processes ever need

    return document()
