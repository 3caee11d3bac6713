"""The description of the API as a page to read."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

METHODS = ("head", "get", "post", "put", "patch", "delete")


@require_safe
def reference(request: HttpRequest) -> HttpResponse:
    """Show every endpoint, gathered by what it is about."""
    return render(request, "api/reference.html", {"chapters": chapters()})


@cache
def chapters() -> list[tuple[str, list[dict[str, Any]]]]:
    """Return (name, operations) for each part of the API, as the page shows them."""
    from api.schema import document  # as in api/views/description.py

    made = document()
    schemas = made["components"]["schemas"]
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for path, methods in made["paths"].items():
        for method in METHODS:
            if method in methods and not (method == "patch" and "put" in methods):  # the same under another name
                operation = methods[method]
                found[operation["tags"][0]].append(_entry(path, method, operation, schemas))
    return sorted(found.items())


def _entry(path: str, method: str, operation: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    about, _, who = operation["description"].rpartition("\n\n")
    return {
        "id": operation["operationId"],
        "method": method.upper(),
        "path": path,
        "about": about.replace("``", ""),
        "who": who.replace("`", ""),
        "parameters": _parameters(operation, schemas),
        "gives": _gives(operation),
    }


def _parameters(operation: dict[str, Any], schemas: dict[str, Any]) -> list[tuple[str, str, str, bool]]:
    """Return (name, type, help, whether it is needed) for what may be given."""
    rows = [
        (row["name"], _type(row["schema"]), row.get("description", ""), row.get("required", False))
        for row in operation.get("parameters", [])
        if row["in"] != "path"
    ]
    bodies: dict[str, Any] = operation.get("requestBody", {}).get("content", {})
    body = bodies.get("application/json", {}).get("schema", {})
    fields: dict[str, Any] = schemas.get(body.get("$ref", "").rpartition("/")[2], {})
    for name, field in fields.get("properties", {}).items():
        rows.append((name, _type(field), field.get("description", ""), name in fields.get("required", [])))
    return rows


def _gives(operation: dict[str, Any]) -> str:
    status, answer = next(iter(operation["responses"].items()))  # what is refused comes after
    if "content" in answer:
        return _type(next(iter(answer["content"].values()))["schema"])
    return "WebSocket" if status == "101" else ", ".join(answer.get("headers", ())) or "nothing"


def _type(schema: dict[str, Any]) -> str:
    """Return a type in a word or two."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "allOf" in schema or "anyOf" in schema or "oneOf" in schema:
        parts = schema.get("allOf") or schema.get("anyOf") or schema["oneOf"]
        return " or ".join(_type(part) for part in parts)
    if schema.get("type") == "array":
        return f"list of {_type(schema['items'])}"
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    return str(schema.get("type", "any"))
