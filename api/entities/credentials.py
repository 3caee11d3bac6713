"""The asking person, as only they may see themselves."""

from __future__ import annotations

from typing import Literal, TypedDict, cast

from accounts.models import FollowRequest, User
from api.entities.account import VISIBILITIES, Account, Field, account_of
from api.entities.forms import address
from api.entities.tag import FeaturedTagEntity

FIELD_LENGTH = 255
Shows = Literal["default", "show_all", "hide_all"]
QuotePolicy = Literal["public", "followers", "nobody"]


class Source(TypedDict):
    """What the person wrote, and how they post by default."""

    attribution_domains: list[str]
    note: str
    fields: list[Field]
    privacy: Literal["public", "unlisted", "private", "direct"]
    sensitive: bool
    language: str
    follow_requests_count: int
    hide_collections: bool
    discoverable: bool
    indexable: bool
    quote_policy: QuotePolicy


class Role(TypedDict):
    """What the person may do on this site."""

    id: str
    name: str
    color: str
    permissions: str
    highlighted: bool
    collection_limit: int


class CredentialAccount(Account):
    """The asking person."""

    source: Source
    role: Role


Preferences = TypedDict(
    "Preferences",
    {
        "posting:default:visibility": Literal["public", "unlisted", "private", "direct"],
        "posting:default:sensitive": bool,
        "posting:default:language": str | None,
        "posting:default:quote_policy": QuotePolicy,
        "reading:expand:media": Shows,
        "reading:expand:spoilers": bool,
        "reading:autoplay:gifs": bool,
    },
)


class Profile(TypedDict):
    """The person's profile as a form to fill in (version 8 of the API)."""

    id: str
    display_name: str
    note: str
    fields: list[Field]
    avatar: str | None
    avatar_static: str | None
    avatar_description: str
    header: str | None
    header_static: str | None
    header_description: str
    locked: bool
    bot: bool
    hide_collections: bool
    discoverable: bool
    indexable: bool
    show_media: bool
    show_media_replies: bool
    show_featured: bool
    attribution_domains: list[str]
    featured_tags: list[FeaturedTagEntity]


# The bits of Mastodon's roles that mean something here: reports, people, and everything.
_MODERATES = 1 << 4 | 1 << 10
_OWNS = 1


def credentials_of(person: User) -> CredentialAccount:
    """Return the asking person, loaded with ``avatar`` and ``header``."""
    return {
        **account_of(person),
        "source": {
            "attribution_domains": [],
            "note": person.bio,
            "fields": _fields(person),
            "privacy": VISIBILITIES[person.post_visibility],
            "sensitive": person.post_sensitive,
            "language": person.post_language,
            "follow_requests_count": FollowRequest.objects.filter(followee=person).count(),
            "hide_collections": person.hides_ties,
            "discoverable": person.is_discoverable,
            "indexable": person.is_searchable,
            "quote_policy": "public",
        },
        "role": role_of(person),
    }


def role_of(person: User) -> Role:
    """Return what somebody may do here."""
    pk, name, permissions = "-99", "", 0
    if person.is_superuser:
        pk, name, permissions = "3", "Owner", _OWNS
    elif person.is_staff:
        pk, name, permissions = "2", "Moderator", _MODERATES
    return {
        "id": pk,
        "name": name,
        "color": "",
        "permissions": str(permissions),
        "highlighted": bool(permissions),
        "collection_limit": 0,
    }


def preferences_of(person: User) -> Preferences:
    """Return how the person likes to write and to read."""
    return {
        "posting:default:visibility": VISIBILITIES[person.post_visibility],
        "posting:default:sensitive": person.post_sensitive,
        "posting:default:language": person.post_language or None,
        "posting:default:quote_policy": "public",
        "reading:expand:media": cast("Shows", person.media_display),
        "reading:expand:spoilers": person.opens_warnings,
        "reading:autoplay:gifs": False,
    }


def profile_of(person: User, tags: list[FeaturedTagEntity]) -> Profile:
    """Return the person's profile as a form, with the tags on it; null for a picture there is none of."""
    avatar = address(person.avatar.url("avatar")) if person.avatar else None
    header = address(person.header.url("header")) if person.header else None
    return {
        "id": str(person.pk),
        "display_name": person.display_name,
        "note": person.bio,
        "fields": _fields(person),
        "avatar": avatar,
        "avatar_static": avatar,
        "avatar_description": person.avatar.description if person.avatar else "",
        "header": header,
        "header_static": header,
        "header_description": person.header.description if person.header else "",
        "locked": person.is_locked,
        "bot": person.is_bot,
        "hide_collections": person.hides_ties,
        "discoverable": person.is_discoverable,
        "indexable": person.is_indexable,
        "show_media": True,
        "show_media_replies": True,
        "show_featured": True,
        "attribution_domains": [],
        "featured_tags": tags,
    }


def _fields(person: User) -> list[Field]:
    return [{"name": field["name"], "value": field["value"], "verified_at": None} for field in person.fields]
