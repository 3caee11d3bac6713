"""What apps have to know to write what the site takes."""

from __future__ import annotations

from typing import Final, Literal, TypedDict

from django.conf import settings

from accounts.models import User
from accounts.models.user import BIO_LENGTH, FIELD_COUNT
from api.entities.credentials import FIELD_LENGTH
from api.entities.forms import address
from media import sniff
from media.limits import FILM_PIXELS, IMAGE_PIXELS
from media.models import Kind
from media.services.receive import DESCRIPTION_LENGTH, size_limit
from notifications.push import public_key
from posts.models.places import PINS
from posts.models.polls import LASTS, OPTION_LENGTH, OPTIONS
from posts.models.post import ATTACHMENTS, TEXT_LENGTH
from posts.models.tags import FEATURED_TAGS

URL_LENGTH: Final = 23
"""How many characters clients count for an address, as on Mastodon; our own limit counts what is written."""
MANY: Final = 2_000_000_000  # clients keep sizes in 32 bits
NAME_LENGTH: Final = User._meta.get_field("display_name").max_length or 0

Access = Literal["public", "authenticated", "disabled"]


class InstanceUrls(TypedDict):
    """Where streams and pages about the site are."""

    streaming: str
    status: str | None
    about: str
    privacy_policy: str | None
    terms_of_service: str | None


class Vapid(TypedDict):
    """The key by which push services know this site."""

    public_key: str


class AccountLimits(TypedDict):
    """How much there may be in a profile."""

    max_display_name_length: int
    max_note_length: int
    max_avatar_description_length: int
    max_header_description_length: int
    max_featured_tags: int
    max_pinned_statuses: int
    max_profile_fields: int
    profile_field_name_limit: int
    profile_field_value_limit: int


class StatusLimits(TypedDict):
    """How much there may be in a post."""

    max_characters: int
    max_media_attachments: int
    characters_reserved_per_url: int


class MediaLimits(TypedDict):
    """Which files are taken; sizes are in bytes, matrices in pixels."""

    supported_mime_types: list[str]
    description_limit: int
    image_size_limit: int
    image_matrix_limit: int
    video_size_limit: int
    video_frame_rate_limit: int
    video_matrix_limit: int


class PollLimits(TypedDict):
    """How much there may be in a poll; it lasts so many seconds."""

    max_options: int
    max_characters_per_option: int
    min_expiration: int
    max_expiration: int


class Offered(TypedDict):
    """Whether the site does it."""

    enabled: bool


class FeedAccess(TypedDict):
    """Who may read what was written here, and elsewhere."""

    local: Access
    remote: Access


class TimelinesAccess(TypedDict):
    """Who may read the timelines of everybody."""

    live_feeds: FeedAccess
    hashtag_feeds: FeedAccess
    trending_link_feeds: FeedAccess


class ConfigurationV1(TypedDict):
    """The limits, as older apps ask for them."""

    accounts: AccountLimits
    statuses: StatusLimits
    media_attachments: MediaLimits
    polls: PollLimits


class Configuration(ConfigurationV1):
    """The limits, and what else the site is set up to do."""

    urls: InstanceUrls
    vapid: Vapid
    translation: Offered
    timelines_access: TimelinesAccess
    limited_federation: bool


def configuration() -> Configuration:
    """Return what clients have to know to write what the site takes."""
    feeds: FeedAccess = {"local": "public", "remote": "disabled"}
    return {
        "urls": {
            "streaming": settings.SITE_URL.replace("http", "ws", 1),
            "status": None,
            "about": address("/about"),
            "privacy_policy": None,
            "terms_of_service": None,
        },
        "vapid": {"public_key": public_key()},
        "accounts": {
            "max_display_name_length": NAME_LENGTH,
            "max_note_length": BIO_LENGTH,
            "max_avatar_description_length": DESCRIPTION_LENGTH,
            "max_header_description_length": DESCRIPTION_LENGTH,
            "max_featured_tags": FEATURED_TAGS,
            "max_pinned_statuses": PINS,
            "max_profile_fields": FIELD_COUNT,
            "profile_field_name_limit": FIELD_LENGTH,
            "profile_field_value_limit": FIELD_LENGTH,
        },
        "statuses": {
            "max_characters": TEXT_LENGTH,
            "max_media_attachments": ATTACHMENTS,
            "characters_reserved_per_url": URL_LENGTH,
        },
        "media_attachments": _media(),
        "polls": {
            "max_options": OPTIONS[1],
            "max_characters_per_option": OPTION_LENGTH,
            "min_expiration": int(LASTS[0].total_seconds()),
            "max_expiration": int(LASTS[1].total_seconds()),
        },
        "translation": {"enabled": False},
        "timelines_access": {"live_feeds": feeds, "hashtag_feeds": feeds, "trending_link_feeds": feeds},
        "limited_federation": True,
    }


def _media() -> MediaLimits:
    return {
        "supported_mime_types": sorted(
            {known.mime for known in vars(sniff).values() if isinstance(known, sniff.FileType)}
        ),
        "description_limit": DESCRIPTION_LENGTH,
        "image_size_limit": min(size_limit(Kind.IMAGE), MANY),
        "image_matrix_limit": IMAGE_PIXELS,
        "video_size_limit": min(size_limit(Kind.VIDEO), MANY),
        "video_frame_rate_limit": 120,
        "video_matrix_limit": FILM_PIXELS,
    }
