"""How the house says what happened: one sentence for each kind, by how many people did it and to what."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notifications.models import Kind, Notification

NAMED = 2  # people named before "and 46 others"


def sentence(kind: str, names: Sequence[str], count: int, *, on_comment: bool = False) -> SafeString:
    """Return the sentence as HTML: ``names`` are the newest (at most two are used) of ``count`` people."""
    if kind in _ALWAYS_HOUSE or not names:
        return format_html("{}", _HOUSE.get(kind, _HOUSE[Kind.MODERATION])())
    one, two, many = _PEOPLE[kind, on_comment] if (kind, on_comment) in _PEOPLE else _PEOPLE[kind, False]
    bold = [format_html("<b>{}</b>", name) for name in names]
    if count == 1 or len(names) == 1:
        return format_html(one(), a=bold[0])
    if count == NAMED:
        return format_html(two(), a=bold[0], b=bold[1])
    rest = count - NAMED
    others = ngettext("%(n)s other", "%(n)s others", rest) % {"n": rest}
    return format_html(many(), a=bold[0], b=bold[1], others=format_html("<b>{}</b>", others))


def words_of(line: Notification) -> str:
    """Return one line of the bell in plain words."""
    if line.actor is None:
        return _HOUSE.get(line.kind, _HOUSE[Kind.MODERATION])()
    is_on_comment = line.post is not None and line.post.is_comment
    one, _two, _many = _PEOPLE.get((line.kind, is_on_comment)) or _PEOPLE[line.kind, False]
    return one().format(a=line.actor.name)


Say = Callable[[], str]

_HOUSE: dict[str, Say] = {
    Kind.MODERATION: lambda: _("A message from the moderators"),
    Kind.REPORT: lambda: _("Something was reported"),
    Kind.MESSAGE: lambda: _("A message from the house"),
    Kind.POLL: lambda: _("A poll has ended"),
}


_ALWAYS_HOUSE = {Kind.MODERATION, Kind.MESSAGE}


def _always(say: Say) -> tuple[Say, Say, Say]:
    return say, say, say


# Sentences for one person, for two, and for more.
_PEOPLE: dict[tuple[str, bool], tuple[Say, Say, Say]] = {
    (Kind.LIKE, False): (
        lambda: _("{a} likes your post"),
        lambda: _("{a} and {b} like your post"),
        lambda: _("{a}, {b} and {others} like your post"),
    ),
    (Kind.LIKE, True): (
        lambda: _("{a} likes your comment"),
        lambda: _("{a} and {b} like your comment"),
        lambda: _("{a}, {b} and {others} like your comment"),
    ),
    (Kind.SHARE, False): (
        lambda: _("{a} shared your post"),
        lambda: _("{a} and {b} shared your post"),
        lambda: _("{a}, {b} and {others} shared your post"),
    ),
    (Kind.SHARE, True): (
        lambda: _("{a} shared your comment"),
        lambda: _("{a} and {b} shared your comment"),
        lambda: _("{a}, {b} and {others} shared your comment"),
    ),
    (Kind.FOLLOW, False): (
        lambda: _("{a} follows you"),
        lambda: _("{a} and {b} follow you"),
        lambda: _("{a}, {b} and {others} follow you"),
    ),
    (Kind.MENTION, False): _always(lambda: _("{a} mentioned you")),
    (Kind.COMMENT, False): _always(lambda: _("{a} answered")),
    (Kind.QUOTE, False): _always(lambda: _("{a} quoted you")),
    (Kind.FOLLOW_REQUEST, False): _always(lambda: _("{a} would like to follow you")),
    (Kind.FOLLOW_ACCEPTED, False): _always(lambda: _("{a} accepted your request. You follow them now.")),
    (Kind.POST, False): _always(lambda: _("{a} published something")),
    (Kind.EDIT, False): _always(lambda: _("{a} changed a post you shared")),
    (Kind.QUOTED_EDIT, False): _always(lambda: _("{a} changed a post you quoted")),
    (Kind.POLL, False): _always(lambda: _("A poll has ended")),
    (Kind.REPORT, False): _always(lambda: _("{a} reported something")),
    (Kind.SIGNUP, False): _always(lambda: _("{a} would like to join")),
    (Kind.DESCRIPTION, False): _always(lambda: _("{a} proposes a description for a file of yours")),
}
