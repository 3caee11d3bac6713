"""What people type: words, "a phrase", -without, begin*, #tag, and operators such as ``from:mira``.

The operators are those people know from elsewhere. Whatever cannot be understood gets a sentence that says what can be
written instead; a colon after anything else (``12:30``, ``https://…``) is just a part of the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User
from core.ids import MAX_ID, id_at
from core.text import tag_name
from core.words import words_of
from posts.models import Hashtag
from search import facts
from search.query import Group, Query, Term

LENGTH = 500
TERMS = 20
BEGUN = 2  # letters that a word needs before it stands for all that begin so

_PIECE = re.compile(r'(-?)(?:([A-Za-z]+):)?(?:"([^"]*)"?|(\S+))')
_QUOTES = str.maketrans(dict.fromkeys("„“”«»‟", '"'))
_DAY = re.compile(r"([0-9]{4})(?:-([0-9]{1,2})(?:-([0-9]{1,2}))?)?")
_GERMAN_DAY = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8})*", re.IGNORECASE)
_HAS = {
    "image": (facts.IMAGE,), "picture": (facts.IMAGE,), "photo": (facts.IMAGE,), "video": (facts.VIDEO,),
    "audio": (facts.AUDIO,), "sound": (facts.AUDIO,), "media": (facts.IMAGE, facts.VIDEO, facts.AUDIO),
    "poll": (facts.POLL,), "link": (facts.LINK,),
}  # fmt: skip
_KEPT = {"bookmarks": "bookmarks", "saved": "bookmarks", "likes": "likes", "favourites": "likes"}
_NOTHING = "_nothing"  # a fact no post has


class Problem(ValidationError):
    """A question that cannot be understood; its message says what can be written instead."""


@dataclass
class _Reading:
    """A question while it is read."""

    viewer: User | None
    groups: list[Group] = field(default_factory=list)
    unwanted: list[Term] = field(default_factory=list)
    names: dict[str, bool] = field(default_factory=dict)  # wanted or not
    languages: list[str] = field(default_factory=list)
    tags: dict[str, bool] = field(default_factory=dict)
    kept: set[str] = field(default_factory=set)
    above: int = 0
    below: int = MAX_ID
    size: int = 0

    def put(self, is_wanted: bool, *terms: Term) -> None:
        """Ask for one of the terms, or for none of them."""
        if is_wanted:
            self.groups.append(terms)
        else:
            self.unwanted += terms


def read_query(text: str, viewer: User | None) -> Query:
    """Return what ``viewer`` asks for; nothing for nothing but space. Raises Problem with a sentence.

    The last word may be one that is still being typed: it stands for all that begin so, unless a space or a quotation
    mark ends it. At most two queries: for people named, and for tags named.
    """
    if "\0" in text or len(text) > LENGTH:
        raise Problem(_("That is more than can be looked for. Use fewer words."))
    reading = _Reading(viewer)
    pieces = list(_PIECE.finditer(text.translate(_QUOTES)))
    for piece in pieces:
        _read_piece(reading, piece, is_last=piece.end() == len(text))
        reading.size += 1
    if reading.size > TERMS:
        raise Problem(_("That is more than can be looked for. Use fewer words."))
    _resolve_people(reading)
    _resolve_tags(reading)
    if reading.languages:
        reading.put(True, *(Term((facts.spoken(one),)) for one in reading.languages))
    query = Query(
        tuple(reading.groups), tuple(dict.fromkeys(reading.unwanted)), frozenset(reading.kept), reading.above,
        reading.below, any(reading.names.values()),
    )  # fmt: skip
    if pieces and query.is_empty:
        raise Problem(_("There is no word in this that could be looked for."))
    return query


def _read_piece(reading: _Reading, piece: re.Match[str], *, is_last: bool) -> None:
    minus, name, quoted, plain = piece.groups()
    value = plain if quoted is None else quoted
    operator = _OPERATORS.get((name or "").lower())
    if operator is None and plain and plain.endswith(":") and plain[:-1].lower() in _OPERATORS:
        operator, value = _OPERATORS[plain[:-1].lower()], ""
    if operator is not None:
        operator(reading, value.strip(), not minus)
    elif value.startswith("#") and (tag := tag_name(value[1:].rstrip(".,;:!?)"))):
        reading.tags[tag] = not minus
    else:
        _read_words(reading, f"{name}:{value}" if name else value, not minus, quoted is None, is_last=is_last)


def _read_words(reading: _Reading, value: str, is_wanted: bool, is_plain: bool, *, is_last: bool) -> None:
    words = tuple(words_of(value))
    if not words:
        return
    may_go_on = is_plain and (value.endswith("*") or (is_last and is_wanted and value[-1:].isalnum()))
    reading.put(is_wanted, Term(words, may_go_on and len(words[-1]) >= BEGUN))


# --- operators ------------------------------------------------------------------------------------------------------
def _from(reading: _Reading, value: str, is_wanted: bool) -> None:
    name = value.lower().removeprefix("@").partition("@")[0]
    if not name:
        raise Problem(_("Write a name after from:, as in from:mira, or from:me for your own posts."))
    if name == "me":
        name = _signed_in(reading).username
    reading.names[name] = is_wanted


def _has(reading: _Reading, value: str, is_wanted: bool) -> None:
    if value.lower() not in _HAS:
        raise Problem(_("After has: stands image, video, audio, media, poll or link."))
    reading.put(is_wanted, *(Term((fact,)) for fact in _HAS[value.lower()]))


def _in(reading: _Reading, value: str, is_wanted: bool) -> None:
    where = value.lower()
    if where == "mine":
        reading.names[_signed_in(reading).username] = is_wanted
    elif where in _KEPT and is_wanted:
        _signed_in(reading)
        reading.kept.add(_KEPT[where])
    else:
        raise Problem(_("After in: stands bookmarks, likes or mine."))


def _language(reading: _Reading, value: str, is_wanted: bool) -> None:
    if not _LANGUAGE.fullmatch(value):
        raise Problem(_("After language: stands the short name of a language, as in language:de."))
    if is_wanted:
        reading.languages.append(value)
    else:
        reading.put(False, Term((facts.spoken(value),)))


def _before(reading: _Reading, value: str, is_wanted: bool) -> None:
    reading.below = min(reading.below, _days(value, is_wanted)[0])


def _after(reading: _Reading, value: str, is_wanted: bool) -> None:
    reading.above = max(reading.above, _days(value, is_wanted)[1] - 1)


def _during(reading: _Reading, value: str, is_wanted: bool) -> None:
    begin, end = _days(value, is_wanted)
    reading.above, reading.below = max(reading.above, begin - 1), min(reading.below, end)


_OPERATORS: dict[str, Callable[[_Reading, str, bool], None]] = {
    "from": _from, "has": _has, "in": _in, "language": _language, "lang": _language, "before": _before,
    "after": _after, "during": _during,
}  # fmt: skip


def _signed_in(reading: _Reading) -> User:
    if reading.viewer is None:
        raise Problem(_("Sign in to look among what is yours."))
    return reading.viewer


def _days(value: str, is_wanted: bool) -> tuple[int, int]:
    """Return the first id of a day, month or year (UTC), and the first one after it."""
    german, known = _GERMAN_DAY.fullmatch(value), _DAY.fullmatch(value)
    parts = german.group(3, 2, 1) if german else known.groups() if known else ()
    if not parts or not is_wanted:
        raise Problem(_("Write a day, a month or a year: 2026-05-31, 2026-05 or 2026."))
    year, month, day = (int(part) if part else None for part in parts)
    try:
        begin = datetime(year or 0, month or 1, day or 1, tzinfo=UTC)
        end = _end(begin, is_year=month is None, is_month=day is None)
    except (ValueError, OverflowError):
        raise Problem(_("There is no such day: %(day)s.") % {"day": value}) from None
    return min(id_at(begin), MAX_ID), min(id_at(end), MAX_ID)


def _end(begin: datetime, *, is_year: bool, is_month: bool) -> datetime:
    if is_year:
        return begin.replace(year=begin.year + 1)
    if is_month:
        return (begin + timedelta(days=31)).replace(day=1)
    return begin + timedelta(days=1)


# --- what has to be looked up ---------------------------------------------------------------------------------------
def _resolve_people(reading: _Reading) -> None:
    """Turn names into facts; somebody unseen is like nobody."""
    if not reading.names:
        return
    found = dict(
        User.objects.visible_to(reading.viewer).filter(username__in=reading.names).values_list("username", "pk")
    )
    for name in reading.names:
        if name not in found:
            raise Problem(_("Nobody here is called @%(name)s.") % {"name": name})
    terms = {name: Term((facts.by(pk),)) for name, pk in found.items()}
    if wanted := [terms[name] for name, is_wanted in reading.names.items() if is_wanted]:
        reading.put(True, *wanted)
    reading.unwanted += [terms[name] for name, is_wanted in reading.names.items() if not is_wanted]


def _resolve_tags(reading: _Reading) -> None:
    """Turn tags into facts; one that was taken away is on no post."""
    if not reading.tags:
        return
    away = set(Hashtag.objects.filter(name__in=reading.tags).exclude(hidden_at=None).values_list("name", flat=True))
    for name, is_wanted in reading.tags.items():
        reading.put(is_wanted, Term((_NOTHING if name in away else facts.tagged(name),)))
