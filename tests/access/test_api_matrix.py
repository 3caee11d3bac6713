"""The same table over the API: every endpoint, to each kind of viewer; the endpoints are those that are declared."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from typing import Any

import pytest
from django.apps import apps

from accounts.models import User
from api import urls  # noqa: F401  (declares the endpoints)
from api.endpoint import ENDPOINTS, PUBLIC
from api.oauth.services import issue_token, register_app
from feeds.services.lists import add_to_list, create_list
from media.video.models import Caption
from posts.services.filters import create_filter
from tests.access import api_table as table
from tests.access.table import SEES, SEES_FILE, SEES_POST, VIEWERS
from tests.access.world import World, marker
from tests.api.conftest import EVERYTHING, Api

CELLS = [(thing, state) for thing, states in SEES.items() for state in states]
DECLARED = {f"{one.method} {one.path}": one for one in ENDPOINTS if one.method != "PATCH"}  # which is PUT
TABLES = [model for model in apps.get_models() if model._meta.managed and model._meta.label != "api.AccessToken"]
SENT = {
    "status": "x", "quote_approval_policy": "public", "descriptions": [{"id": "1", "description": "x"}], "text": "x",
    "chapters": [], "frame": "frame1",
}  # fmt: skip


@pytest.fixture(params=VIEWERS)
def viewer(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def app(world: World, viewer: str, settings: Any) -> Api:
    """An app that acts for the viewer; who may not sign in has none, and asks as the public does."""
    settings.RATE_LIMITS = None
    person = world.viewer(viewer)
    if person is None:
        return Api()
    app = register_app("Matrix", ["urn:ietf:wg:oauth:2.0:oob"], EVERYTHING)[0]
    api = Api(issue_token(app, person, EVERYTHING)[1])
    assert api.ask("GET", "/api/v1/preferences").status_code == 200  # from now on, being here changes nothing
    return api


def test_every_endpoint_stands_once_in_the_table():
    named = [name for one in table.SETS for name in one]
    assert sorted(named) == sorted(DECLARED)


def test_what_belongs_to_a_post_goes_to_whoever_sees_it(world: World, app: Api, viewer: str) -> None:
    wrong, leaks = {}, {}
    for name in sorted(table.OF_A_POST):
        for cell in CELLS:
            response = _ask(app, name, pk=world.posts[cell].pk)
            if response.status_code != _status(name, cell, viewer):
                wrong[name, cell] = response.status_code
            if leak := _leaks(response, world, viewer):
                leaks[name, cell] = leak
    assert (wrong, leaks) == ({}, {})


def _status(name: str, cell: tuple[str, str], viewer: str) -> int:
    if _is_signed_out(viewer) and DECLARED[name].who != PUBLIC:
        return 401
    if viewer not in SEES[cell[0]][cell[1]]:
        return 404
    is_author = viewer == ("author" if cell[0] in {"post", "own", "share"} else "friend")
    return 403 if name in table.FOR_ITS_AUTHOR and not is_author else 200


def test_nothing_is_done_to_a_post_that_one_does_not_see(world: World, app: Api, viewer: str) -> None:
    hidden = [state for state, sees in SEES_POST.items() if viewer not in sees]
    before, answers = _rows(), {}
    for name in sorted(table.TO_A_POST):
        other = {"quoting": world.posts["quote", "public"].pk, "proposer": world.people["friend"].pk}
        for state in hidden:
            if (name, viewer, state) != (table.BRINGS_BACK, "author", "deleted"):
                answers[name, state] = _ask(app, name, SENT, pk=world.posts["post", state].pk, **other)
    assert _not(401 if _is_signed_out(viewer) else 404, answers) == {}
    assert _rows() == before


def test_nor_where_it_is_named_in_what_is_sent(world: World, app: Api, viewer: str) -> None:
    own = {}
    if person := world.viewer(viewer):
        own["pk"] = create_filter(person, title="x", contexts=["home"], keywords=[("tea", True)]).pk
    before, answers = _rows(), {}
    for state in [state for state, sees in SEES_POST.items() if viewer not in sees]:
        ids = {"post": str(world.posts["post", state].pk), "author": str(world.authors[state].pk)}
        for name, bodies in table.NAMES_A_POST.items():
            for n, body in enumerate(bodies):
                said = json.loads(re.sub(r"\{(\w+)\}", lambda hole, ids=ids: ids[hole[1]], json.dumps(body)))
                answers[name, n, state] = _ask(app, name, said, **{"pk": 1, **own})
    assert _not(401 if _is_signed_out(viewer) else 404, answers) == {}
    assert _rows() == before


def test_a_person_one_does_not_see_is_not_there(world: World, app: Api, viewer: str) -> None:
    unseen = {"suspended": world.people["suspended"], **{state: world.authors[state] for state in SEES_POST}}
    if viewer != "blocked":
        unseen = {name: one for name, one in unseen.items() if one != world.people["author"]}
    before, answers = _rows(), {}
    for who, person in unseen.items():
        names = table.OF_A_PERSON | table.TO_A_PERSON
        across = set() if person == world.people["author"] else table.ACROSS_A_BLOCK
        for name in names | across | {"GET api/v1/accounts/<id:pk>/statuses"}:
            if not _is_signed_out(viewer) or DECLARED[name].who == PUBLIC:
                answers[name, who] = _ask(app, name, SENT, pk=person.pk)
    assert _not(404, answers) == {}
    assert _rows() == before


@pytest.mark.parametrize("name", sorted(table.OF_A_FILE))
def test_what_belongs_to_a_file_goes_to_whoever_may_have_it(world: World, app: Api, viewer: str, name: str) -> None:
    for file in world.files.values():
        Caption.objects.create(attachment=file, language="en", text="WEBVTT")
    answers = {state: _ask(app, name, pk=file.pk, language="en").status_code for state, file in world.files.items()}
    assert answers == {state: 200 if viewer in SEES_FILE[state] else 404 for state in world.files}


def test_a_file_is_changed_by_its_owner_alone(world: World, app: Api, viewer: str) -> None:
    others = {state: file for state, file in world.files.items() if world.authors[state] != world.viewer(viewer)}
    before, answers = _rows(), {}
    for name in table.OF_ITS_OWNER:
        for state, file in others.items():
            answers[name, state] = _ask(app, name, SENT, pk=file.pk, language="en")
    assert _not(401 if _is_signed_out(viewer) else 404, answers) == {}
    assert _rows() == before


def test_no_list_says_what_its_reader_may_not_see(world: World, app: Api, viewer: str) -> None:
    leaks, found, faults = {}, defaultdict(set), {}
    for name in sorted({*table.SHOWS_POSTS, *table.READ_AS_WELL}):
        for query, holes in _questions(world, viewer, name):
            response = _ask(app, name, query, **holes)
            if response.status_code not in {200, 401, 403, 404}:
                faults[name, str(query)] = response.status_code
            if leak := _leaks(response, world, "anonymous" if name in table.PUBLIC_FACE else viewer):
                leaks[name, str(query)] = leak
            found[name] |= {state for state in SEES_POST if marker("post", state).encode() in response.content}
    assert (faults, leaks) == ({}, {})
    if viewer == "follower":
        assert {name: found[name] & states for name, states in table.SHOWS_POSTS.items()} == table.SHOWS_POSTS


# Questions that get more out of a list than it gives unasked.
TAGGED = [{"tagged": "matrix"}, {"only_media": "1"}, {"pinned": "1"}, {"exclude_replies": "1"}]


def _questions(world: World, viewer: str, name: str) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """What is asked of a list, as (query, holes of the path)."""
    people = [world.people["author"].pk, world.people["friend"].pk]
    ids = [post.pk for post in world.posts.values()]
    words = ["matrix", "#matrix", "friend", "author", *(marker(*cell) for cell in CELLS if cell[0] == "post")]
    queries: dict[str, list[dict[str, Any]]] = {
        "accounts/<id:pk>/statuses": [{"limit": 40}, *TAGGED],
        "v1/statuses": [{"id[]": ids[start : start + 20]} for start in range(0, len(ids), 20)],
        **{end: [{"id[]": people}] for end in ("v1/accounts", "relationships", "familiar_followers")},
        "search": [{"q": word, "limit": 40} for word in words], "lookup": [{"acct": "author"}, {"acct": "friend"}],
        "oembed": [{"url": f"http://localhost:8000/posts/{pk}"} for pk in ids],
        "webfinger": [{"resource": "acct:author@localhost:8000"}], "markers": [{"timeline[]": ["home"]}],
        "live/heads": [{"stream[]": [f"post:{pk}" for pk in ids]}],
        "live/events": [{"stream": f"post:{pk}", "since": 0} for pk in ids],
    }  # fmt: skip
    asked = next((of for end, of in queries.items() if name.endswith(end)), [{"limit": 40}])
    holes: list[dict[str, Any]] = [{"name": "matrix"}]
    if "accounts/<id:pk>" in name:
        holes = [{"pk": pk} for pk in people]
    elif "list/<id:pk>" in name:
        holes = [{"pk": _list_of(world, viewer)}]
    return [(query, one) for query in asked for one in holes]


def _list_of(world: World, viewer: str) -> int:
    """A list of the viewer with whomever they follow of the two who write."""
    person = world.viewer(viewer)
    if person is None:
        return 1
    mine = create_list(person, "Matrix")
    add_to_list(person, mine, User.objects.visible_to(person).filter(pk__in=person.following()))
    return mine.pk


def _ask(app: Api, asked: str, data: Any = None, **holes: Any) -> Any:
    method, _, path = asked.partition(" ")
    return app.ask(method, "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda hole: str(holes[hole[1]]), path), data)


def _not(status: int, answers: dict[Any, Any]) -> dict[Any, int]:
    return {asked: answer.status_code for asked, answer in answers.items() if answer.status_code != status}


def _is_signed_out(viewer: str) -> bool:
    return viewer in {"anonymous", "suspended"}


def _rows() -> dict[str, list[dict[str, Any]]]:
    """Everything there is in the database, but for when an app was used last."""
    return {model._meta.label: list(model._base_manager.order_by("pk").values()) for model in TABLES}


def _leaks(response: Any, world: World, reader: str) -> list[tuple[str, str]]:
    """What of the hidden an answer says: its words, or the thing itself by its id."""
    hidden = [(thing, state) for thing, states in SEES.items() for state, sees in states.items() if reader not in sees]
    files = [
        ("file", state) for state, sees in SEES_FILE.items() if reader not in sees - {"moderator"} | SEES_POST[state]
    ]
    said = [cell for cell in [*hidden, *files] if marker(*cell).encode() in response.content]
    return said + [cell for cell in hidden if f'"id":"{world.posts[cell].pk}"'.encode() in response.content]
