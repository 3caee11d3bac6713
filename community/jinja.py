"""The Jinja2 environment of the hot fragments."""

from typing import Any

from django.conf import settings
from django.utils.translation import get_language, gettext, ngettext

from core import display
from core.spoken import SpokenEnvironment
from core.text import excerpt


def environment(**options: Any) -> SpokenEnvironment:
    """Return an environment with translation and the house's way of showing things; called once by Django.

    Translations are ``_("…")`` with ``|format(…)`` for what varies: so makemessages finds them in any template.
    """
    env = SpokenEnvironment(**options, extensions=["jinja2.ext.i18n"])  # Django passes autoescape=True
    env.install_gettext_callables(gettext, ngettext, newstyle=False)  # type: ignore[attr-defined]
    env.globals |= {
        "ago": display.ago,
        "avatar": display.avatar,
        "blur": display.blur,
        "excerpt": excerpt,
        "focus": display.focus,
        "frame": display.frame,
        "icon": display.icon,
        "language_name": display.language_name,
        "languages": [(code, display.language_name(code)) for code, _name in settings.LANGUAGES],
        "moment": display.full_moment,
        "more_replies": display.more_replies,
        "save_word": display.save_word,
        "spoken": get_language,
        "srcset": display.srcset,
        "wave": display.wave,
    }
    env.filters |= {"short": display.short_number, "clock": display.clock}
    return env
