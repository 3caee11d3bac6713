"""The index: what each post says, as the database can be asked for it."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from posts.models import Post

VERSION = 1
"""Of the way words and facts are made; entries of another version are made anew by ``rebuild_search_index``."""


class WordsField(models.Field[str, str]):
    """Words and facts as ``search.document.document`` gives them: text in SQLite, a ``tsvector`` in PostgreSQL."""

    def db_type(self, connection: Any) -> str:
        """Return the column's type."""
        return "tsvector" if connection.vendor == "postgresql" else "text"

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        """Return the value as the database takes it."""
        return vector_of(value) if connection.vendor == "postgresql" else value


class Entry(models.Model):
    """What the index keeps of one post; goes with it."""

    post = models.OneToOneField(Post, on_delete=models.CASCADE, primary_key=True, related_name="+")
    words = WordsField(editable=False)
    version = models.PositiveSmallIntegerField(default=VERSION)

    class Meta:
        verbose_name = _("entry of the search index")
        verbose_name_plural = _("search index")

    def __str__(self) -> str:
        return f"entry of {self.post_id}"


PLACES = 255  # of one word; PostgreSQL keeps no more


def vector_of(document: str) -> str:
    """Return a document as PostgreSQL's ``tsvector`` in its written form; facts have no place."""
    places: dict[str, list[str]] = {}
    for at, word in enumerate(document.split(), 1):
        known = places.setdefault(word, [])
        if not word.startswith("_") and len(known) < PLACES:
            known.append(str(at))
    places.pop("_", None)
    return " ".join(f"{_quoted(word)}:{','.join(at)}" if at else _quoted(word) for word, at in places.items())


def _quoted(word: str) -> str:
    """Return a word as a ``tsvector`` writes it (PostgreSQL, section 8.11.1), whatever is in it."""
    doubled = word.replace("\\", "\\\\").replace("'", "''")
    return f"'{doubled}'"
