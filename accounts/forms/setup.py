"""The first form of a site: its owner and its name."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import NameField, TextField
from accounts.models import Site, User


class SetupForm(forms.Form):
    """Who owns the site, and what it is called."""

    site_name = TextField(label=_("What is this place called?"), max_length=60)
    tagline = TextField(
        label=_("One sentence about it"), max_length=200, required=False, help_text=_("You can leave this for later.")
    )
    language = forms.ChoiceField(label=_("Language of the house"), choices=settings.LANGUAGES)
    door = forms.ChoiceField(
        label=_("Who may sign up?"), choices=Site.Door, widget=forms.RadioSelect, initial=Site.Door.OPEN
    )
    username = NameField(label=_("Your name here"), may_be_reserved=True)
    email = forms.EmailField(label=_("Your e-mail address"), max_length=254)
    password = forms.CharField(
        label=_("A password"), strip=False, max_length=1000, help_text=_("At least 10 characters. A sentence is good.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].widget.attrs["autocomplete"] = "email"
        self.fields["password"].widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})

    def clean_email(self) -> str:
        """Return the address as allauth keeps it."""
        return str(self.cleaned_data["email"]).lower()

    def clean(self) -> dict[str, Any]:
        """Check the password against the rules, and against the name and address."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("password"):
            owner = User(username=data.get("username", ""), email=data.get("email", ""))
            try:
                validate_password(data["password"], owner)
            except ValidationError as error:
                self.add_error("password", error)
        return data
