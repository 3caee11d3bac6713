"""Fields that several forms share."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.names import LONGEST, normalize_name
from accounts.services.profile import sound_name
from core.text import sound_text


class NameField(forms.CharField):
    """A new name for somebody: normalised, of the allowed shape, not reserved and not taken (S08)."""

    def __init__(self, *, person: User | None = None, may_be_reserved: bool = False, **kwargs: Any) -> None:
        self.person, self.may_be_reserved = person, may_be_reserved
        kwargs.setdefault("label", _("Name"))
        kwargs.setdefault("help_text", _("How others call you: letters a to z, digits and underscores."))
        super().__init__(max_length=4 * LONGEST, **kwargs)
        attrs = {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false", "maxlength": LONGEST}
        self.widget.attrs.update(attrs)

    def clean(self, value: Any) -> str:
        """Return the name as it is kept."""
        typed = super().clean(value)
        if not normalize_name(typed) and not self.required:
            return ""
        return sound_name(typed, of=self.person, may_be_reserved=self.may_be_reserved)


class TextField(forms.CharField):
    """Text that people write: any character a database can keep."""

    default_validators = [sound_text]
