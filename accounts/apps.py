"""The accounts app."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """Django's registration of this app."""

    name = "accounts"
    verbose_name = _("People")

    def ready(self) -> None:
        """Begin to hear facts."""
        import_module("accounts.receivers")
