"""The published contract of the client API as JSON schemas, and where an answer breaks it.

``entities.txt`` and ``endpoints.txt`` were written down from the reference and from what clients refuse to read; they
know nothing of our own types, so that both can be held against each other.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
from django.http import HttpResponse

from api.answers import JSON

ALONE = {"/oauth/token", "/oauth/revoke", "/oauth/userinfo", "/.well-known/oauth-authorization-server", "/health"}
HERE = Path(__file__).parent
PLAIN: dict[str, dict[str, Any]] = {
    "id": {"type": "string", "pattern": "^[0-9]+$"},
    "digits": {"type": "string", "pattern": "^[0-9]+$"},
    "str": {"type": "string"},
    "blurhash": {"type": "string", "minLength": 6},
    "url": {"type": "string", "pattern": r"^(https?|wss?)://\S+$"},
    "int": {"type": "integer"},
    "number": {"type": "number"},
    "bool": {"type": "boolean"},
    "datetime": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$"},
    "date": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d$"},
    "hash": {"type": "object"},
    "null": {"type": "null"},
    "{}": {"type": "object", "maxProperties": 0},
    "-": {},
}
ERROR = {"type": "object", "properties": {"error": {"type": "string", "minLength": 1}}, "required": ["error"]}


@dataclass(frozen=True)
class Promised:
    """One endpoint of the contract."""

    tier: str
    method: str
    path: str
    who: str
    scopes: frozenset[str]
    answer: str


@cache
def endpoints() -> dict[tuple[str, str], Promised]:
    """All endpoints of the contract by method and path (``*`` stands for whatever an id is)."""
    rows = [line.split() for line in _lines("endpoints.txt")]
    return {
        (method, path): Promised(tier, method, path, who, frozenset(re.findall(r"[a-z_:]+", scopes)), answer)
        for tier, method, path, who, scopes, answer in rows
    }


def breaches(method: str, path: str, status: int, answer: Any) -> list[str]:
    """Return where a decoded answer is not what the contract promises of that address; nothing for a good one."""
    if status >= 400:
        return misfits("", answer)
    promised = promised_at("PUT" if method == "PATCH" else method, path)
    kinds = promised.answer.split("|") if promised else ["-"]
    return min((misfits(kind, answer) for kind in kinds), key=len)


def broken_by(response: HttpResponse) -> list[str]:
    """Return where an answer to a program breaks the contract; pages and empty answers promise nothing."""
    request: Any = response.wsgi_request  # type: ignore[attr-defined]
    path = request.path
    is_watched = path.startswith("/api/") or path.rstrip("/") in ALONE
    if not is_watched or request.method in {"OPTIONS", "HEAD"} or not response.content:
        return []
    if response.headers["Content-Type"] != JSON:
        return [f"{path}: is {response.headers['Content-Type']}"] if response.status_code >= 400 else []
    found = breaches(request.method, path, response.status_code, json.loads(response.content))
    return [f"{request.method} {path} {response.status_code}: {one}" for one in found]


@cache
def promised_at(method: str, path: str) -> Promised | None:
    """Return what the contract says of an address; what is written out goes before ``*``."""
    wanted = path.rstrip("/").split("/")
    found = [
        one
        for (named, at), one in endpoints().items()
        if method == ("PUT" if named == "PATCH" else named) and _is_at(at.split("/"), wanted)
    ]
    return min(found, key=lambda one: one.path.count("*"), default=None)


def misfits(kind: str, answer: Any) -> list[str]:
    """Return where a decoded answer is not of a type as the tables write it."""
    found = _compiled(kind).iter_errors(answer)
    return [f"{'.'.join(map(str, one.instance_path))}: {one.message[:200]}" for one in found]


@cache
def schemas() -> dict[str, dict[str, Any]]:
    """Every entity as a JSON schema."""
    made: dict[str, dict[str, Any]] = {}
    for line in _lines("entities.txt"):
        if not line.startswith(" "):
            name, _, base = line.partition(": ")
            made[name] = _copy(made[base]) if base else _object()
        else:
            _put(made[name], *line.split())
    return made


def schema_of(kind: str) -> dict[str, Any]:
    """Return the schema of a type as the tables write it; entities are references."""
    if listed := re.fullmatch(r"list\[(.+)\]", kind):
        return {"type": "array", "items": schema_of(listed[1])}
    if words := re.fullmatch(r"enum\((.+)\)", kind):
        return {"enum": words[1].split(",")}
    if "|" in kind:
        return {"anyOf": [schema_of(one) for one in kind.split("|")]}
    return PLAIN.get(kind, {"$ref": f"#/$defs/{kind}"})


def _is_at(pattern: list[str], wanted: list[str]) -> bool:
    return len(pattern) == len(wanted) and all(
        part in {"*", given} for part, given in zip(pattern, wanted, strict=True)
    )


@cache
def _compiled(kind: str) -> Any:
    schema = schema_of(kind) if kind else ERROR
    return jsonschema_rs.Draft202012Validator({**schema, "$defs": schemas()})


def _put(entity: dict[str, Any], path: str, kind: str, *flags: str) -> None:
    """Add an attribute to an entity, in the object within it that its path names."""
    *inner, name = path.split("/")
    for step in inner:
        entity = _within(entity["properties"][step.removesuffix("[]")], is_list=step.endswith("[]"))
    refused_by = "".join(set(flags) - {"null", "opt"})
    schema = schema_of(kind) if kind not in {"hash", "list[hash]"} else _nested(kind)
    may_be_null = "null" in flags and not refused_by
    entity["properties"][name] = {"anyOf": [schema, {"type": "null"}]} if may_be_null else schema
    if "opt" not in flags:
        entity["required"] = sorted({*entity["required"], name})


def _within(schema: dict[str, Any], *, is_list: bool) -> dict[str, Any]:
    inner: dict[str, Any] = schema["anyOf"][0] if "anyOf" in schema else schema
    return inner["items"] if is_list else inner


def _nested(kind: str) -> dict[str, Any]:
    return _object() if kind == "hash" else {"type": "array", "items": _object()}


def _object() -> dict[str, Any]:
    return {"type": "object", "properties": {}, "required": []}


def _copy(entity: dict[str, Any]) -> dict[str, Any]:
    return {**entity, "properties": dict(entity["properties"]), "required": list(entity["required"])}


def _lines(name: str) -> list[str]:
    return [line for line in (HERE / name).read_text().splitlines() if line.strip() and not line.startswith("#")]
