"""The posts app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PostsConfig(AppConfig):
    """Django's registration of this app."""

    name = "posts"
    verbose_name = _("Posts")

    def ready(self) -> None:
        """Say who may see the files of posts."""
        from media.access import register_checker  # lazy: needs the models
        from posts.access import access_to_file

        register_checker(access_to_file)
