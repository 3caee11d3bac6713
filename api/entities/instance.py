"""The site as it presents itself to apps."""

from __future__ import annotations

from functools import cache
from typing import Any, Final, TypedDict

from django.conf import settings
from django.templatetags.static import static
from django.utils import timezone

from accounts.models import Rule, Site, User
from accounts.services.presence import active_people
from accounts.site import current_site
from api.entities.account import Account, account_of
from api.entities.configuration import Configuration, ConfigurationV1, configuration
from api.entities.forms import address, outward, own_host, stamp
from core.text import render_post
from core.version import VERSION
from posts.models import Post

DIALECT: Final = "4.3.0"
"""The version of the client API that this site speaks whole; clients choose by it what they ask for."""
API_VERSION: Final = 2
"""``api_versions.mastodon``; 2 promises grouped notifications."""


class RuleEntity(TypedDict):
    """One house rule."""

    id: str
    text: str
    hint: str
    translations: dict[str, Any]


class InstanceIcon(TypedDict):
    """The site's icon in one size."""

    src: str
    size: str


class ExtendedDescription(TypedDict):
    """What the site says about itself, as HTML, and since when."""

    updated_at: str
    content: str


class Instance(TypedDict):
    """The site, as apps ask for it today."""

    domain: str
    title: str
    version: str
    source_url: str
    description: str
    wrapstodon: None
    usage: dict[str, Any]
    thumbnail: dict[str, Any]
    icon: list[InstanceIcon]
    languages: list[str]
    configuration: Configuration
    registrations: dict[str, Any]
    api_versions: dict[str, int]
    contact: dict[str, Any]
    rules: list[RuleEntity]


class InstanceV1(TypedDict):
    """The site, as older apps ask for it."""

    uri: str
    title: str
    short_description: str
    description: str
    email: str
    version: str
    urls: dict[str, str]
    stats: dict[str, int]
    thumbnail: str | None
    languages: list[str]
    registrations: bool
    approval_required: bool
    invites_enabled: bool
    configuration: ConfigurationV1
    contact_account: Account | None
    rules: list[RuleEntity]


def instance() -> Instance:
    """Return the site."""
    site = current_site()
    return {
        "domain": own_host(),
        "title": site.name,
        "version": version_string(),
        "source_url": address("/about"),  # where the people who run it say what it runs on
        "description": site.tagline,
        "wrapstodon": None,
        "usage": {"users": {"active_month": active_people(30)}},
        "thumbnail": {"url": _picture(), "description": "", "versions": {"@1x": _picture(), "@2x": _picture()}},
        "icon": [{"src": _picture(), "size": "512x512"}],
        "languages": [code for code, _name in settings.LANGUAGES],
        "configuration": configuration(),
        "registrations": _registrations(site),
        "api_versions": {"mastodon": API_VERSION},
        "contact": {"email": "", "account": _contact()},
        "rules": rules(),
    }


def instance_v1() -> InstanceV1:
    """Return the site as older apps ask for it."""
    site, now = current_site(), instance()
    known = now["configuration"]
    return {
        "uri": own_host(),
        "title": site.name,
        "short_description": site.tagline,
        "description": site.tagline,
        "email": "",
        "version": version_string(),
        "urls": {"streaming_api": known["urls"]["streaming"]},
        "stats": {
            "user_count": User.objects.filter(is_active=True).count(),
            "status_count": Post.objects.standing().count(),
            "domain_count": 0,
        },
        "thumbnail": _picture(),
        "languages": now["languages"],
        "registrations": now["registrations"]["enabled"],
        "approval_required": now["registrations"]["approval_required"],
        "invites_enabled": site.members_may_invite,
        "configuration": {
            "accounts": known["accounts"],
            "statuses": known["statuses"],
            "media_attachments": known["media_attachments"],
            "polls": known["polls"],
        },
        "contact_account": now["contact"]["account"],
        "rules": now["rules"],
    }


def version_string() -> str:
    """Return the dialect spoken, and who speaks it."""
    return f"{DIALECT} (compatible; Polylog {VERSION})"


def rules() -> list[RuleEntity]:
    """Return the house rules that are in force."""
    return [
        {"id": str(rule.pk), "text": rule.text, "hint": rule.hint, "translations": {}}
        for rule in Rule.objects.in_force()
    ]


def described() -> ExtendedDescription:
    """Return what the site says about itself; where nobody ever set it, it has been so since the first account."""
    site = current_site()
    began = User.objects.order_by("pk").values_list("date_joined", flat=True)
    since = site.changed or began.first() or timezone.now()
    return {"updated_at": stamp(since), "content": outward(render_post(site.about).html) if site.about else ""}


def _registrations(site: Site) -> dict[str, Any]:
    return {
        "enabled": site.door in {Site.Door.OPEN, Site.Door.APPROVAL},
        "approval_required": site.door == Site.Door.APPROVAL,
        "reason_required": site.door == Site.Door.APPROVAL,
        "message": None,
        "min_age": None,
        "url": address("/accounts/signup/"),
    }


def _contact() -> Account | None:
    owners = User.objects.filter(is_superuser=True, is_active=True).select_related("avatar", "header")
    owner = owners.order_by("pk").first()
    return account_of(owner) if owner else None


@cache
def _picture() -> str:
    return address(static("img/icon-512.png"))
