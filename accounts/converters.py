"""The path converter for names: anything no name can be answers 404 before the database is asked."""


class NameConverter:
    """A person's name; capital letters are read as small ones."""

    regex = "[A-Za-z0-9_]{1,30}"

    def to_python(self, value: str) -> str:
        """Return the name as it is kept."""
        return value.lower()

    def to_url(self, value: str) -> str:
        """Return the name."""
        return value
