"""How moments, addresses and texts are written in this dialect."""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache
from urllib.parse import urlsplit

from django.conf import settings

from core.ids import moment_of

_here = re.compile(r'href="(/[^"]*)"')
_mention = re.compile(r'<a class="mention" href="(/@[a-z0-9_]+)">@([^<]*)</a>')
_tag = re.compile(r'<a class="tag" href="(/tags/[^"]+)">#([^<]*)</a>')


def stamp(moment: datetime) -> str:
    """Return a moment with exactly three digits after the second; one client takes any other number as now."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


def stamp_of(pk: int) -> str:
    """Return when an id was made."""
    return stamp(moment_of(pk))


def stamp_or_none(moment: datetime | None) -> str | None:
    """Return the same for a moment there may not be."""
    return None if moment is None else stamp(moment)


def own_host() -> str:
    """Return the host of this site, with its port where it is not the usual one."""
    return urlsplit(settings.SITE_URL).netloc


def address(path: str) -> str:
    """Return the absolute address of a path of this site."""
    return path if path.startswith("http") else f"{settings.SITE_URL}{path}"


@lru_cache(maxsize=4096)
def outward(html: str) -> str:
    """Return the HTML of a text as clients expect it: absolute addresses, mentions and tags in their known shape.

    A mention's address equals that in ``mentions`` byte for byte: one client finds people by it.
    """
    base = settings.SITE_URL
    html = _mention.sub(
        rf'<span class="h-card"><a href="{base}\1" class="u-url mention">@<span>\2</span></a></span>', html
    )
    html = _tag.sub(rf'<a href="{base}\1" class="mention hashtag" rel="tag">#<span>\2</span></a>', html)
    return _here.sub(rf'href="{base}\1"', html)
