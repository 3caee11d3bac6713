"""How one follows somebody, and what one keeps to oneself about them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import TextField
from accounts.models import User
from accounts.models.ties import NOTE_LENGTH
from accounts.relations import Relationship
from core.languages import language_names


class PersonForm(forms.Form):
    """A private note; and for whom one follows (or asked to), what one wants to read of them."""

    notifies = forms.BooleanField(label=_("Tell me of every post"), required=False)
    shows_shares = forms.BooleanField(label=_("Show me what they share"), required=False)
    languages = forms.MultipleChoiceField(
        label=_("Only posts in these languages"),
        choices=language_names,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: all of them."),
    )
    endorses = forms.BooleanField(
        label=_("Recommend on my page"), required=False, help_text=_("Your page shows them to everybody.")
    )
    note = TextField(
        label=_("Private note"),
        max_length=NOTE_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "data-count": NOTE_LENGTH}),
        help_text=_("Only you ever read this."),
    )

    def __init__(self, *args: Any, person: User, tie: Relationship, **kwargs: Any) -> None:
        kwargs["initial"] = {
            "notifies": tie.notifying,
            "shows_shares": tie.showing_reblogs,
            "languages": tie.languages or [],
            "endorses": tie.endorsed,
            "note": tie.note,
        }
        super().__init__(*args, **kwargs)
        if not (tie.following or tie.requested):
            for name in ("notifies", "shows_shares", "languages"):
                del self.fields[name]
        if not tie.following:
            del self.fields["endorses"]
