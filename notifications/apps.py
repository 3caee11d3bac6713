"""The notifications app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    """Django's registration of this app."""

    name = "notifications"
    verbose_name = _("Notifications")

    def ready(self) -> None:
        """Hear the facts that people are told of."""
        from notifications import receivers  # noqa: F401  (hears by being imported)
