"""Who lives in the demo and what they say, as the TOML files have it."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
FILES = HERE / "files"


@dataclass(frozen=True)
class Resident:
    """Somebody who lives in the demo."""

    name: str
    shown: str
    bio: str
    language: str = "en"
    role: str = "member"
    face: str = ""
    header: str = ""
    locked: bool = False
    fields: list[list[str]] = field(default_factory=list)


@dataclass(frozen=True)
class Said:
    """A post or, with ``to``, a comment; ``hours`` is how long ago, for posts."""

    by: str
    text: str
    id: str = ""
    to: str = ""
    hours: float = 0
    lang: str = "en"
    likes: int = 0
    shares: list[str] = field(default_factory=list)
    files: list[list[str]] = field(default_factory=list)
    quote: str = ""
    spoiler: str = ""
    sensitive: bool = False
    visibility: str = "public"
    edit: str = ""


@dataclass(frozen=True)
class Story:
    """All of it."""

    people: list[Resident]
    follows: dict[str, list[str]]
    asks: dict[str, list[str]]
    posts: list[Said]
    comments: list[Said]


def read_story() -> Story:
    """Return what the files say, posts in the order in which they were written."""
    people = _load("people")
    posts = [Said(**entry) for entry in _load("posts")["post"]]
    return Story(
        people=[Resident(**entry) for entry in people["person"]],
        follows=people["follows"],
        asks=people["asks"],
        posts=sorted(posts, key=lambda post: -post.hours),
        comments=[Said(**entry) for entry in _load("talk")["comment"]],
    )


def _load(name: str) -> dict[str, Any]:
    return tomllib.loads((HERE / f"{name}.toml").read_text(encoding="utf-8"))
