"""What a name may be, and when two look the same."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.forms.fields import NameField
from accounts.models import FormerName, User
from accounts.models.user import username_shape
from accounts.names import is_reserved, normalize_name, skeleton_of
from tests import make


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("Alice", "alice"), ("  @Bob ", "bob"), ("ⓐⓛⓘⓒⓔ", "alice"), ("ＡＬＩＣＥ", "alice"), ("ﬁona", "fiona")],
)
def test_compatibility_forms_and_case_are_one_name(typed: str, kept: str) -> None:
    assert normalize_name(typed) == kept


@pytest.mark.parametrize(("one", "other"), [("b0b", "bob"), ("carl", "car1"), ("corn", "com"), ("vvim", "wim")])
def test_lookalikes_share_a_skeleton(one: str, other: str) -> None:
    assert skeleton_of(one) == skeleton_of(other)


@pytest.mark.parametrize("name", ["admin", "m0d", "settings", "about", "n0body"])
def test_the_house_keeps_its_names(name: str) -> None:
    assert is_reserved(name)


@given(st.text(max_size=40))
def test_whatever_is_typed_becomes_ascii_or_is_refused(text: str) -> None:
    name = normalize_name(text)
    if username_shape.regex.match(name):
        assert name.isascii()
        assert name == normalize_name(name)


def test_no_two_letters_of_unicode_are_one_name_by_case_alone() -> None:
    """Every character either becomes a plain letter for good, or no name at all: none depends on how it is compared."""
    odd = [chr(n) for n in range(sys.maxunicode + 1) if username_shape.regex.match(normalize_name(chr(n)))]
    assert {normalize_name(char) for char in odd} <= set("abcdefghijklmnopqrstuvwxyz0123456789_") | {
        normalize_name(char) for char in odd if len(normalize_name(char)) > 1
    }
    assert all(normalize_name(char.upper()) == normalize_name(char.lower()) for char in odd if char.isascii())


@pytest.mark.parametrize("typed", ["Bob", "b0b", "ＢＯＢ"])
def test_nobody_can_look_like_somebody_else(bob: User, typed: str) -> None:
    with pytest.raises(Exception, match="Somebody has this name"):
        NameField().clean(typed)


def test_a_given_up_name_stays_reserved_for_its_owner(alice: User) -> None:
    FormerName.objects.create(name="amelie", skeleton="amelie", person=alice)
    with pytest.raises(Exception, match="Somebody has this name"):
        NameField().clean("amelie")
    assert NameField(person=alice).clean("amelie") == "amelie"


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["", " ", "ä", "a b", "a\x00b", "\ud800", "x" * 31, "x" * 10**6, "аlice", "a-b", "@"])
def test_odd_names_are_refused_with_a_sentence(typed: str) -> None:
    with pytest.raises(Exception) as refused:
        NameField().clean(typed)
    assert type(refused.value).__name__ == "ValidationError"


def test_capital_letters_never_reach_the_table(db: None) -> None:
    assert make.user("Zoe").username == "zoe"
