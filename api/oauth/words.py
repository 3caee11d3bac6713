"""What an app may do, in plain words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from api.scopes import FOLLOW, SCOPES, allows, spread

Words = str | Promise

READS: Final[dict[str, Words]] = {
    "read": _("Read everything that you can read here: feeds, posts meant for you alone, notifications, settings"),
    "read:accounts": _("See people and your own profile and settings"),
    "read:blocks": _("See whom you have blocked"),
    "read:bookmarks": _("See what you have bookmarked"),
    "read:collections": _("See your collections"),
    "read:favourites": _("See what you like"),
    "read:filters": _("See your filters"),
    "read:follows": _("See whom you follow and who asks to follow you"),
    "read:lists": _("See your lists"),
    "read:mutes": _("See whom you have muted"),
    "read:notifications": _("Read your notifications"),
    "read:search": _("Search for you"),
    "read:statuses": _("Read all posts that you can read, also those meant for you alone"),
}
WRITES: Final[dict[str, Words]] = {
    "write": _("Act in your name: write, change and delete posts, like, share, follow, and change your profile"),
    "write:accounts": _("Change your profile"),
    "write:blocks": _("Block people and lift blocks"),
    "write:bookmarks": _("Add and remove bookmarks"),
    "write:collections": _("Change your collections"),
    "write:conversations": _("Mute and tidy away conversations"),
    "write:favourites": _("Like posts and take likes back"),
    "write:filters": _("Change your filters"),
    "write:follows": _("Follow people and answer those who ask to follow you"),
    "write:lists": _("Change your lists"),
    "write:media": _("Upload pictures, films and sounds"),
    "write:mutes": _("Mute people and conversations"),
    "write:notifications": _("Dismiss notifications"),
    "write:reports": _("Report posts and people in your name"),
    "write:statuses": _("Write, change and delete posts in your name"),
    "follow": _("Follow, mute and block people in your name"),
}
OTHERS: Final[dict[str, Words]] = {
    "profile": _("See your name and your picture"),
    "push": _("Send notifications to your device"),
}
MODERATES: Final[dict[str, Words]] = {
    "admin:read": _("See all that moderators see"),
    "admin:write": _("Do all that moderators do"),
    "admin:read:accounts": _("See what moderators see of people: addresses, notes, measures"),
    "admin:write:accounts": _("Approve, limit and suspend people"),
    "admin:read:reports": _("Read reports"),
    "admin:write:reports": _("Decide on reports"),
    "admin:read:domain_allows": _("See which other sites are allowed"),
    "admin:write:domain_allows": _("Allow other sites"),
    "admin:read:domain_blocks": _("See which other sites are blocked"),
    "admin:write:domain_blocks": _("Block other sites"),
    "admin:read:ip_blocks": _("See which addresses of the network are blocked"),
    "admin:write:ip_blocks": _("Block addresses of the network"),
    "admin:read:email_domain_blocks": _("See which mail services are blocked"),
    "admin:write:email_domain_blocks": _("Block mail services"),
    "admin:read:canonical_email_blocks": _("See which mail addresses are blocked"),
    "admin:write:canonical_email_blocks": _("Block mail addresses"),
}
SENTENCES: Final = READS | WRITES | OTHERS | MODERATES


@dataclass(frozen=True, slots=True)
class Sentence:
    """One thing an app may do, and the picture beside it."""

    words: Words
    icon: str


def sentences_of(scopes: Iterable[str]) -> list[Sentence]:
    """Return what the scopes allow, in the order of the list of scopes; what another one covers is not said twice."""
    granted = frozenset(scopes)
    return [Sentence(SENTENCES[scope], _icon(scope)) for scope in SCOPES if scope in granted and _adds(scope, granted)]


def _adds(scope: str, granted: frozenset[str]) -> bool:
    others = granted - {scope}
    if scope == "follow":
        return not spread(others) >= FOLLOW
    return not allows(others, [scope])


def _icon(scope: str) -> str:
    if scope in MODERATES:
        return "shield"
    return "bell" if scope == "push" else "eye" if scope in READS or scope == "profile" else "pen"
