"""The app."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ApiConfig(AppConfig):
    """The face for programs."""

    name = "api"
    verbose_name = _("Apps")

    def ready(self) -> None:
        """Begin to hear facts."""
        import_module("api.oauth.receivers")
