"""A list of people as somebody describes it."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from feeds.models import RepliesPolicy
from feeds.models.lists import TITLE_LENGTH


class ListForm(forms.Form):
    """What it is called, which answers it shows, and whether its people stay out of Home."""

    title = forms.CharField(label=_("Name"), max_length=TITLE_LENGTH)
    replies_policy = forms.ChoiceField(
        label=_("Answers"), choices=RepliesPolicy.choices, widget=forms.RadioSelect, initial=RepliesPolicy.LIST
    )
    is_exclusive = forms.BooleanField(label=_("Keep these people out of Home"), required=False)
