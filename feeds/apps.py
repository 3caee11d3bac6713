"""The feeds app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FeedsConfig(AppConfig):
    """Django's registration of this app."""

    name = "feeds"
    verbose_name = _("Feeds")
