"""The addresses of the API, for its lane: with the site's own answers to what goes wrong, which are JSON there."""

from api.urls import urlpatterns
from community.urls import handler400, handler403, handler404, handler500

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]
