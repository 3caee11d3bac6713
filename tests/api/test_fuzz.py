"""Whatever the description lets a program send, and much that it does not: a documented answer of the declared type.

Schemathesis makes the requests from the published description and holds the answers against it. A few for each
operation run in the usual suite; ``POLYLOG_API_FUZZ=300`` makes it a night's work, for each of the three who ask. What
was found once is kept as a test of its own beside the code it was found in.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks

from api import urls  # noqa: F401  (declares the endpoints)
from api.answers import JSON
from api.oauth.services import issue_token, register_app
from api.schema import document
from core.ratelimit import LIMITS
from feeds.services.lists import create_list
from live.dialect.streams import PREFIX
from posts.services.filters import create_filter
from posts.services.schedule import schedule_post
from tests import make
from tests.api.conftest import EVERYTHING
from tests.api.contract import breaches

NIGHT = int(os.environ.get("POLYLOG_API_FUZZ", "0"))
NOBODY, MEMBER, MODERATOR = "nobody", "member", "moderator"
ASKING = [(NOBODY,), (MEMBER,), (MODERATOR,)] if NIGHT else [(NOBODY, MEMBER, MODERATOR)]
HOW = settings(
    max_examples=NIGHT or 3,
    derandomize=not NIGHT,
    database=None,
    deadline=None,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
    print_blob=True,
)
CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
]
STREAMED = {PREFIX.rstrip("/"), *(path for path in document()["paths"] if path.startswith(PREFIX))} - {
    f"{PREFIX}health"
}  # the socket server answers these; tests/live/test_streams_of_apps.py
OPERATIONS = [
    f"{method.upper()} {path}"
    for path, methods in sorted(document()["paths"].items())
    for method in methods
    if path not in STREAMED and method != "patch"  # which is PUT under another name
]


@schemathesis.serializer("application/offset+octet-stream")
def part_of_a_file(context: Any, value: Any) -> bytes:
    """Bytes as they are; of what is none, its words."""
    value = getattr(value, "data", value)
    return value if isinstance(value, bytes) else str(value).encode(errors="ignore")


@pytest.mark.parametrize("name", OPERATIONS)
@pytest.mark.parametrize("asking", ASKING, ids="-".join)
def test_whatever_is_sent_the_answer_is_a_documented_one(world, name, asking):
    requests = requests_for(name)

    @HOW
    @given(st.data())
    def answers(data: st.DataObject) -> None:
        case = data.draw(requests)
        world.put_in(case, data)
        with transaction.atomic():
            response = case.call(headers=world.headers[data.draw(st.sampled_from(asking))])
            transaction.set_rollback(True)
        case.validate_response(response, checks=CHECKS)
        if response.headers["content-type"] == [JSON]:
            assert (
                breaches(case.method, urlsplit(response.request.url).path, response.status_code, response.json()) == []
            )

    answers()


@cache
def requests_for(name: str) -> st.SearchStrategy[Any]:
    """Requests as the description allows them, and others that it does not."""
    method, path = name.split(" ")
    operation = described()[path][method]
    fits = operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
    takes = operation.path_parameters or operation.query or operation.body
    return fits | operation.as_strategy(generation_mode=GenerationMode.NEGATIVE) if takes else fits


@cache
def described() -> Any:
    """The description, and the site itself to be asked in this process."""
    schema = schemathesis.openapi.from_dict(document())
    schema.app = get_wsgi_application()
    return schema


class World:
    """What there is, by the names under which requests speak of it, and the headers of who may ask."""

    def __init__(self, things: dict[str, list[Any]], headers: dict[str, dict[str, str]]) -> None:
        self.things, self.headers = things, headers

    def put_in(self, case: Any, data: st.DataObject) -> None:
        """Speak of things that are there in most of the requests: guessed ids name nothing."""
        if not data.draw(st.sampled_from([True, True, True, False])):
            return
        for place in (case.path_parameters, case.query, case.body):
            if isinstance(place, dict):
                for field in place.keys() & self.things.keys():
                    known = data.draw(st.sampled_from(self.things[field]))
                    place[field] = [known] if isinstance(place[field], list) else known


@pytest.fixture
def one_connection() -> Iterator[None]:
    """The site keeps the connection of the test, in whose transaction it is, as it does for Django's own client."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture
def world(one_connection, mod, alice, bob, carol, settings) -> World:
    """A little of everything, all but one thing the member's own."""
    settings.RATE_LIMITS = dict.fromkeys(LIMITS, "")
    app, secret = register_app("Fuzz", ["urn:ietf:wg:oauth:2.0:oob"], EVERYTHING)
    token = issue_token(app, alice, EVERYTHING)[1]
    post = make.post(alice, text="@bob #tea", attachments=[make.image(alice)])
    filtered = create_filter(alice, title="x", contexts=["home"], keywords=[("tea", True)])
    due = schedule_post(alice, due=timezone.now() + timedelta(hours=1), text="later")
    things = [
        post, make.comment(bob, post, "yes"), make.post(carol, visibility=3, text="@alice psst"), alice, bob, carol,
        make.image(alice), create_list(alice, "Friends"), filtered, filtered.keywords.get(), due,
    ]  # fmt: skip
    ids = [str(thing.pk) for thing in things]
    named = dict.fromkeys(["pk", "id", "account_id", "status_id", "in_reply_to_id", "quoted_status_id", "quoting"], ids)
    named |= dict.fromkeys(["account_ids", "media_ids", "status_ids", "max_id", "since_id", "min_id", "list_id"], ids)
    return World(
        {**named, "client_id": [app.client_id], "client_secret": [secret], "token": [token], "name": ["tea"]},
        {
            NOBODY: {},
            MEMBER: {"Authorization": f"Bearer {token}"},
            MODERATOR: {"Authorization": f"Bearer {issue_token(app, mod, EVERYTHING)[1]}"},
        },
    )
