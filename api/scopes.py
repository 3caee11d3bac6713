"""What an app may be allowed to do: a scope, a colon, and what of; the part before the colon covers all of it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

READ = [
    "accounts",
    "blocks",
    "bookmarks",
    "collections",
    "favourites",
    "filters",
    "follows",
    "lists",
    "mutes",
    "notifications",
    "search",
    "statuses",
]
WRITE = [
    "accounts",
    "blocks",
    "bookmarks",
    "collections",
    "conversations",
    "favourites",
    "filters",
    "follows",
    "lists",
    "media",
    "mutes",
    "notifications",
    "reports",
    "statuses",
]
ADMIN = ["accounts", "reports", "domain_allows", "domain_blocks", "ip_blocks", "email_domain_blocks"]
ADMIN += ["canonical_email_blocks"]

SCOPES = [
    "profile", "read", *(f"read:{name}" for name in READ), "write", *(f"write:{name}" for name in WRITE), "follow",
    "push", "admin:read", *(f"admin:read:{name}" for name in ADMIN),
    "admin:write", *(f"admin:write:{name}" for name in ADMIN),
]  # fmt: skip
FOLLOW = frozenset(f"{verb}:{name}" for verb in ("read", "write") for name in ("blocks", "follows", "mutes"))


@lru_cache(maxsize=1024)
def spread(granted: frozenset[str]) -> frozenset[str]:
    """Return every scope that the granted ones cover, themselves included; unknown ones cover nothing."""
    return frozenset(scope for scope in SCOPES if any(_covers(one, scope) for one in granted))


def allows(granted: frozenset[str], needed: Iterable[str]) -> bool:
    """Whether one of the ``needed`` scopes is granted, by itself or by one that covers it."""
    covered = spread(granted)
    return any(scope in covered for scope in needed)


def _covers(granted: str, scope: str) -> bool:
    return granted == scope or scope.startswith(f"{granted}:") or (granted == "follow" and scope in FOLLOW)
