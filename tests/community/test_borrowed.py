"""What others say on our pages is theirs still, so that our catalogues answer for it."""

from __future__ import annotations

from pathlib import Path

import allauth
import django
import polib
import pytest

from community import borrowed

LENDERS = {
    "ALLAUTH": Path(allauth.__file__).parent / "locale",
    "FORMS": Path(django.__file__).parent / "conf" / "locale",
    "PEOPLE": Path(django.__file__).parent / "contrib" / "auth" / "locale",
    "ADMIN": Path(django.__file__).parent / "contrib" / "admin" / "locale",
}


@pytest.mark.parametrize("name", LENDERS)
def test_every_borrowed_word_is_still_said_by_its_lender(name: str) -> None:
    said = {entry.msgid for entry in polib.pofile(str(LENDERS[name] / "de" / "LC_MESSAGES" / "django.po"))}
    assert set(getattr(borrowed, name)) - said == set()
