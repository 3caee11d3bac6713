"""Path converters that answer nonsense with 404 instead of handing it to the database."""

from django.urls import register_converter

from core.ids import MAX_ID


class IdConverter:
    """A primary key: up to 19 digits, within 63 bits."""

    regex = "[0-9]{1,19}"

    def to_python(self, value: str) -> int:
        """Return the number; ValueError (a 404) when no row can have it."""
        number = int(value)
        if number > MAX_ID:
            raise ValueError
        return number

    def to_url(self, value: int) -> str:
        """Return the digits."""
        return str(value)


register_converter(IdConverter, "id")
