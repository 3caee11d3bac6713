"""The token an app opens a stream with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from api.oauth.tokens import token_of
from api.scopes import allows
from feeds.models import PeopleList
from live.access import Pass
from live.dialect.streams import NoSuchStream, Topic
from live.rights import seen_by


@dataclass(frozen=True)
class AppPass:
    """Who an app speaks for, and what it may do."""

    held: Pass
    granted: frozenset[str]
    viewer_id: int

    def check(self, topic: Topic) -> None:
        """Raise NoSuchStream where the token does not reach, the list is somebody else's or the post unseen.

        Asks the database.
        """
        if not all(allows(self.granted, [scope]) for scope in topic.scopes):
            raise NoSuchStream("This stream is outside the authorized scopes")
        if topic.label[0] == "list" and not PeopleList.objects.filter(owner=self.viewer_id, pk=topic.label[1]).exists():
            raise NoSuchStream("Not authorized to stream this list")
        if topic.label[0] == "post" and not seen_by(self.viewer_id, [int(topic.label[1])]):
            raise NoSuchStream("Not authorized to stream this post")


def token_in(headers: Mapping[bytes, bytes], query: Mapping[str, str]) -> tuple[str, str | None]:
    """Return the token of a handshake, and the subprotocol to answer with where it came as one (browsers)."""
    kind, _, raw = headers.get(b"authorization", b"").decode("latin-1").partition(" ")
    if kind.lower() == "bearer":
        return raw.strip(), None
    offered = headers.get(b"sec-websocket-protocol", b"").decode("latin-1").split(",")[0].strip()
    if offered:
        return offered, offered
    return query.get("access_token", ""), None


def read_query(scope: Mapping[str, object]) -> dict[str, str]:
    """Return the parameters of an address."""
    raw = scope.get("query_string", b"")
    return dict(parse_qsl(raw.decode("latin-1") if isinstance(raw, bytes) else "", max_num_fields=20))


def open_app_pass(raw: str) -> AppPass | None:
    """Return what a token allows; None for one that is not in force or has nobody behind it."""
    token = token_of(raw)
    if token is None or token.waits or token.user is None or not token.user.is_active:
        return None
    person = token.user
    held = Pass(person.pk, "", person.auth_epoch, person.language or "en", token=token.pk)
    return AppPass(held, token.granted, person.pk)
