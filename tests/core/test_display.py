from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import translation

from core import display

NOW = datetime(2026, 11, 21, 17, 32, tzinfo=UTC)


@pytest.mark.parametrize(
    ("before", "words"),
    [
        (timedelta(seconds=-5), "now"),
        (timedelta(seconds=59), "now"),
        (timedelta(seconds=60), "1 min"),
        (timedelta(minutes=59, seconds=59), "59 min"),
        (timedelta(hours=1), "1 h"),
        (timedelta(hours=23, minutes=59), "23 h"),
        (timedelta(days=1), "1 d"),
        (timedelta(days=6, hours=23), "6 d"),
        (timedelta(days=7), "14 Nov"),
        (timedelta(days=400), "17 Oct 2025"),
    ],
)
def test_time_is_told_from_now(before: timedelta, words: str) -> None:
    assert display.ago_words(NOW - before, NOW) == words


def test_a_time_names_its_moment_for_scripts_and_pointers() -> None:
    written = display.ago(datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC))
    assert written == (
        '<time datetime="2020-01-02T03:04:05+00:00" title="2020-01-02 03:04 UTC" data-ago>2 Jan 2020</time>'
    )


@pytest.mark.parametrize(
    ("n", "short"),
    [
        (0, "0"),
        (999, "999"),
        (1000, "1K"),
        (1248, "1.2K"),
        (1990, "1.9K"),
        (9999, "9.9K"),
        (48_700, "48K"),
        (999_499, "999K"),
        (1_000_000, "1M"),
        (3_180_000, "3.1M"),
    ],
)
def test_counts_are_short_and_never_too_high(n: int, short: str) -> None:
    assert display.short_number(n) == short


def test_counts_follow_the_language() -> None:
    with translation.override("de"):
        assert display.short_number(1248)[:3] == "1,2"


@pytest.mark.parametrize(
    ("seconds", "shown"), [(None, "0:00"), (7.4, "0:07"), (134, "2:14"), (3723, "1:02:03"), (59.6, "1:00")]
)
def test_clock(seconds: float | None, shown: str) -> None:
    assert display.clock(seconds) == shown


@pytest.mark.parametrize(
    ("sizes", "frame"),
    [
        ([(1500, 1000)], "landscape"),
        ([(1600, 900)], "wide"),
        ([(1000, 1000)], "square"),
        ([(800, 1000)], "portrait"),
        ([(500, 1000)], "tall"),
        ([(3000, 1000)], "panorama"),
        ([(None, None)], "landscape"),
        ([(1500, 1000), (1500, 1000)], "landscape"),
        ([(1500, 1000), (1000, 1000)], "mixed"),
        ([(800, 1000), (1500, 1000), (1000, 1000)], "portrait"),
        ([(1500, 1000), (800, 1000), (1000, 1000)], "landscape"),
    ],
)
def test_frames_fit_the_pictures(sizes: list[tuple[int | None, int | None]], frame: str) -> None:
    assert display.frame([_picture(width=width, height=height) for width, height in sizes]) == frame


@pytest.mark.parametrize(
    ("x", "y", "name"),
    [(0, 0, ""), (-1, 0, "fx-0 fy-10"), (0.5, 0.5, "fx-15 fy-5"), (0.21, -0.9, "fx-12 fy-19"), (0.04, 0.04, "")],
)
def test_what_matters_stays_in_sight(x: float, y: float, name: str) -> None:
    assert display.focus(_picture(focus_x=x, focus_y=y)) == name


def test_renditions_come_smallest_first() -> None:
    picture = _picture(variants={"w1280": {"width": 1280}, "original": {"width": 4000}, "w320": {"width": 320}})
    assert display.srcset(picture) == "/media/k/w320 320w, /media/k/w1280 1280w"


def test_a_blur_hash_becomes_twelve_fields() -> None:
    assert display.blur("005?}k").count('fill="#336699"') == 12


def test_an_unreadable_blur_hash_becomes_nothing() -> None:
    assert display.blur("nonsense") == ""


def test_bars_are_as_high_as_it_is_loud() -> None:
    assert display.wave([0, 100, 25]) == "M2 17v2M6 2v32M10 10v16"


def test_a_face_is_a_picture_or_initials() -> None:
    plain = SimpleNamespace(initials="M<", hue=7, avatar_url="")
    shown = SimpleNamespace(initials="MO", hue=7, avatar_url='/media/k/"')
    assert display.avatar(plain, "s") == '<span class="avatar s h7" aria-hidden="true">M&lt;</span>'
    assert display.avatar(shown) == (
        '<span class="avatar" aria-hidden="true">'
        '<img src="/media/k/&quot;" alt="" width="64" height="64" loading="lazy"></span>'
    )


def _picture(**fields: Any) -> Any:
    known: dict[str, Any] = {"width": 640, "height": 480, "focus_x": 0, "focus_y": 0, "variants": {}}
    return SimpleNamespace(**(known | fields), url=lambda variant: f"/media/k/{variant}")


@pytest.mark.parametrize(
    ("name", "called"),
    [("Café Nordhof", "Café Nordhof"), ("Theo Lindqvist", "Theo"), ("Rindfleischetikettierung", "Rindfleisc…")],
)
def test_people_are_called_by_what_fits(name: str, called: str) -> None:
    assert display.call_name(name) == called
