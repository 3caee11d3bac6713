"""Static files under names made of their content, so that browsers may keep them for good."""

from __future__ import annotations

import re
from collections.abc import Callable

from whitenoise.storage import CompressedManifestStaticFilesStorage

OURS = "js/"


class StaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Hashed and compressed; our ES modules import each other under their hashed names too."""

    support_js_module_import_aggregation = True

    def url_converter(
        self, name: str, hashed_files: dict[str, str], template: str | None = None
    ) -> Callable[[re.Match[str]], str]:
        """Leave the scripts of others as they are: some import what they do not bring along."""
        if name.endswith(".js") and not name.startswith(OURS):
            return _unchanged
        convert: Callable[[re.Match[str]], str] = super().url_converter(name, hashed_files, template)
        return convert


def _unchanged(match: re.Match[str]) -> str:
    return match[0]
