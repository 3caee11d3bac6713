"""People."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import cache, lru_cache
from typing import Any, Literal, NotRequired, TypedDict

from django.conf import settings
from django.db.models import QuerySet
from django.templatetags.static import static

from accounts.models import User
from api.entities.forms import address, outward, stamp, stamp_or_none
from core.prepared import Prepared, slotted
from media.models import Attachment

VISIBILITIES: tuple[Literal["public", "unlisted", "private", "direct"], ...] = (
    "public", "unlisted", "private", "direct",
)  # fmt: skip


SHOWN_OF_PICTURES = {"id", "key", "description", "variants"}


class CustomEmoji(TypedDict):
    """A picture with a short name. This site has none of its own, so lists of them are empty."""

    shortcode: str
    url: str
    static_url: str
    visible_in_picker: bool
    category: str | None


class Field(TypedDict):
    """One of the four facts a person shows of themselves; ``value`` is HTML."""

    name: str
    value: str
    verified_at: str | None


class AccountRole(TypedDict):
    """A part somebody has on this site that everybody may know of."""

    id: str
    name: str
    color: str


class FeatureApproval(TypedDict):
    """Whether somebody may be put into others' collections, which this site does not have."""

    automatic: list[str]
    manual: list[str]
    current_user: str


class Account(TypedDict):
    """A person."""

    id: str
    username: str
    acct: str
    url: str
    uri: str
    display_name: str
    note: str
    avatar: str
    avatar_static: str
    avatar_description: str
    header: str
    header_static: str
    header_description: str
    locked: bool
    fields: list[Field]
    emojis: list[CustomEmoji]
    bot: bool
    group: bool
    discoverable: bool
    indexable: bool
    noindex: bool
    moved: NotRequired[None]
    suspended: NotRequired[bool]
    limited: NotRequired[bool]
    created_at: str
    last_status_at: str | None
    statuses_count: int
    followers_count: int
    following_count: int
    hide_collections: bool
    show_media: bool
    show_media_replies: bool
    show_featured: bool
    roles: list[AccountRole]
    feature_approval: FeatureApproval


class MutedAccount(Account):
    """Somebody muted, and until when (null: for good)."""

    mute_expires_at: str | None


def muted_account(account: Account, until: datetime | None) -> MutedAccount:
    """Return an account with the end of its mute."""
    return {**account, "mute_expires_at": stamp_or_none(until)}


def accounts_by_id(ids: Iterable[int]) -> dict[int, Account]:
    """Return the accounts with these ids, whoever may see them; one query for each 80.

    Rows that read as they did before give the account made then: copy one before you change it.
    """
    found: dict[int, Account] = {}
    for slots in slotted(list(dict.fromkeys(ids))):
        for row in _people(len(slots)).rows(*slots):
            account = _account_in(row, settings.SITE_URL)
            found[int(account["id"])] = account
    return found


@lru_cache(maxsize=1024)
def _account_in(row: tuple[Any, ...], site: str) -> Account:
    """Return the account that a row of ``_people`` says; on a timeline the same people stand again and again."""
    return account_of(_people(1).object_of(row))


def people_by_id(ids: Iterable[int]) -> dict[int, User]:
    """Return the people with these ids, with their pictures."""
    people: dict[int, User] = {}
    for slots in slotted(list(dict.fromkeys(ids))):
        people |= {person.pk: person for person in _people(len(slots)).objects(*slots)}
    return people


def account_of(person: User) -> Account:
    """Return a person loaded with ``avatar`` and ``header`` as an account."""
    url = address(f"/@{person.username}")
    avatar = address(person.avatar.url("avatar") if person.avatar else default_avatar(person.hue))
    header = address(person.header.url("header") if person.header else default_header())
    account: Account = {
        "id": str(person.pk),
        "username": person.username,
        "acct": person.username,
        "url": url,
        "uri": url,
        "display_name": person.display_name,
        "note": outward(person.bio_html),
        "avatar": avatar,
        "avatar_static": avatar,
        "avatar_description": person.avatar.description if person.avatar else "",
        "header": header,
        "header_static": header,
        "header_description": person.header.description if person.header else "",
        "locked": person.is_locked,
        "fields": [
            {"name": field["name"], "value": outward(field.get("html", "")), "verified_at": None}
            for field in person.fields
        ],
        "emojis": [],
        "bot": person.is_bot,
        "group": False,
        "discoverable": person.is_discoverable,
        "indexable": person.is_searchable,
        "noindex": not person.is_indexable,
        "created_at": stamp(person.date_joined),
        "last_status_at": person.last_posted.isoformat() if person.last_posted else None,
        "statuses_count": person.posts_count,
        "followers_count": person.followers_count,
        "following_count": person.following_count,
        "hide_collections": person.hides_ties,
        "show_media": True,
        "show_media_replies": True,
        "show_featured": True,
        "roles": roles_of(person),
        "feature_approval": {"automatic": [], "manual": [], "current_user": "denied"},
    }
    if person.limited_at:
        account["limited"] = True
    if not person.is_active:
        account["suspended"] = True
    return account


def roles_of(person: User) -> list[AccountRole]:
    """Return the part somebody has on this site, if any."""
    if person.is_superuser:
        return [{"id": "3", "name": "Owner", "color": ""}]
    return [{"id": "2", "name": "Moderator", "color": ""}] if person.is_staff else []


@cache
def default_avatar(hue: int) -> str:
    """Return the address of the picture for somebody without one, in their tint."""
    return static(f"img/people/{hue}.png")


@cache
def default_header() -> str:
    """Return the address of the header for somebody without one."""
    return static("img/header.png")


@cache
def _people(size: int) -> Prepared:
    def build(*ids: int) -> QuerySet[User]:
        people: QuerySet[User] = User.objects.filter(pk__in=ids).select_related("avatar", "header")
        return people.defer(*_unshown())

    return Prepared(build, size)


def _unshown() -> list[str]:
    """Columns that no account shows."""
    own = "password email last_login bio join_reason skeleton renamed_at language theme post_visibility post_sensitive"
    own += " post_language media_display opens_warnings shortcuts approved_at suspended_at leaving_at auth_epoch"
    own += " last_active last_seen_notification"
    names = [field.name for field in Attachment._meta.concrete_fields if field.name not in SHOWN_OF_PICTURES]
    return own.split() + [f"{picture}__{name}" for picture in ("avatar", "header") for name in names]
