"""A filter as somebody writes it down: its words one a line."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from posts.forms import ProseField
from posts.models import Context, Filter, FilterAction
from posts.models.filters import TITLE_LENGTH

KEEP, FOREVER = "keep", ""
LASTS = [
    (FOREVER, _("For good")),
    ("1800", _("30 minutes")),
    ("3600", _("1 hour")),
    ("43200", _("12 hours")),
    ("86400", _("1 day")),
    ("604800", _("7 days")),
    ("2592000", _("30 days")),
]


class FilterForm(forms.Form):
    """Name, words, where it applies, what happens, and for how long."""

    title = ProseField(label=_("Name"), max_length=TITLE_LENGTH)
    words = ProseField(
        label=_("Words or phrases, one a line"),
        required=False,
        max_length=12_000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    parts = ProseField(
        label=_("Also inside other words, one a line"),
        required=False,
        max_length=12_000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    contexts = forms.MultipleChoiceField(
        label=_("Where"), choices=Context.choices, widget=forms.CheckboxSelectMultiple, initial=list(Context.values)
    )
    action = forms.ChoiceField(
        label=_("What happens"), choices=FilterAction.choices, widget=forms.RadioSelect, initial=FilterAction.WARN
    )
    lasts = forms.ChoiceField(label=_("How long"), choices=LASTS, required=False)

    def __init__(self, *args: Any, filter: Filter | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filter = filter
        if filter is None:
            return
        words = list(filter.keywords.all())
        self.initial.update(
            {
                "title": filter.title,
                "contexts": filter.contexts,
                "action": filter.action,
                "words": "\n".join(row.keyword for row in words if row.whole_word),
                "parts": "\n".join(row.keyword for row in words if not row.whole_word),
            }
        )
        if filter.expires_at:
            self.fields["lasts"].choices = [(KEEP, _("Until the time chosen before")), *LASTS]  # type: ignore[attr-defined]
            self.initial["lasts"] = KEEP

    @property
    def keywords(self) -> list[tuple[str, bool]]:
        """The words, each with whether it stands for whole words only."""
        said = self.cleaned_data
        lines = [
            (line, whole) for name, whole in (("words", True), ("parts", False)) for line in said[name].split("\n")
        ]
        return list({line.strip(): (line.strip(), whole) for line, whole in lines if line.strip()}.values())

    def said(self) -> dict[str, Any]:
        """Return what the services are told."""
        lasts = self.cleaned_data["lasts"]
        ends = timezone.now() + timedelta(seconds=int(lasts)) if lasts.isdigit() else None
        said = {name: self.cleaned_data[name] for name in ("title", "contexts", "action")}
        return said if lasts == KEEP else said | {"expires_at": ends}
