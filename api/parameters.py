"""One space of parameters: query string, form, multipart and JSON mean the same, for every method.

Brackets in names nest as in Rack, which the clients of this dialect were written against:
``a[]=1&a[]=2`` is a list, ``a[b]=1`` a dictionary, ``a[][b]=1&a[][c]=2&a[][b]=3`` a list of two dictionaries, and
``a[0][b]=1`` a dictionary keyed by numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from operator import itemgetter
from typing import Any
from urllib.parse import parse_qsl

import orjson
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser
from rest_framework.request import Request

from core.http import require_one

DEPTH = 8
PAIRS = 2000
_name = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")
_bracket = re.compile(r"\[([^\[\]]*)\]")

Tree = dict[str, Any]


class Pairs(list[tuple[str, Any]]):
    """A form as it came: the order tells which values belong together."""


class PairsParser(BaseParser):  # type: ignore[misc]
    """Reads ``application/x-www-form-urlencoded``; Django's QueryDict would lose the order."""

    media_type = "application/x-www-form-urlencoded"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Pairs:
        """Return the pairs."""
        return read_pairs(stream.read().decode("utf-8", "replace"))


class JsonParser(BaseParser):  # type: ignore[misc]
    """Reads ``application/json``, which is UTF-8 whatever else is said (RFC 8259), and nothing nested without end."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        """Return what it says; ParseError for what is no JSON."""
        body = stream.read()
        try:
            return orjson.loads(body) if body.strip() else {}
        except orjson.JSONDecodeError:
            raise ParseError("The body is no JSON.") from None


def read_pairs(text: str) -> Pairs:
    """Return the pairs of a query string or a form."""
    try:
        return Pairs(parse_qsl(text, keep_blank_values=True, max_num_fields=PAIRS))
    except ValueError:
        raise ParseError("There are too many parameters.") from None


def read_parameters(request: Request) -> Tree:
    """Return all parameters of a request as one tree; what the body says wins over the address.

    ``null`` is absent, as some clients write every field they know. Raises ParseError for a body that is no object,
    and for names that nest too deep or contradict each other.
    """
    query = request.META.get("QUERY_STRING")
    tree = nest(read_pairs(query)) if query else {}
    data = request.data
    if isinstance(data, Pairs):
        tree |= nest(data)
    elif isinstance(data, QueryDict):
        tree |= nest(by_turns(data))
    elif isinstance(data, Mapping):
        tree |= without_nulls(data)
    elif data:
        raise ParseError("The body must be a JSON object.")
    return tree


def by_turns(form: QueryDict) -> Pairs:
    """Return a multipart form, which has lost its order, as if each name had come once before any came again.

    ValidationError for two files under a name that is for one.
    """
    for name, values in form.lists():
        if not name.endswith("[]"):
            require_one([value for value in values if isinstance(value, UploadedFile)])
    turns = [(turn, name, value) for name, values in form.lists() for turn, value in enumerate(values)]
    return Pairs((name, value) for _turn, name, value in sorted(turns, key=itemgetter(0)))


def nest(pairs: Iterable[tuple[str, Any]]) -> Tree:
    """Return pairs of (name with brackets, value) as a tree."""
    tree: Tree = {}
    for name, value in pairs:
        found = _name.fullmatch(name)
        path = [found[1], *_bracket.findall(found[2])] if found else [name]
        if len(path) > DEPTH:
            raise ParseError("These parameters are nested too deeply.")
        _put(tree, path, value)
    return tree


def without_nulls(value: Any, depth: int = DEPTH) -> Any:
    """Return the same without any ``null`` in dictionaries, and names with ``[]`` at the end (``id[]``) without it.

    Raises ParseError for what nests deeper than ``depth``.
    """
    if depth < 0:
        raise ParseError("These parameters are nested too deeply.")
    if isinstance(value, Mapping):
        return {
            str(name).removesuffix("[]"): without_nulls(inner, depth - 1)
            for name, inner in value.items()
            if inner is not None
        }
    return [without_nulls(inner, depth - 1) for inner in value] if isinstance(value, list) else value


def as_list(value: Any) -> list[Any]:
    """Return what is documented as a list: a single value is a list of one, a dictionary by number its values."""
    if isinstance(value, Mapping):
        return [value[key] for key in sorted(value, key=lambda key: (len(key), key))]
    return list(value) if isinstance(value, list) else [value]


def _put(tree: Tree, path: list[str], value: Any) -> None:
    head, *rest = path
    if not rest:
        tree[head] = value
    elif rest[0] == "":
        _append(_inner(tree, head, list), rest[1:], value)
    else:
        _put(_inner(tree, head, dict), rest, value)


def _append(items: list[Any], rest: list[str], value: Any) -> None:
    """Add to a list; a dictionary in it is complete when one of its names comes again."""
    if not rest:
        items.append(value)
        return
    if not items or not isinstance(items[-1], dict) or _has(items[-1], rest):
        items.append({})
    _put(items[-1], rest, value)


def _has(item: Tree, path: list[str]) -> bool:
    """Whether a dictionary already has this very name; a list below it takes more."""
    inner: Any = item
    for name in path:
        if name == "":
            return False
        if not isinstance(inner, dict) or name not in inner:
            return False
        inner = inner[name]
    return True


def _inner(tree: Tree, name: str, kind: type[Any]) -> Any:
    inner = tree.setdefault(name, kind())
    if not isinstance(inner, kind):
        raise ParseError(f"The parameter {name} is given in two ways that contradict each other.")
    return inner
