"""The moderation app, and the admin that moderators work in."""

from django.apps import AppConfig
from django.contrib.admin import apps
from django.utils.translation import gettext_lazy as _


class ModerationConfig(AppConfig):
    """Django's registration of this app."""

    name = "moderation"
    verbose_name = _("Moderation")
    default = True

    def ready(self) -> None:
        """Say which files moderators may see."""
        from media.access import register_checker  # lazy: needs the models
        from moderation.access import access_for_moderators

        register_checker(access_for_moderators)


class HouseAdminConfig(apps.AdminConfig):
    """Django's admin with our site in it (named in INSTALLED_APPS)."""

    default = False
    default_site = "moderation.site.HouseAdminSite"
