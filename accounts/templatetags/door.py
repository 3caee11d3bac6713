"""Template tags for forms and for the door: ``{% load door %}``."""

from __future__ import annotations

from typing import Any

from django import forms, template
from django.conf import settings

register = template.Library()

CHECKS = (forms.CheckboxInput,)
CHOICES = (forms.RadioSelect, forms.CheckboxSelectMultiple)


@register.inclusion_tag("accounts/_field.html")
def field(bound: forms.BoundField, **attrs: Any) -> dict[str, Any]:
    """``{% field form.name %}``: label, input, hint and errors, tied together for screen readers."""
    widget = bound.field.widget
    if isinstance(widget, CHECKS):
        return {"field": bound, "kind": "check", "input": bound.as_widget(attrs=attrs)}
    if isinstance(widget, CHOICES):
        return {"field": bound, "kind": "choices", "input": bound}
    longest = getattr(bound.field, "max_length", None)
    attrs = {"class": "input"} | attrs
    count = widget.attrs.get("data-count")
    if count:
        attrs["maxlength"] = longest
    kind = "select" if isinstance(widget, forms.Select) else "text"
    return {"field": bound, "kind": kind, "input": bound.as_widget(attrs=attrs), "count": count}


@register.simple_tag
def mail_in_folder() -> bool:
    """``{% mail_in_folder as folder %}``: whether mails become files, because no mail server is set."""
    return bool(getattr(settings, "MAIL_IN_FOLDER", False))
