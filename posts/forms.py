"""What people hand in: posts, comments and edits, checked before any service is asked."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from core.ids import MAX_ID
from core.languages import language_names
from core.text import find_mentions, normalize_text
from posts.models import Visibility
from posts.models.post import SPOILER_LENGTH, TEXT_LENGTH

AUDIENCES = [
    (Visibility.PUBLIC, _("Everybody, also without an account")),
    (Visibility.UNLISTED, _("Everybody, but not in public timelines")),
    (Visibility.FOLLOWERS, _("My followers")),
    (Visibility.DIRECT, _("Only people I mention")),
]
AUDIENCE_WORDS = {
    Visibility.PUBLIC: _("Everybody, also without an account and in search engines. People here may comment."),
    Visibility.UNLISTED: _("Everybody who has the address or follows you. It stays out of public timelines."),
    Visibility.FOLLOWERS: _("Your followers, and people you mention. Nobody can share it further."),
    Visibility.DIRECT: _("Only the people you mention with @name, and you."),
}


def language_choices() -> list[tuple[str, Any]]:
    """Return languages by their own names, and none."""
    return [("", _("Language not named")), *language_names()]


class IdField(forms.IntegerField):
    """The id of a row; what no row can have is refused before the database is asked."""

    widget = forms.HiddenInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, max_value=MAX_ID, **kwargs)


class KeyField(forms.UUIDField):
    """What makes a form sent twice count once; without a sound one it simply counts each time."""

    widget = forms.HiddenInput

    def clean(self, value: Any) -> uuid.UUID | None:
        """Return the key, or nothing where a stranger made one up."""
        try:
            key: uuid.UUID | None = super().clean(value)
        except forms.ValidationError:
            return None
        return key


class ProseField(forms.CharField):
    """Text as it is stored: lines ended by LF, composed characters, without blank edges."""

    def to_python(self, value: Any) -> str:
        """Return the text as it is counted and kept."""
        return normalize_text(super().to_python(value) or "").strip()


class PostForm(forms.Form):
    """A post or comment, with everything that can be said about it; files are handled beside it."""

    SAID = ("text", "spoiler", "is_sensitive", "language")

    text = ProseField(
        label=_("Your text"),
        required=False,
        max_length=TEXT_LENGTH,
        error_messages={
            "max_length": ngettext_lazy(
                "That is %(show_value)d characters; at most %(limit_value)d fits.",
                "That is %(show_value)d characters; at most %(limit_value)d fit.",
                "limit_value",
            )
        },
        widget=forms.Textarea(attrs={"class": "say", "rows": 4}),
    )
    spoiler = ProseField(label=_("Content warning"), required=False, max_length=SPOILER_LENGTH)
    is_sensitive = forms.BooleanField(label=_("Cover the media until somebody asks for them"), required=False)
    language = forms.ChoiceField(label=_("Language"), required=False, choices=language_choices)
    visibility = forms.TypedChoiceField(
        label=_("Who can see this"),
        choices=AUDIENCES,
        coerce=int,
        required=False,
        empty_value=Visibility.PUBLIC,  # type: ignore[arg-type]  # the stubs think of text
    )
    reply_to = IdField(required=False)
    quote_of = IdField(required=False)
    key = KeyField(required=False)
    based_on = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("key", uuid.uuid4())
        for name in self.errors if self.is_bound else ():
            self.fields[name].widget.attrs["aria-invalid"] = "true"

    def clean(self) -> dict[str, Any]:
        """Refuse a new post for people mentioned that mentions nobody: it would reach only its author."""
        said = self.cleaned_data
        is_new_talk = not said.get("reply_to") and "based_on" not in self.data
        if is_new_talk and said.get("visibility") == Visibility.DIRECT and not find_mentions(said.get("text", "")):
            self.add_error("text", _("Nobody is mentioned yet. Write @ and a name, or choose who else can see this."))
        return said

    def said(self) -> dict[str, Any]:
        """Return what an edit may change, as the services name it."""
        return {name: self.cleaned_data[name] for name in self.SAID}
