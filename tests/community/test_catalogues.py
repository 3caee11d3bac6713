"""The German catalogue speaks as the house does, and knows the words of the Jinja fragments."""

from __future__ import annotations

import re

import polib
from django.conf import settings

GERMAN = polib.pofile(str(settings.BASE_DIR / "locale" / "de" / "LC_MESSAGES" / "django.po"))
SPOKEN = [text for entry in GERMAN for text in (entry.msgstr, *entry.msgstr_plural.values())]


def test_nobody_is_addressed_formally() -> None:
    formal = re.compile(r"(?<!^)(?<![.:?] )\b(Sie|Ihre?|Ihre[mnrs]|Ihnen)\b")
    assert [text for text in SPOKEN if formal.search(text)] == []


def test_nobody_is_shouted_at() -> None:
    assert [text for text in SPOKEN if "!" in text] == []


def test_every_word_of_the_fragments_is_known() -> None:
    """Django's makemessages reads Jinja only by likeness: a word in a tag of several lines would be missed."""
    fragments = "".join(path.read_text() for path in (settings.BASE_DIR / "templates" / "jinja").rglob("*.html"))
    words = {match[1] for match in re.finditer(r'\b_\(\s*"([^"]+)"', fragments)}
    assert "Reply" in words
    assert words - {entry.msgid for entry in GERMAN if entry.translated()} == set()
