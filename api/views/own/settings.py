"""How the person likes the site to look and to speak, and how their posts begin."""

from __future__ import annotations

from typing import Any, Literal, TypedDict, cast

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework import serializers

from accounts.models import User
from accounts.services.profile import change_preferences
from api.endpoint import Call, endpoint
from api.fields import Flag, Params, Text
from core.languages import language_names


class Settings(TypedDict):
    """What the page of settings says; an empty ``language`` is that of the browser, an empty one of posts likewise."""

    language: str
    theme: Literal["auto", "light", "dark"]
    shortcuts: bool
    media_display: Literal["default", "show_all", "hide_all"]
    opens_warnings: bool
    post_language: str
    post_sensitive: bool
    is_indexable: bool


class SettingsChanges(Params):
    """What is new; what is left out stays."""

    language = Text(help_text="Of the site's words; empty for that of the browser.")
    theme = serializers.ChoiceField(User.Theme.values, required=False)
    shortcuts = Flag(help_text="Whether single keys do something on pages.")
    media_display = serializers.ChoiceField(User.MediaDisplay.values, required=False)
    opens_warnings = Flag(help_text="Show posts that carry a warning at once.")
    post_language = Text(help_text="In which the person's posts begin; empty for that of the pages.")
    post_sensitive = Flag(help_text="Cover the media of the person's posts.")
    is_indexable = Flag(help_text="Whether search engines may list the person's posts.")

    def validate_language(self, code: str) -> str:
        """Return a language that the site speaks."""
        return _known(code, dict(settings.LANGUAGES))

    def validate_post_language(self, code: str) -> str:
        """Return a language that posts can be written in."""
        return _known(code, dict(language_names()))


@endpoint("GET", "api/polylog/v1/settings", "read:accounts", gives=Settings)
def show(call: Call) -> Settings:
    """How the person likes the site."""
    return _settings_of(call.person)


@endpoint("PATCH", "api/polylog/v1/settings", "write:accounts", takes=SettingsChanges, gives=Settings)
def change(call: Call) -> Settings:
    """Change that."""
    if call.params:
        change_preferences(call.person, **call.params)
    return _settings_of(call.person)


def _settings_of(person: User) -> Settings:
    return cast("Settings", {name: getattr(person, name) for name in Settings.__annotations__})


def _known(code: str, languages: dict[str, Any]) -> str:
    if code and code not in languages:
        raise serializers.ValidationError(_("Choose a language."))
    return code
