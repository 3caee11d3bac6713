"""Whether decoded JSON is of a declared type: the same types that the published description is made of."""

from __future__ import annotations

import types
from typing import Any, Literal, NotRequired, Required, Union, get_args, get_origin, get_type_hints, is_typeddict


def misfits(value: Any, kind: Any, at: str = "") -> list[str]:
    """Return where ``value`` is not of the type ``kind``; nothing for a fit."""
    origin = get_origin(kind)
    if kind is Any or isinstance(kind, str):
        return []
    if origin in {NotRequired, Required}:
        return misfits(value, get_args(kind)[0], at)
    if origin in {Union, types.UnionType}:
        found = [misfits(value, one, at) for one in get_args(kind)]
        return [] if any(not one for one in found) else min(found, key=len)
    if origin is Literal:
        return [] if value in get_args(kind) else [f"{at}: {value!r} is none of {get_args(kind)}"]
    if is_typeddict(kind):
        return _of_fields(value, kind, at)
    if origin in {list, dict}:
        return _of_items(value, kind, origin, at)
    if kind is None or kind is type(None):
        return [] if value is None else [f"{at}: {value!r} is not null"]
    if kind is dict:
        return [] if isinstance(value, dict) else [f"{at}: {value!r} is no object"]
    fits = type(value) is kind or (kind is float and type(value) is int)
    return [] if fits else [f"{at}: {value!r} is no {kind.__name__}"]


def _of_fields(value: Any, kind: Any, at: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{at}: {value!r} is no object"]
    hints = get_type_hints(kind, include_extras=True)
    needed = {name for name, hint in hints.items() if get_origin(hint) is not NotRequired}
    found = [f"{at}.{name}: is missing" for name in needed - value.keys()]
    found += [f"{at}.{name}: is not declared" for name in value.keys() - hints.keys()]
    for name in hints.keys() & value.keys():
        found += misfits(value[name], hints[name], f"{at}.{name}")
    return found


def _of_items(value: Any, kind: Any, origin: Any, at: str) -> list[str]:
    if not isinstance(value, origin):
        return [f"{at}: {value!r} is no {origin.__name__}"]
    inner = get_args(kind)[-1]
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    return [misfit for key, one in pairs for misfit in misfits(one, inner, f"{at}[{key}]")]
