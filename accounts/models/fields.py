"""Columns of a kind of their own."""

from __future__ import annotations

from typing import Any

from django.db import models


class LanguagesField(models.CharField[Any, Any]):
    """A few codes of languages, kept as ``,de,en,`` so that one comparison of text finds one of them (``""``: none)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_length"] = 255
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        """Leave out what is always so."""
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_length"]
        return name, path, args, kwargs

    def from_db_value(self, value: str | None, *_: Any) -> list[str]:
        """Return the codes."""
        return self.to_python(value)

    def to_python(self, value: Any) -> list[str]:
        """Return the codes, whatever they came as."""
        codes = value.split(",") if isinstance(value, str) else value or []
        return [code for code in codes if code]

    def get_prep_value(self, value: Any) -> str:
        """Return the text that is kept."""
        if isinstance(value, str):
            return value
        codes = sorted(set(self.to_python(value)))
        return f",{','.join(codes)}," if codes else ""

    def value_to_string(self, obj: models.Model) -> str:
        """Return the text that is kept, for dumps."""
        return self.get_prep_value(self.value_from_object(obj))
