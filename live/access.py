"""Who is at the other end of a socket, whether they still may be, and which streams they may join."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.models import Session
from django.http import HttpRequest, parse_cookie
from django.utils import timezone

from accounts.middleware import choose_language
from accounts.models import Mute, User
from api.oauth.tokens import still_in_force
from core.display import avatar
from live.protocol import StreamName
from live.rights import seen_by

_sessions = import_module(settings.SESSION_ENGINE)


@dataclass(frozen=True)
class Pass:
    """What a socket was opened with: the person (``None``: anonymous), their session, and the epoch it belongs to."""

    viewer_id: int | None
    session_key: str
    auth_epoch: int
    language: str
    token: int = 0
    """The key of an app's token, where one opened it instead of a session."""


def is_our_origin(headers: Mapping[bytes, bytes]) -> bool:
    """Whether the page that opens a socket is ours. Browsers always say; nobody else may use a reader's cookies (S30).

    The page's host must be the one it asks, or the site's own address (behind a front that renames the host).
    """
    origin = headers.get(b"origin", b"").decode("latin-1")
    try:
        page = urlsplit(origin)
        home = urlsplit(settings.SITE_URL)
    except ValueError:
        return False
    if page.scheme not in {"http", "https"} or not page.netloc:
        return False
    asked = headers.get(b"host", b"").decode("latin-1").lower()
    return page.netloc.lower() in {asked, home.netloc.lower()}


def open_pass(headers: Mapping[bytes, bytes]) -> Pass:
    """Return who comes with these headers of a handshake; a session that is over makes them anonymous."""
    request = HttpRequest()
    request.COOKIES = parse_cookie(headers.get(b"cookie", b"").decode("latin-1"))
    request.META["HTTP_ACCEPT_LANGUAGE"] = headers.get(b"accept-language", b"").decode("latin-1")
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    request.session = _sessions.SessionStore(key or None)
    request.user = get_user(request)
    language = choose_language(request)
    user = request.user
    if not isinstance(user, User) or not user.is_active:
        return Pass(None, "", 0, language)
    return Pass(user.pk, str(request.session.session_key), user.auth_epoch, language)


def ended(passes: Iterable[Pass]) -> set[Pass]:
    """Return the passes that no longer hold: signed out, suspended, or older than the person's epoch. Three queries.

    An app's pass holds as long as its token does: a new password ends sessions, not apps (docs/api.md).
    """
    held = {held for held in passes if held.viewer_id is not None}
    if not held:
        return set()
    people = User.objects.filter(pk__in={one.viewer_id for one in held}, is_active=True)
    epochs = dict(people.values_list("pk", "auth_epoch"))
    tokens = still_in_force(one.token for one in held if one.token)
    keys = {one.session_key for one in held if not one.token}
    sessions = Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now())
    running = set(sessions.values_list("session_key", flat=True))
    return {one for one in held if not _holds(one, epochs, running, tokens)}


def _holds(one: Pass, epochs: Mapping[int, int], sessions: set[str], tokens: set[int]) -> bool:
    epoch = epochs.get(one.viewer_id or 0)
    if one.token:
        return epoch is not None and one.token in tokens
    return epoch == one.auth_epoch and one.session_key in sessions


def may_join(held: Pass, stream: StreamName, feed: str) -> bool:
    """Whether a reader may follow a stream: a post they see, their own bell, a feed. Unseen answers like absent."""
    match stream.kind:
        case "post":
            return bool(seen_by(held.viewer_id, [stream.pk]))
        case "user":
            return held.viewer_id == stream.pk
        case _:
            return feed == "local" or held.viewer_id is not None


def who_writes(
    held: Pass, stream: StreamName, readers: Iterable[int | None]
) -> tuple[dict[str, str], set[int | None]] | None:
    """Return who is writing under a post, and which of the ``readers`` may know; nothing for who may not write.

    That is whoever sees the post, has no block between them and the writer, and has not muted them.
    """
    if held.viewer_id is None or not seen_by(held.viewer_id, [stream.pk]):
        return None
    person = User.objects.for_display().get(pk=held.viewer_id)
    away = {pk for row in person.apart_from().values_list() for pk in row}
    away |= set(Mute.objects.in_force().filter(muted=person).values_list("muter", flat=True))
    told = {reader for reader in set(readers) - away if seen_by(reader, [stream.pk])}
    return {"id": str(person.pk), "name": person.name, "face": avatar(person, "xs")}, told
