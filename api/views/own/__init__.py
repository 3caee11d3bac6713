"""What pages can do and the dialect has no word for: endpoints of our own under ``/api/polylog/v1/``."""

from api.views.own import (
    account,
    apps,
    bell,
    desk,
    files,
    house,
    invitations,
    people,
    podcast,
    posts,
    proposals,
    settings,
    storage,
)

__all__ = [
    "account",
    "apps",
    "bell",
    "desk",
    "files",
    "house",
    "invitations",
    "people",
    "podcast",
    "posts",
    "proposals",
    "settings",
    "storage",
]
