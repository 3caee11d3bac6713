"""How small things are shown: icons, faces, times, numbers, picture frames. Used by both template languages.

People and files are only read here, by the attributes that ``Person`` and ``File`` name.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any, Protocol

from django.conf.locale import LANG_INFO
from django.templatetags.static import static
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.formats import number_format
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext, pgettext

from core.blur import read_blur

CALLED = 12  # letters of a name that fit into the box for an answer on a phone
MINUTE, HOUR, DAY, WEEK = 60, 3600, 86_400, 604_800


class Person(Protocol):
    """What a face needs to know of somebody."""

    @property
    def initials(self) -> str:
        """Two letters."""

    @property
    def hue(self) -> int:
        """Which of the twelve tints."""

    @property
    def avatar_url(self) -> str:
        """The address of the picture, or nothing."""


class File(Protocol):
    """What a frame needs to know of a picture or a film."""

    width: int | None
    height: int | None
    focus_x: float
    focus_y: float
    variants: Any

    def url(self, variant: str = "original") -> str:
        """The address of a variant."""


@cache
def icon(name: str, extra: str = "") -> SafeString:
    """Return the icon ``name`` of the sprite, with further classes ``extra``; it says nothing to a screen reader."""
    classes = f"i {extra}" if extra else "i"
    return format_html('<svg class="{}" aria-hidden="true"><use href="{}#{}"></use></svg>', classes, _sprite(), name)


@cache
def _sprite() -> str:
    return static("icons.svg")


def avatar(person: Person, size: str = "") -> SafeString:
    """Return somebody's face, or their initials on their tint; ``size`` is one of xs, s, m, l, xl (22 to 104 px)."""
    address = person.avatar_url
    classes = f"avatar {size}" if size else "avatar"
    if address:
        inside = f'<img src="{escape(address)}" alt="" width="64" height="64" loading="lazy">'
    else:
        classes, inside = f"{classes} h{person.hue}", escape(person.initials)
    return SafeString(f'<span class="{classes}" aria-hidden="true">{inside}</span>')  # by hand: a page has dozens


def ago(moment: datetime) -> SafeString:
    """Return when something was, seen from now, inside ``<time>``; ago.js keeps it fresh by the same steps."""
    exact, words = moment.isoformat(timespec="seconds"), escape(ago_words(moment, timezone.now()))
    return SafeString(
        f'<time datetime="{exact}" title="{exact[:10]} {exact[11:16]} UTC" data-ago>{words}</time>'
    )  # put together by hand: a page has a hundred


def ago_words(moment: datetime, now: datetime) -> str:
    """Return "now", "12 min", "3 h", "2 d", or after a week the day, with its year unless that is this one."""
    seconds = (now - moment).total_seconds()
    if seconds >= WEEK:
        return _day(moment.date(), moment.year == now.year, get_language())
    return next(words % {"n": int(seconds // step)} for step, words in _ago_steps(get_language()) if seconds >= step)


@cache
def _ago_steps(language: str | None) -> list[tuple[float, str]]:
    """Each step of time, longest first, with its words in the language of now."""
    steps = [(DAY, gettext("%(n)s d")), (HOUR, gettext("%(n)s h")), (MINUTE, gettext("%(n)s min"))]
    return [*steps, (-math.inf, gettext("now"))]


@lru_cache(1024)
def _day(day: date, is_this_year: bool, language: str | None) -> str:
    return format_date(day, gettext("j M") if is_this_year else gettext("j M Y"))


def full_moment(moment: datetime) -> SafeString:
    """Return the day and time inside ``<time>``; ago.js shows it in the reader's own time zone."""
    return format_html(
        '<time datetime="{}" data-moment>{} UTC</time>',
        moment.isoformat(timespec="seconds"),
        format_date(moment, gettext("j M Y, H:i")),
    )


def short_number(n: int) -> str:
    """Return a count as buttons show it: 999, 1.2K, 48K, 3.1M, in the reader's language."""
    if n < 1000:
        return str(n)
    unit, words = (1000, gettext("%(n)sK")) if n < 999_500 else (1_000_000, gettext("%(n)sM"))
    # Never more than there is: 1,990 is 1.9K.
    tenths = n * 10 // unit if n < 100 * unit else n // unit * 10
    decimals = 1 if tenths < 100 and tenths % 10 else 0
    return words % {"n": number_format(tenths // 10 if not decimals else tenths / 10, decimals)}


def call_name(name: str) -> str:
    """Return what one calls somebody where there is little room: the whole of a short name, else its first word."""
    called = name if len(name) <= CALLED else next(iter(name.split()), name)
    return called if len(called) <= CALLED else f"{called[: CALLED - 2]}…"


def more_replies(n: int) -> str:
    """Return "12 more replies"."""
    return ngettext("%(n)s more reply", "%(n)s more replies", n) % {"n": n}


def save_word() -> str:
    """Return what the bookmark says; other languages have another word for saving a form."""
    return pgettext("a post", "Save")


def language_name(code: str) -> str:
    """Return what speakers of a language call it; the bare code where nobody knows."""
    return str(LANG_INFO.get(code, {}).get("name_local", code))


def place_word(place: str) -> str:
    """Return what the ways to some places say, in words that mean other things elsewhere."""
    words = {
        "home": pgettext("navigation", "Home"),
        "me": pgettext("navigation", "Me"),
        "home feed": pgettext("feed", "Home"),
    }
    return words[place]


def clock(seconds: float | None) -> str:
    """Return a duration as players show it: 0:07, 2:14, 1:02:03."""
    whole = round(seconds or 0)
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"


# --- pictures -------------------------------------------------------------------------------------------------------
# The frames of a picture on its own, by the ratio up to which each is the nearest; a frame crops at most 15 %.
FRAMES = ((0.68, "tall"), (0.894, "portrait"), (1.225, "square"), (1.633, "landscape"), (2.09, "wide"))
WIDEST = "panorama"


def frame(files: Sequence[File]) -> str:
    """Return the class that says how the pictures of one post share their place."""
    ratios = [_ratio(file) for file in files[:3]]
    if len(files) == 1:
        return next((name for limit, name in FRAMES if ratios[0] < limit), WIDEST)
    if len(files) == 2:
        return "landscape" if min(ratios) > FRAMES[2][0] else "mixed"
    return "landscape" if ratios[0] >= 1 else "portrait"


def _ratio(file: File) -> float:
    return file.width / file.height if file.width and file.height else 1.5


def focus(file: File) -> str:
    """Return the classes that keep what matters in sight when a picture is cropped, or nothing for the middle.

    They stand for steps of 5 % from the left and from the top: a style of its own the policy would not let through.
    """
    x, y = round(10 * (1 + file.focus_x)), round(10 * (1 - file.focus_y))
    return "" if x == y == 10 else f"fx-{x} fy-{y}"


def srcset(file: File, form: str = "w") -> str:
    """Return the renditions of a picture for ``srcset``, smallest first; empty where there are none.

    ``form`` is ``w`` (WebP) or ``a`` (AVIF).
    """
    sizes = [
        (variant.get("width") or 0, name)
        for name, variant in file.variants.items()
        if name[0] == form and name[1:].isdecimal()
    ]
    return ", ".join(f"{file.url(name)} {width}w" for width, name in sorted(sizes) if width)


@lru_cache(4096)
def blur(code: str) -> SafeString:
    """Return a blur-hash as twelve coloured fields, which the style sheet blurs; nothing for an unreadable one."""
    try:
        rows = read_blur(code, 4, 3)
    except ValueError:
        return SafeString("")
    fields = ((x, y, colour) for y, row in enumerate(rows) for x, colour in enumerate(row))
    return format_html_join("", '<rect x="{}" y="{}" width="1.02" height="1.02" fill="{}"/>', fields)


def wave(values: Sequence[float]) -> str:
    """Return loudness values (0 to 100) as the path of a row of bars, 4 wide each and 36 high."""
    return _wave(tuple(values))


@lru_cache(1024)
def _wave(values: tuple[float, ...]) -> str:
    return "".join(f"M{4 * i + 2} {18 - h:.4g}v{2 * h:.4g}" for i, h in enumerate(map(_half_bar, values)))


def _half_bar(value: float) -> float:
    """Half the height of a bar: at least a dot; the root makes quiet passages visible."""
    return max(1.0, 16 * math.sqrt(min(max(value, 0), 100) / 100))
