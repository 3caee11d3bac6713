"""The core app."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Django's registration of this app."""

    name = "core"

    def ready(self) -> None:
        """Make the path converters known before any address is read."""
        from core import converters  # noqa: F401  (lazy: needs the app registry)
