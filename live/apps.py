"""The live app."""

from django.apps import AppConfig


class LiveConfig(AppConfig):
    """Django's registration of this app."""

    name = "live"

    def ready(self) -> None:
        """Hear of files that became ready, and tell other processes what this one writes."""
        from live import log, receivers  # noqa: F401  (they declare and hear by being imported)
        from live.carriers import publish_hints
        from live.dialect import described  # noqa: F401  (adds the streams to the description of the API)

        publish_hints()
