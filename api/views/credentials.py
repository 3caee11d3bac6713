"""The asking person: who they are, and changing that."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.models import User
from accounts.models.user import BIO_LENGTH, FIELD_COUNT
from accounts.services import profile
from api.endpoint import Call, endpoint
from api.entities.account import VISIBILITIES
from api.entities.credentials import (
    FIELD_LENGTH,
    CredentialAccount,
    Preferences,
    Profile,
    credentials_of,
    preferences_of,
    profile_of,
)
from api.entities.tag import FeaturedTagEntity, featured_tag_of
from api.fields import Flag, Language, Many, Params, Text
from core.ratelimit import check
from media.models import Purpose
from media.services import receive_file
from posts.tags import featured_tags

NAME_LENGTH = User._meta.get_field("display_name").max_length


class ProfileField(Params):
    """One of the four facts."""

    name = Text(max_length=FIELD_LENGTH)
    value = Text(max_length=FIELD_LENGTH)


class Defaults(Params):
    """How the person posts by default."""

    privacy = serializers.ChoiceField(VISIBILITIES, required=False)
    sensitive = Flag()
    language = Language()


class Changes(Params):
    """What is new about the person; what is left out stays."""

    display_name = Text(max_length=NAME_LENGTH)
    note = Text(max_length=BIO_LENGTH)
    avatar = serializers.FileField(required=False)
    header = serializers.FileField(required=False)
    avatar_description = Text()
    header_description = Text()
    locked = Flag()
    bot = Flag()
    discoverable = Flag()
    indexable = Flag()
    hide_collections = Flag()
    fields_attributes = Many(child=ProfileField(), max_length=FIELD_COUNT)
    source = Defaults(required=False)


@endpoint("GET", "api/v1/accounts/verify_credentials", "profile", "read:accounts", gives=CredentialAccount)
def verify(call: Call) -> CredentialAccount:
    """Who the token speaks for."""
    return _own(call)


@endpoint("PATCH", "api/v1/accounts/update_credentials", "write:accounts", takes=Changes, gives=CredentialAccount)
def update(call: Call) -> CredentialAccount:
    """Change what the person says about themselves, and how they post by default."""
    person, said = call.person, call.params
    for place in ("avatar", "header"):
        if place in said:
            check("upload", f"user:{person.pk}")
            profile.change_picture(person, place, receive_file(person, said[place], purpose=Purpose(place)))
        if f"{place}_description" in said:
            profile.describe_picture(person, place, said[f"{place}_description"])
    _change_words(person, said)
    _change_preferences(person, said)
    return _own(call)


@endpoint("DELETE", "api/v1/profile/avatar", "write:accounts", gives=CredentialAccount)
def remove_avatar(call: Call) -> CredentialAccount:
    """Take the person's picture away."""
    profile.change_picture(call.person, "avatar", None)
    return _own(call)


@endpoint("DELETE", "api/v1/profile/header", "write:accounts", gives=CredentialAccount)
def remove_header(call: Call) -> CredentialAccount:
    """Take the picture at the top of the profile away."""
    profile.change_picture(call.person, "header", None)
    return _own(call)


@endpoint("GET", "api/v1/profile", "profile", "read:accounts", gives=Profile)
def profile_form(call: Call) -> Profile:
    """The person's profile as a form to fill in."""
    return profile_of(User.objects.select_related("avatar", "header").get(pk=call.person.pk), _featured(call.person))


@endpoint("PATCH", "api/v1/profile", "write:accounts", takes=Changes, gives=Profile)
def update_profile(call: Call) -> Profile:
    """Change the profile; the same as ``update_credentials`` with another answer."""
    update(call)
    return profile_form(call)


@endpoint("GET", "api/v1/preferences", "read:accounts", gives=Preferences)
def preferences(call: Call) -> Preferences:
    """How the person likes to write and to read."""
    return preferences_of(call.person)


def _featured(person: User) -> list[FeaturedTagEntity]:
    return [featured_tag_of(row) for row in featured_tags(person)]


def _own(call: Call) -> CredentialAccount:
    return credentials_of(User.objects.select_related("avatar", "header").get(pk=call.person.pk))


def _change_words(person: User, said: dict[str, Any]) -> None:
    if not {"display_name", "note", "fields_attributes", "bot"} & said.keys():
        return
    rows = said.get("fields_attributes")
    if rows is None:
        rows = [{"name": field["name"], "value": field["value"]} for field in person.fields]
    profile.change_profile(
        person,
        display_name=said.get("display_name", person.display_name),
        bio=said.get("note", person.bio),
        fields=[(row.get("name", ""), row.get("value", "")) for row in rows],
        is_bot=said.get("bot", person.is_bot),
    )


def _change_preferences(person: User, said: dict[str, Any]) -> None:
    defaults = said.get("source", {})
    wishes = {
        "is_locked": said.get("locked"),
        "is_discoverable": said.get("discoverable"),
        "is_searchable": said.get("indexable"),
        "hides_ties": said.get("hide_collections"),
        "post_sensitive": defaults.get("sensitive"),
        "post_language": defaults.get("language"),
        "post_visibility": VISIBILITIES.index(defaults["privacy"]) if "privacy" in defaults else None,
    }
    changed = {name: wish for name, wish in wishes.items() if wish is not None}
    if changed:
        profile.change_preferences(person, **changed)
