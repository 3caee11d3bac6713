"""What the published description says of addresses that are no endpoints: OAuth's own, the streams, files in parts.

They are answered by other code (oauthlib, the socket server, tus), so each is described beside that code and added
here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class Described:
    """One method of one address. ``takes`` and ``answers`` are types as endpoints declare them."""

    method: str
    path: str
    tag: str
    about: str
    who: str
    """Who may ask, as a sentence."""
    takes: Any
    """A TypedDict of the parameters: in the query string where there is no body, in the body otherwise."""
    answers: Mapping[int, Any]
    """The type of each answer but refusals; ``None`` for one without a body."""
    refusals: tuple[int, ...]
    security: tuple[Mapping[str, list[str]], ...] = ()
    media_type: str = "application/json"
    headers: Any = None
    """A TypedDict of what a request says in its headers."""
    answered: Any = None
    """The same of what an answer that is no refusal says in them."""
    body: str = ""
    """The type of a body that is no parameters but bytes; ``takes`` is None then."""


DESCRIBED: Final[list[Described]] = []
