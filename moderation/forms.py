"""What people and moderators fill in."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Rule
from moderation.models import COMMENT_LENGTH, REASON_LENGTH, Report

RULE_LENGTH = 200
MOST_RULES = 30
COMMON = (
    _("This is advertising."),
    _("This insults or harasses people."),
    _("This is against the law."),
    _("This shows private details of somebody else."),
    _("This belongs behind a content warning."),
)
_MARK = re.compile(r"^\s*(?:[-*+]|\d+[.)])\s+")  # of a list in Markdown


class ReportForm(forms.Form):
    """What is wrong with a post or a person."""

    category = forms.ChoiceField(
        label=_("What is it about?"),
        choices=Report.Category.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what comes closest."), "invalid_choice": _("Choose what comes closest.")},
    )
    rules = forms.MultipleChoiceField(
        label=_("Which house rule?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("This rule is no longer in force.")},
    )
    comment = forms.CharField(
        label=_("What should the moderators know?"),
        required=False,
        max_length=COMMENT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rules = [(str(rule.pk), rule.text) for rule in Rule.objects.in_force()]
        self.fields["rules"].choices = rules  # type: ignore[attr-defined]

    def clean_rules(self) -> list[Rule]:
        """Return the rules that were chosen."""
        return list(Rule.objects.filter(pk__in=self.cleaned_data["rules"]))


class DecisionForm(forms.Form):
    """Why a decision is made; the person reads it."""

    rule = forms.ChoiceField(label=_("House rule"), required=False)
    words = forms.CharField(
        label=_("In your own words"),
        required=False,
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, rules: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rule"].choices = [("", _("None of them")), *((rule, rule) for rule in reasons(rules))]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Join the rule and the words to one reason."""
        data = super().clean() or {}
        data["reason"] = "\n\n".join(filter(None, [data.get("rule"), (data.get("words") or "").strip()]))
        if not data["reason"] and not self.errors:
            self.add_error("words", _("Say why. The person reads it, and so do the other moderators."))
        elif len(data["reason"]) > REASON_LENGTH:
            self.add_error("words", _("Rule and words together are too long."))
        return data


def reasons(rules: str) -> list[str]:
    """Return what moderators choose from: the numbered rules, else each line of the owner's words about them, else
    common reasons."""
    numbered = [rule.text for rule in Rule.objects.in_force()[:MOST_RULES]]
    if numbered:
        return numbered
    lines = [_MARK.sub("", line).strip() for line in rules.splitlines() if not line.lstrip().startswith("#")]
    found = [line[:RULE_LENGTH] for line in lines if line]
    return list(dict.fromkeys(found))[:MOST_RULES] or [str(reason) for reason in COMMON]
