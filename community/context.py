"""What every page knows."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.site import current_site
from core.http import viewer_of
from moderation.services.announcements import banners
from notifications.services import Waiting, count_waiting


def site(request: HttpRequest) -> dict[str, object]:
    """Add the community's settings as ``site``."""
    return {"site": current_site()}


def bell(request: HttpRequest) -> dict[str, object]:
    """Add how much waits in the bell and in the messages, counted (one query) only by pages that show it, and once."""
    viewer = viewer_of(request)
    return {"unread": SimpleLazyObject(lambda: count_waiting(viewer)) if viewer else Waiting()}


def announcements(request: HttpRequest) -> dict[str, object]:
    """Add what the house says, for pages that show it."""
    viewer = viewer_of(request)
    return {"announcements": SimpleLazyObject(lambda: banners(viewer))}
