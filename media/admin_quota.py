"""Room for single people in the admin. Whoever it is for is named: no list could hold everybody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.admin import HouseAdmin
from core.text import sound_text
from media.models import Quota

if TYPE_CHECKING:
    from accounts.models import User


class PersonField(forms.CharField):
    """Somebody, by their name; with or without an @, in small letters or large."""

    default_validators = [sound_text]

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        attrs = {"class": "vTextField", "autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        self.widget.attrs.update(attrs)

    def clean(self, value: Any) -> User:
        """Return who is called so."""
        name = super().clean(value).removeprefix("@")
        try:
            person: User = get_user_model()._default_manager.get_by_natural_key(name)
        except ObjectDoesNotExist:
            raise ValidationError(_("Nobody here is called @%(name)s.") % {"name": name}, code="nobody") from None
        return person


class QuotaForm(forms.ModelForm[Quota]):
    """Whose room it is, and how much."""

    owner = PersonField(label=capfirst(gettext_lazy("person")), help_text=gettext_lazy("Their name here, as in @name."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["owner"] = self.instance.owner.get_username()


@admin.register(Quota)
class QuotaAdmin(HouseAdmin):
    """More, or less, room for single people."""

    form = QuotaForm
    list_display = ["owner", "megabytes", "note"]
    list_display_links = ["owner"]
    list_select_related = ["owner"]
    search_fields = ["owner__username", "note"]
    fields = ["owner", "megabytes", "note"]
