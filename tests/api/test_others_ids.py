"""The ids of others: in addresses, and in every parameter that is an id. What is not one's own is not there."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, resolve
from django.utils import timezone
from rest_framework.serializers import BaseSerializer

from accounts.models import User
from accounts.services.ties import follow_person
from api import urls
from api.endpoint import ENDPOINTS, EndpointView
from api.fields import Id, Many
from feeds.services.lists import create_list
from notifications.models import Kind, NotificationRequest
from notifications.policy import change_policy
from notifications.services import notify
from posts.models import Visibility
from posts.services.filters import add_post, create_filter
from posts.services.polls import PollDraft
from posts.services.schedule import schedule_post
from posts.services.tags import feature_tag
from tests import make
from tests.access.api_table import ONES_OWN
from tests.api.test_access import OWN


def test_every_address_is_an_endpoint_or_known_to_be_a_page():
    """What is no endpoint declares no scope, so nothing may be added beside them unseen."""
    pages = {name for name, view in views_in(urls.urlpatterns) if not issubclass(view, EndpointView)}
    uploads = {"api/polylog/v1/uploads/tus", "api/polylog/v1/uploads/tus/<slug:key>"}  # ask for write:media themselves
    assert pages - uploads == {
        "docs/api", "oauth/authorize", "oauth/token", "oauth/revoke", "settings/apps", "settings/apps/revoke",
    }  # fmt: skip


def views_in(patterns: list[Any], start: str = "") -> set[tuple[str, type]]:
    """The addresses below some patterns, each with the class of its view."""
    found: set[tuple[str, type]] = set()
    for one in patterns:
        at = start + str(one.pattern)
        if isinstance(one, URLResolver):
            found |= views_in(one.url_patterns, at)
        if isinstance(one, URLPattern):
            found.add((at.rstrip("/"), getattr(one.callback, "cls", type(one.callback))))
    return found


# --- in addresses -----------------------------------------------------------------------------------------------------
def conversation(alice, bob) -> Any:
    make.post(bob, text="@alice psst", visibility=Visibility.DIRECT)
    return alice.conversations.get().pk


def line(alice, bob) -> Any:
    return notify(alice, Kind.LIKE, actor=bob, post=make.post(alice)).pk


def request(alice, bob) -> Any:
    change_policy(alice, for_not_following="filter")
    line(alice, make.user("eve"))
    return NotificationRequest.objects.get(user=alice).pk


def asking(alice, bob) -> Any:
    User.objects.filter(pk=alice.pk).update(is_locked=True)
    alice.refresh_from_db()
    person = make.user("frank")
    follow_person(person, alice)
    return person.pk


def poll(alice, bob) -> Any:
    draft = PollDraft(["a", "b"], timedelta(hours=1))
    return make.post(alice, visibility=Visibility.FOLLOWERS, poll=draft).poll.pk


def filtered(alice, bob) -> Any:
    return create_filter(alice, title="x", contexts=["home"], keywords=[("tea", True)])


def filtered_post(alice, bob) -> Any:
    return add_post(alice, filtered(alice, bob), make.post(alice)).pk


PLACES = [
    ("POST", "/api/v1/conversations/{}/read", conversation), ("POST", "/api/v1/conversations/{}/unread", conversation),
    ("DELETE", "/api/v1/conversations/{}", conversation), ("GET", "/api/v1/notifications/{}", line),
    ("POST", "/api/v1/notifications/{}/dismiss", line), ("GET", "/api/v1/notifications/requests/{}", request),
    ("POST", "/api/v1/notifications/requests/{}/accept", request),
    ("POST", "/api/v1/notifications/requests/{}/dismiss", request),
    ("GET", "/api/v2/notifications/ungrouped-{}", line),
    ("POST", "/api/v2/notifications/ungrouped-{}/dismiss", line),
    ("DELETE", "/api/v1/featured_tags/{}", lambda alice, bob: feature_tag(alice, "tea").pk),
    ("GET", "/api/v1/polls/{}", poll), ("POST", "/api/v1/polls/{}/votes?choices[]=0", poll),
    ("GET", "/api/v2/filters/statuses/{}", filtered_post), ("DELETE", "/api/v2/filters/statuses/{}", filtered_post),
]  # fmt: skip


@pytest.mark.parametrize(("method", "address", "thing"), PLACES, ids=lambda one: one if isinstance(one, str) else "")
def test_what_is_somebody_elses_is_not_there(api_as, alice, bob, carol, method, address, thing):
    answer = api_as(carol)(method, address.format(thing(alice, bob)), status=404)
    assert answer == {"error": "Record not found"}


def test_whatever_is_ones_own_by_id_is_asked_for_by_somebody_else():
    places = {
        f"{method} {resolve('/' + address.partition('?')[0].format(1).lstrip('/')).func.cls.endpoints[method].path}"
        for method, address, _thing in PLACES
    }
    elsewhere = {name for name in ONES_OWN if name.partition(" ")[2].startswith(tuple(OWN))}
    assert ONES_OWN - places - elsewhere == {
        # The test below: nobody is in it, and nothing comes of it.
        "GET api/v2/notifications/<str:key>/accounts",
        "POST api/v1/follow_requests/<id:pk>/authorize", "POST api/v1/follow_requests/<id:pk>/reject",
        "DELETE api/polylog/v1/storage/uploads/<str:key>",  # tests/api/own/test_files.py
    }  # fmt: skip


def test_what_somebody_else_was_asked_or_told_stays(api_as, alice, bob, carol):
    person, told = asking(alice, bob), line(alice, bob)
    for answer in ("authorize", "reject"):
        assert not api_as(carol)("POST", f"/api/v1/follow_requests/{person}/{answer}")["followed_by"]
    assert api_as(carol)("GET", f"/api/v2/notifications/ungrouped-{told}/accounts") == []
    assert [one["id"] for one in api_as(alice)("GET", "/api/v1/follow_requests")] == [str(person)]
    assert api_as(alice)("GET", f"/api/v1/notifications/{told}")["id"] == str(told)


# --- in parameters ----------------------------------------------------------------------------------------------------
# Which part of a list, or whose: what is somebody else's finds nothing there.
NEUTRAL = {
    "max_id", "min_id", "since_id", "GET api/v1/accounts id", "GET api/v1/accounts/relationships id",
    "GET api/v1/accounts/familiar_followers id", "GET api/v1/statuses id", "GET api/v1/notifications account_id",
    "GET api/v1/notifications/unread_count account_id", "GET api/v2/notifications account_id",
    "GET api/v2/notifications/unread_count account_id", "GET api/v1/search account_id", "GET api/v2/search account_id",
    "POST api/v1/markers home.last_read_id", "POST api/v1/markers notifications.last_read_id",
    # A moderator decides about any of these.
    "GET api/v1/admin/reports account_id", "GET api/v1/admin/reports target_account_id",
    "PUT api/v1/admin/reports/<id:pk> rule_ids", "POST api/v1/admin/accounts/<id:pk>/action report_id",
    "POST api/polylog/v1/admin/statuses/<id:pk>/action report_id",
    "GET api/polylog/v1/statuses/<id:pk>/comments after",
    "POST api/v1/reports collection_ids", "POST api/v1/reports rule_ids", "POST api/v2/filters keywords_attributes.id",
}  # fmt: skip
HIDDEN = "a hidden post"
GIVEN: dict[str, tuple[Any, int]] = {
    "POST api/v1/statuses in_reply_to_id": ({"status": "x", "in_reply_to_id": HIDDEN}, 404),
    "POST api/v1/statuses quoted_status_id": ({"status": "x", "quoted_status_id": HIDDEN}, 404),
    "POST api/v1/statuses media_ids": ({"status": "x", "media_ids": ["a file"]}, 422),
    "PUT api/v1/statuses/<id:pk> media_ids": ({"status": "x", "media_ids": ["a file"]}, 422),
    "PUT api/v1/statuses/<id:pk> media_attributes.id": ({"media_attributes": [{"id": "a file"}]}, 422),
    "PUT api/polylog/v1/scheduled_statuses/<id:pk> media_ids": ({"status": "x", "media_ids": ["a file"]}, 422),
    "POST api/polylog/v1/statuses/<id:pk>/descriptions descriptions.id": (
        {"descriptions": [{"id": "a file", "description": "x"}]}, 422,
    ),
    "POST api/v1/lists/<id:pk>/accounts account_ids": ({"account_ids": ["somebody who left"]}, 404),
    "DELETE api/v1/lists/<id:pk>/accounts account_ids": ({"account_ids": ["somebody who left"]}, 404),
    "POST api/v2/filters/<id:pk>/statuses status_id": ({"status_id": HIDDEN}, 404),
    "PUT api/v2/filters/<id:pk> keywords_attributes.id": (
        {"keywords_attributes": [{"id": "a word", "keyword": "x"}]}, 404,
    ),
    "POST api/v1/notifications/dismiss id": ({"id": "a line"}, 404),
    "POST api/v1/notifications/requests/accept id": ({"id": ["a request"]}, 404),
    "POST api/v1/notifications/requests/dismiss id": ({"id": ["a request"]}, 404),
    "POST api/v1/reports account_id": ({"account_id": "somebody who left"}, 404),
    "POST api/v1/reports status_ids": ({"account_id": "alice", "status_ids": [HIDDEN]}, 404),
}  # fmt: skip


def test_every_parameter_that_is_an_id_is_looked_at():
    found = {
        f"{one.method} {one.path} {name}"
        for one in ENDPOINTS
        if one.takes and one.method != "PATCH"
        for name in ids_in(one.takes())
        if name not in NEUTRAL
    }
    assert found - NEUTRAL == set(GIVEN)


@pytest.mark.parametrize("name", GIVEN)
def test_the_id_of_somebody_else_is_refused(api_as, alice, bob, carol, name):
    said, status = GIVEN[name]
    method, path, _field = name.split(" ")
    own = {
        "lists": create_list(carol, "Friends").pk,
        "polylog/v1/statuses": make.post(bob).pk,
        "v1/statuses": make.post(carol).pk,
        "scheduled_statuses": schedule_post(carol, due=timezone.now() + timedelta(hours=1), text="later").pk,
        "filters": create_filter(carol, title="x", contexts=["home"], keywords=[("tea", True)]).pk,
    }
    pk = next((mine for what, mine in own.items() if f"/{what}/<id:pk>" in path), None)
    answer = api_as(carol)(method, "/" + path.replace("<id:pk>", str(pk)), filled(said, alice, bob), status=status)
    assert answer == {"error": answer["error"]}


def filled(said: Any, alice, bob) -> Any:
    """The same with the ids of what is named in it, all of it alice's."""
    if isinstance(said, dict):
        return {name: filled(value, alice, bob) for name, value in said.items()}
    if isinstance(said, list):
        return [filled(value, alice, bob) for value in said]
    things = {
        HIDDEN: lambda: make.post(alice, visibility=Visibility.FOLLOWERS).pk,
        "a file": lambda: make.image(alice).pk,
        "somebody who left": lambda: make.user("zoe", is_active=False).pk,
        "a word": lambda: filtered(alice, bob).keywords.get().pk,
        "a line": lambda: line(alice, bob),
        "a request": lambda: request(alice, bob),
        "alice": lambda: alice.pk,
    }
    return str(things[said]()) if said in things else said


def ids_in(takes: Any) -> set[str]:
    """The names of the parameters that are ids, also inside of others."""
    found = set()
    for name, field in takes.fields.items():
        inner = field.child if isinstance(field, Many) else field
        if isinstance(inner, Id):
            found.add(name)
        if isinstance(inner, BaseSerializer):
            found |= {f"{name}.{one}" for one in ids_in(inner)}
    return found
