"""Who may call what: generated from the declarations, so that no endpoint can be forgotten."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest
from allauth.usersessions.models import UserSession
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from accounts.services.joining import create_invitation
from api import urls  # noqa: F401  (declares the endpoints)
from api.endpoint import APP, ENDPOINTS, NEWCOMER, PERSON, PUBLIC, check_access, endpoint
from api.errors import Refused
from api.oauth.services import issue_token, register_app
from api.scopes import SCOPES
from feeds.services.lists import create_list
from notifications.models import AcceptedSender
from posts.models import Visibility
from posts.services.filters import create_filter
from posts.services.schedule import schedule_post
from tests import make

NAMES = [f"{one.method} {one.path}" for one in ENDPOINTS]
BY_NAME = dict(zip(NAMES, ENDPOINTS, strict=True))
# Scopes that are more than one word say what they cover; "follow" is an old name for six of them.
FOLLOW = {f"{verb}:{what}" for verb in ("read", "write") for what in ("follows", "blocks", "mutes")}


def address_of(path: str, pk: int = 1) -> str:
    """An address with every hole filled."""
    return "/" + "/".join(_filled(segment, pk) for segment in path.split("/"))


def _filled(segment: str, pk: int) -> str:
    if not segment.startswith("<"):
        return segment
    return str(pk) if segment.startswith("<id:") else "x"


@pytest.mark.parametrize("name", NAMES)
def test_only_a_declared_scope_lets_in(name):
    declared = BY_NAME[name]
    let_in = {scope for scope in SCOPES if _lets_in(declared, scope)}
    wanted = {
        scope
        for scope in SCOPES
        for needed in declared.scopes
        if scope == needed or needed.startswith(f"{scope}:") or (scope == "follow" and needed in FOLLOW)
    }
    assert let_in == (wanted if declared.scopes else set(SCOPES))


def test_every_endpoint_declares_a_scope_but_for_what_everybody_may_read():
    bare = {name for name, one in BY_NAME.items() if not one.scopes and (one.who, one.method) != (PUBLIC, "GET")}
    assert bare == {"POST api/v1/apps", "GET api/v1/apps/verify_credentials", "GET api/v1/announcements"}


@pytest.mark.parametrize(("method", "who"), [("GET", PERSON), ("GET", APP), ("POST", PUBLIC), ("DELETE", NEWCOMER)])
def test_without_a_scope_nothing_else_can_be_declared(method, who):
    before = list(ENDPOINTS)
    with pytest.raises(ImproperlyConfigured):
        endpoint(method, "api/v1/secrets", who=who)(len)
    assert before == ENDPOINTS


@pytest.mark.parametrize("name", [name for name, one in BY_NAME.items() if one.who != PUBLIC])
def test_without_a_token_nobody_gets_in(api, db, name):
    declared = BY_NAME[name]
    answer = api(declared.method, address_of(declared.path), status=401)
    assert answer["error"] == "The access token is invalid"


@pytest.mark.parametrize("name", [name for name, one in BY_NAME.items() if one.who in (PERSON, NEWCOMER)])
def test_an_app_of_its_own_is_nobody(api_as, name):
    declared = BY_NAME[name]
    answer = api_as(None)(declared.method, address_of(declared.path), status=422)
    assert answer["error"] == "This method requires an authenticated user"


@pytest.mark.parametrize("name", [name for name in NAMES if "/admin/" in name])
def test_a_scope_makes_nobody_a_moderator(api_as, alice, name):
    declared = BY_NAME[name]
    said = {
        "type": "delete" if "polylog" in name else "none",
        "text": "x",
        "keys": ["new_users"],
        "start_at": "2026-01-01",
        "end_at": "2026-01-02",
    }
    assert api_as(alice)(declared.method, address_of(declared.path), said, status=403)["error"].startswith(
        "This action"
    )


# --- what belongs to others -----------------------------------------------------------------------------------------
OWN = {
    "api/v1/lists/": lambda alice: create_list(alice, "Friends"),
    "api/v1/timelines/list/": lambda alice: create_list(alice, "Friends"),
    "api/v2/filters/<": lambda alice: create_filter(alice, title="x", contexts=["home"], keywords=[("tea", True)]),
    "api/v2/filters/keywords/": lambda alice: create_filter(
        alice, title="x", contexts=["home"], keywords=[("tea", True)]
    ).keywords.get(),
    "api/v1/filters/": lambda alice: create_filter(
        alice, title="x", contexts=["home"], keywords=[("tea", True)]
    ).keywords.get(),
    "api/v1/scheduled_statuses/": lambda alice: schedule_post(
        alice, due=timezone.now() + timedelta(hours=1), text="later"
    ),
    "api/v1/media/": make.image,
    "api/polylog/v1/media/": make.audio,
    "api/polylog/v1/scheduled_statuses/": lambda alice: schedule_post(
        alice, due=timezone.now() + timedelta(hours=1), text="later"
    ),
    "api/polylog/v1/conversations/": lambda alice: _side_of(alice),
    "api/polylog/v1/sessions/": lambda alice: _session_of(alice),
    "api/polylog/v1/apps/": lambda alice: _app_of(alice),
    "api/polylog/v1/invitations/": create_invitation,
    "api/polylog/v1/notifications/accepted/": lambda alice: AcceptedSender.objects.create(
        user=alice, sender=make.user("sender")
    ),
}
SAID = {
    "account_ids": ["1"], "title": "x", "keyword": "x", "status_id": "1", "phrase": "x", "context": ["home"],
    "scheduled_at": "2030-01-01T00:00:00Z", "frame": "frame1", "text": "x",
}  # fmt: skip


@pytest.mark.parametrize(
    "name", [name for name in NAMES for prefix in OWN if "<" in name and name.partition(" ")[2].startswith(prefix)]
)
def test_what_belongs_to_somebody_else_is_not_there(api_as, alice, carol, name):
    declared = BY_NAME[name]
    thing = next(make_one(alice) for prefix, make_one in OWN.items() if declared.path.startswith(prefix))
    answer = api_as(carol)(declared.method, address_of(declared.path, thing.pk), SAID, status=404)
    assert answer == {"error": "Record not found"}


# --- posts ----------------------------------------------------------------------------------------------------------
STATUSES = ("api/v1/statuses/<", "api/polylog/v1/statuses/<")
AROUND_POSTS = [name for name in NAMES if name.partition(" ")[2].startswith(STATUSES)]


@pytest.mark.parametrize("name", AROUND_POSTS)
@pytest.mark.parametrize("visibility", [Visibility.FOLLOWERS, Visibility.DIRECT])
def test_a_post_that_cannot_be_seen_is_not_there(api_as, api, alice, carol, name, visibility):
    declared = BY_NAME[name]
    post = make.post(alice, text="hidden", visibility=visibility)
    said = {"status": "x", "quote_approval_policy": "public", "descriptions": [{"id": "1", "description": "x"}]}
    address = address_of(declared.path, post.pk)
    assert api_as(carol)(declared.method, address, said, status=404) == {"error": "Record not found"}
    if declared.who == PUBLIC:
        assert api(declared.method, address, status=404) == {"error": "Record not found"}


def _side_of(alice):
    make.post(alice, text="Hello @guest", visibility=Visibility.DIRECT)
    return alice.conversations.get()


def _session_of(alice):
    return UserSession.objects.create(user=alice, session_key="a" * 32, ip="10.0.0.1", user_agent="Firefox/140.0")


def _app_of(alice):
    return issue_token(register_app("Hers", ["urn:ietf:wg:oauth:2.0:oob"], ["read"])[0], alice, ["read"])[0].application


def _lets_in(declared, scope: str) -> bool:
    user = SimpleNamespace() if declared.who != APP else None
    token = SimpleNamespace(granted=frozenset({scope}), waits=False, user=None)
    request = SimpleNamespace(auth=token, user=user)
    try:
        check_access(request, declared)
    except Refused:
        return False
    return True
