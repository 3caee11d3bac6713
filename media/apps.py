"""The media app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MediaConfig(AppConfig):
    """Django's registration of this app."""

    name = "media"
    verbose_name = _("Files")

    def ready(self) -> None:
        """Listen."""
        from media import receivers  # noqa: F401  (lazy: needs the models)
