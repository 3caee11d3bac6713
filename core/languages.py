"""The languages that posts can be written in, by the names their speakers give them."""

from __future__ import annotations

from functools import cache

from django.conf import settings
from django.conf.locale import LANG_INFO


@cache
def language_names() -> list[tuple[str, str]]:
    """Return codes and names: the languages of the site first, then all that Django can name."""
    own = [code for code, _name in settings.LANGUAGES]
    known = {code: info["name_local"] for code, info in LANG_INFO.items() if "name_local" in info and "-" not in code}
    others = sorted((code for code in known if code not in own), key=lambda code: known[code].casefold())
    return [(code, known[code].capitalize()) for code in [*own, *others]]
