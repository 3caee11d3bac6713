"""Text as it comes in: one form for equal strings, and a sentence for what no database can keep."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# Overrides and isolates turn the reading direction of what follows; with them a link can look like another one (S07).
BIDI = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
UNSOUND = re.compile(r"[\x00\ud800-\udfff]")
TAG_LENGTH = 100


def sound_text(value: str) -> None:
    """Raise ValidationError for NUL and lone surrogates, which PostgreSQL or UTF-8 cannot hold."""
    if UNSOUND.search(value):
        raise ValidationError(
            _("This text has a character that cannot be kept. Remove it and try again."), code="unsound"
        )


def normalize_text(value: str) -> str:
    """Return ``value`` as it is stored: NFC, lines ended by LF; ValidationError as in ``sound_text``."""
    sound_text(value)
    return unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n"))


def legible(value: str) -> str:
    """Return ``value`` for reading: without direction overrides, with U+FFFD for what is not a character."""
    return UNSOUND.sub("\ufffd", value).translate(BIDI)


def tag_name(shown: str) -> str:
    """Return the name under which a tag is found, or nothing when ``shown`` is none.

    The name is NFKC and case-folded; letters (with their marks), digits and underscores, at most 100, one letter.
    """
    name = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", shown).casefold())
    is_tag = 0 < len(name) <= TAG_LENGTH and all(map(is_tag_char, name)) and any(map(str.isalpha, name))
    return name if is_tag else ""


def is_tag_char(char: str) -> bool:
    """Whether ``char`` may stand in a tag."""
    return char == "_" or char.isalnum() or unicodedata.category(char)[0] == "M"
