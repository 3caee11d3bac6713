"""Cursors and pages."""

import pytest
from django.http import Http404

from core.ids import MAX_ID
from core.pagination import START, Cursor, cut, read_cursor


def test_no_cursor_is_the_start():
    assert read_cursor({}) == START


def test_cursors_lead_both_ways():
    assert read_cursor({"before": "7"}) == Cursor(7)
    assert read_cursor({"after": "7"}) == Cursor(7, upward=True)
    assert read_cursor({"before": str(MAX_ID)}) == Cursor(MAX_ID)


@pytest.mark.parametrize("text", ["", "x", "-1", "1.5", "1e3", " 1", "٣", "9" * 19, "9" * 400, "1\0", "1,2"])
@pytest.mark.parametrize("name", ["before", "after"])
def test_nonsense_is_no_page(name, text):
    with pytest.raises(Http404):
        read_cursor({name: text})


def test_both_ways_at_once_is_no_page():
    with pytest.raises(Http404):
        read_cursor({"before": "9", "after": "3"})


@pytest.mark.parametrize(
    ("found", "cursor", "expected"),
    [
        ([], START, ([], None, None)),
        ([9, 8], START, ([9, 8], None, None)),
        ([9, 8, 7], START, ([9, 8], 8, None)),
        ([6, 5, 4], Cursor(7), ([6, 5], 5, 6)),
        ([6], Cursor(7), ([6], None, 6)),
        ([8, 9], Cursor(7, upward=True), ([9, 8], 8, None)),
        ([8, 9, 10], Cursor(7, upward=True), ([9, 8], 8, 9)),
        ([], Cursor(7, upward=True), ([], None, None)),
    ],
)
def test_a_page_knows_what_lies_beyond_its_ends(found, cursor, expected):
    assert cut(found, cursor, size=2) == expected
