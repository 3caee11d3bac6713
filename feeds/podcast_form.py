"""A podcast as its author describes it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from feeds.models import Category
from feeds.models.podcast import DESCRIPTION_LENGTH, TITLE_LENGTH
from media.video.captions import language_names


def languages() -> list[tuple[str, Any]]:
    """Return the languages a podcast may be in, by their own names."""
    return [("", _("My language")), *language_names()]


class PodcastForm(forms.Form):
    """What it is called and about; all of it may be left out."""

    title = forms.CharField(label=_("Title"), max_length=TITLE_LENGTH, required=False)
    description = forms.CharField(
        label=_("What it is about"), max_length=DESCRIPTION_LENGTH, required=False,
        widget=forms.Textarea(attrs={"rows": 5, "data-count": DESCRIPTION_LENGTH}),
    )  # fmt: skip
    category = forms.ChoiceField(label=_("Category"), choices=Category.choices, required=False)
    language = forms.ChoiceField(label=_("Language"), choices=languages, required=False)
    is_explicit = forms.BooleanField(
        label=_("Not for children"), required=False, help_text=_("Podcast apps mark every episode.")
    )
