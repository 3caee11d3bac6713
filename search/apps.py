"""The search app."""

from django.apps import AppConfig
from django.core.checks import register
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    """Django's registration of this app."""

    name = "search"
    verbose_name = _("Search")

    def ready(self) -> None:
        """Hear what is written, and see after each migration that the database can be asked."""
        from search import receivers  # noqa: F401  (hears by being imported)
        from search.backends import check_backend, prepare_backend  # lazy: needs the models

        post_migrate.connect(prepare_backend, sender=self)
        register(check_backend)
