"""The same table over the API: what our own endpoints show of a post, its talk and its file, to each kind of viewer."""

from __future__ import annotations

from typing import Any

import pytest

from api.oauth.services import issue_token, register_app
from tests.access.table import SEES, SEES_FILE, SEES_POST, VIEWERS
from tests.access.world import World, marker
from tests.api.conftest import Api

OWN = "/api/polylog/v1"
CELLS = [(thing, state) for thing, states in SEES.items() for state in states]
# What is asked with GET about one post, and who may besides seeing it.
ONE_POST = ["comments", "changes"]
LISTS = ["talks", "accounts/{author}/comments", "accounts/{friend}/comments", "tags/matrix/web_feeds"]


@pytest.fixture(params=VIEWERS)
def viewer(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def app(world: World, viewer: str) -> Api:
    """An app that acts for the viewer; who may not sign in has none, and asks as the public does."""
    person = world.viewer(viewer)
    if person is None:
        return Api()
    return Api(issue_token(register_app("Matrix", ["urn:ietf:wg:oauth:2.0:oob"], ["read"])[0], person, ["read"])[1])


@pytest.mark.parametrize("part", ONE_POST)
def test_what_belongs_to_a_post_goes_to_whoever_sees_it(world: World, app: Api, viewer: str, part: str) -> None:
    wrong, leaks = [], []
    for cell in CELLS:
        response = app.ask("GET", f"{OWN}/statuses/{world.posts[cell].pk}/{part}")
        sees = viewer in SEES[cell[0]][cell[1]]
        wrong += [(cell, response.status_code)] if (response.status_code == 200) != sees else []
        leaks += [(cell, leak) for leak in _leaks(response, viewer)]
    assert (wrong, leaks) == ([], [])


def test_facts_of_a_file_go_to_whoever_may_have_it(world: World, app: Api, viewer: str) -> None:
    answers = {
        state: app.ask("GET", f"{OWN}/media/{file.pk}").status_code == 200 for state, file in world.files.items()
    }
    assert answers == {state: viewer in SEES_FILE[state] for state in world.files}


@pytest.mark.parametrize("path", LISTS)
def test_no_list_says_what_its_reader_may_not_see(world: World, app: Api, viewer: str, path: str) -> None:
    ids = {name: world.people[name].pk for name in ("author", "friend")}
    assert _leaks(app.ask("GET", f"{OWN}/{path.format(**ids)}"), viewer) == []


def _leaks(response: Any, reader: str) -> list[tuple[str, str]]:
    words = {**SEES, "file": SEES_POST}
    hidden = [(thing, state) for thing, states in words.items() for state, sees in states.items() if reader not in sees]
    return [cell for cell in hidden if marker(*cell).encode() in response.content]
