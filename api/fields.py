"""The kinds of parameters: Django REST Framework's fields, as lenient as the clients of this dialect need."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from api.parameters import as_list
from core.ids import MAX_ID

LANGUAGE_LENGTH = 8
_LANGUAGE = re.compile(
    r"([A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*)?"
)  # RFC 5646, section 2.1, as far as posts need it; or empty


class Params(serializers.Serializer[Any]):  # type: ignore[misc]
    """What an endpoint takes. A blank value is absent, except for texts, which may be emptied on purpose."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """Return the parameters that were given, and the defaults of those that were not."""
        if isinstance(data, Mapping):
            data = {name: value for name, value in data.items() if value != "" or self._may_be_blank(name)}
        return dict(super().to_internal_value(data))

    def _may_be_blank(self, name: str) -> bool:
        field = self.fields.get(name)
        return isinstance(field, serializers.CharField) and field.allow_blank


class Flag(serializers.BooleanField):  # type: ignore[misc]
    """True or false: ``true``, ``1``, ``on``, ``"true"`` and their opposites."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("required", False)
        super().__init__(**options)


class Text(serializers.CharField):  # type: ignore[misc]
    """A text; it may be empty, and keeps its blanks."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("required", False)
        super().__init__(**{"allow_blank": True, "trim_whitespace": False, **options})


class Language(Text):
    """The code of a language, as ``de`` or ``pt-BR``; what can be none is left out, as the dialect has it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"max_length": LANGUAGE_LENGTH, **options})

    def to_internal_value(self, data: Any) -> str:
        """Return the code; SkipField for what names no language."""
        code = str(super().to_internal_value(data))
        if not _LANGUAGE.fullmatch(code):
            raise serializers.SkipField
        return code


class Id(serializers.IntegerField):  # type: ignore[misc]
    """An id: decimal digits, as a text or a number. What no row can have is 0, which no row has either."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("required", False)
        super().__init__(**options)

    def to_internal_value(self, data: Any) -> int:
        """Return the number."""
        text = str(data).strip()
        if not (text.isascii() and text.isdigit() and len(text) <= 19) or isinstance(data, bool):
            return 0
        number = int(text)
        return number if number <= MAX_ID else 0


class Many(serializers.ListField):  # type: ignore[misc]
    """A list; one value alone is a list of one, and what is blank in it is not there."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("required", False)
        options.setdefault("max_length", 1000)
        super().__init__(**options)

    def get_value(self, dictionary: Mapping[str, Any]) -> Any:
        """Return the value as it was nested; the brackets have been read before."""
        return dictionary.get(self.field_name or "", serializers.empty)

    def to_internal_value(self, data: Any) -> list[Any]:
        """Return the list."""
        return list(super().to_internal_value([one for one in as_list(data) if one not in ("", None)]))


class Limit(serializers.IntegerField):  # type: ignore[misc]
    """How many rows at most; what is beyond the cap is clamped, and nonsense is the default."""

    def __init__(self, default: int, cap: int) -> None:
        self.cap, self.usual = cap, default
        super().__init__(required=False, default=default, help_text=f"{default} unless given, {cap} at most.")

    def to_internal_value(self, data: Any) -> int:
        """Return a number from 1 to the cap."""
        text = str(data)
        if not (text.isascii() and text.isdigit()):
            return self.usual
        return min(int(text[:9]), self.cap) or self.usual
