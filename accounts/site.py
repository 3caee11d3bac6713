"""The community's settings as every page reads them."""

from django.core.cache import cache

from accounts.models import Site

_KEY = "site"
_SECONDS = 10


def current_site() -> Site:
    """Return the one row of settings, at most ten seconds old."""
    site: Site | None = cache.get(_KEY)
    if site is None:
        site = Site.objects.filter(pk=1).first() or Site()
        cache.set(_KEY, site, _SECONDS)
    return site


def forget_site() -> None:
    """Make the next page read the settings afresh (in this process; others follow within ten seconds)."""
    cache.delete(_KEY)
