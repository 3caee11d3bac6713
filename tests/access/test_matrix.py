"""The access matrix (T10): kinds of viewers, states of posts, every address. Expected values come from the table."""

from __future__ import annotations

import re
from itertools import product

import pytest
from django.test import Client
from django.urls import reverse

from core.ids import new_id
from core.ratelimit import forget_all
from posts.models import Post
from search.find import find_ids
from search.language import read_query
from tests.access.routes import Route, all_routes
from tests.access.table import (
    EVERYBODY,
    FINDS,
    KNOWN,
    LISTS,
    MEMBERS_ONLY,
    OF_ACCOUNTS,
    ONE_POST,
    PEOPLE,
    PUBLIC_FACE,
    SEES,
    SEES_FILE,
    SEES_POST,
    VIEWERS,
    WRITES,
    WRITES_TO_ONE_POST,
)
from tests.access.world import World, marker

ROUTES = {route.name: route for route in all_routes()}
CELLS = [(thing, state) for thing, states in SEES.items() for state in states]
VARYING = {"X-Request-Id", "Content-Length"}  # the length follows from the name that was asked for
SECRETS = re.compile(rb'[A-Za-z0-9]{64}|"error": "#[0-9A-F]+"|#[0-9A-F]{4}\b')


@pytest.fixture(params=VIEWERS)
def viewer(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def browser(world: World, viewer: str) -> Client:
    client = Client()
    if person := world.people.get(viewer):
        client.force_login(person)
    return client


def test_every_address_is_in_the_table() -> None:
    ours = {route.name for route in ROUTES.values() if not route.pattern.startswith(OF_ACCOUNTS)}
    assert ours - KNOWN == set()


def test_nothing_in_the_table_is_made_up() -> None:
    assert KNOWN - set(ROUTES) == set()


def test_the_rule_is_as_the_table_says(world: World, viewer: str) -> None:
    seen = set(Post.objects.visible_to(world.viewer(viewer)).values_list("pk", flat=True))
    wrong = [cell for cell in CELLS if (world.posts[cell].pk in seen) != (viewer in SEES[cell[0]][cell[1]])]
    assert wrong == []


@pytest.mark.parametrize("name", ONE_POST)
def test_one_post_that_is_seen(world: World, browser: Client, viewer: str, name: str) -> None:
    wrong, leaks = [], []
    for cell in CELLS:
        if viewer in SEES[cell[0]][cell[1]] or _is_restorable(name, cell, viewer):
            response = browser.get(_address(name, world.posts[cell].pk))
            wrong += (
                [(cell, response.status_code)] if response.status_code not in _expected(name, *cell, viewer) else []
            )
            leaks += [(cell, leak) for leak in _leaks(response, viewer)]
    assert (wrong, leaks) == ([], [])


@pytest.mark.parametrize("name", [*ONE_POST, *sorted(WRITES_TO_ONE_POST - set(ONE_POST))])
def test_hidden_answers_as_absent(world: World, browser: Client, viewer: str, name: str) -> None:
    absent = _answer(browser, name, new_id())
    hidden = [cell for cell in CELLS if viewer not in SEES[cell[0]][cell[1]] and not _is_restorable(name, cell, viewer)]
    differing = [cell for cell in hidden if _answer(browser, name, world.posts[cell].pk) != absent]
    is_asked = name in MEMBERS_ONLY and world.viewer(viewer) is None
    assert (differing, absent[0]) == ([], 405 if name in WRITES else 302 if is_asked else 404)


@pytest.mark.parametrize("name", sorted(set(ROUTES) - WRITES - set(ONE_POST)))
def test_no_page_says_what_its_reader_may_not_see(world: World, browser: Client, viewer: str, name: str) -> None:
    reader = "anonymous" if name in PUBLIC_FACE else viewer
    answers = {address: browser.get(address) for address in _addresses(world, ROUTES[name])}
    assert [address for address, response in answers.items() if response.status_code >= 500] == []
    assert [(address, leak) for address, response in answers.items() for leak in _leaks(response, reader)] == []


@pytest.mark.parametrize("name", [name for name, rows in LISTS.items() if rows])
def test_lists_show_what_their_reader_may_see(world: World, browser: Client, viewer: str, name: str) -> None:
    wanted = LISTS[name].get(viewer, set())
    pages = _all_pages(browser, reverse(name, args=_own_holes(ROUTES[name])))
    assert [one for one in sorted(wanted) if marker("post", one) not in pages] == []


def test_search_finds_what_the_table_says(world: World, viewer: str) -> None:
    reader = world.viewer(viewer)
    wrong = [
        (thing, state)
        for thing, states in FINDS.items()
        for state, finds in states.items()
        for found in [find_ids(read_query(marker(thing, state), reader), reader)]
        if found != ([world.posts[thing, state].pk] if viewer in finds else [])
    ]
    assert wrong == []


def test_files_go_to_whoever_sees_their_post(world: World, browser: Client, viewer: str) -> None:
    wrong = []
    for state, file in world.files.items():
        status = browser.get(file.url()).status_code
        if (status == 200) != (viewer in SEES_FILE[state]):
            wrong.append((state, status))
    assert wrong == []


def test_the_admin_shows_moderators_the_files_they_see(world: World) -> None:
    browser, shown = Client(), set()
    browser.force_login(world.people["moderator"])
    for state, file in world.files.items():
        page = browser.get(reverse("admin:media_attachment_change", args=[file.pk])).text
        assert (file.url() in page) == (marker("file", state) in page), state
        shown |= {state} if file.url() in page else set()
    assert shown == {state for state, sees in SEES_FILE.items() if "moderator" in sees}


@pytest.mark.parametrize("name", sorted(WRITES_TO_ONE_POST))
def test_writes_to_hidden_posts_answer_as_to_absent_ones(
    world: World, browser: Client, viewer: str, name: str, settings
) -> None:
    settings.RATE_LIMITS = {"react": "", "report": "", "propose": ""}
    forget_all()
    absent = _answer(browser, name, new_id(), method="post")
    hidden = [cell for cell in CELLS if viewer not in SEES[cell[0]][cell[1]]]
    differing = [cell for cell in hidden if _answer(browser, name, world.posts[cell].pk, method="post") != absent]
    assert differing == []


@pytest.mark.parametrize("name", sorted(PEOPLE))
def test_people_who_are_gone_answer_as_absent(world: World, browser: Client, name: str) -> None:
    nobody = _answer_person(browser, name, "nobody_here")
    gone = [f"{state}_author" for state in ("suspended", "leaving")]
    assert [person for person in gone if _answer_person(browser, name, person) != nobody] == []


@pytest.mark.parametrize("name", sorted(PEOPLE - PUBLIC_FACE))
def test_whoever_is_blocked_finds_nobody(world: World, name: str) -> None:
    client = Client()
    client.force_login(world.people["blocked"])
    assert _answer_person(client, name, "author") == _answer_person(client, name, "nobody_here")


@pytest.mark.any_database
def test_forms_only_take_posts(world: World, browser: Client) -> None:
    names = sorted(name for name in WRITES if name in ROUTES)
    answers = {
        name: {browser.get(address).status_code for address in _addresses(world, ROUTES[name])} for name in names
    }
    assert {name: codes for name, codes in answers.items() if codes not in ({405}, {302})} == {}


# --- expectations ---------------------------------------------------------------------------------------------------
def _expected(name: str, thing: str, state: str, viewer: str) -> set[int]:
    if name in MEMBERS_ONLY and viewer in {"anonymous", "suspended"}:
        return {302}
    is_own = viewer == "author" and thing in {"post", "own"}
    if name == "posts:restore":
        return {200} if is_own and state == "deleted" else {404}
    if thing == "share":
        return {302} if name == "posts:detail" else {200, 302, 403, 404}
    answer = ONE_POST[name]
    return {answer if isinstance(answer, int) else answer["own" if is_own else "other"]}


def _leaks(response, reader: str) -> list[tuple[str, str]]:
    """Return the words in an answer that its reader should not find there."""
    body = b"".join(response) if response.streaming else response.content
    words = {**SEES, "file": SEES_POST}
    hidden = [(thing, state) for thing, states in words.items() for state, sees in states.items() if reader not in sees]
    return [cell for cell in hidden if marker(*cell).encode() in body]


def _is_restorable(name: str, cell: tuple[str, str], viewer: str) -> bool:
    return name == "posts:restore" and viewer == "author" and cell in {("post", "deleted"), ("own", "deleted")}


# --- asking ---------------------------------------------------------------------------------------------------------
def _address(name: str, pk: int) -> str:
    """Where a post is dealt with; some addresses name its author as well."""
    return reverse(name, args=["author", pk] if "username" in ROUTES[name].holes else [pk])


def _answer(client: Client, name: str, pk: int, method: str = "get") -> tuple[int, bytes, dict[str, str]]:
    return _plain(getattr(client, method)(_address(name, pk)), str(pk))


def _answer_person(client: Client, name: str, person: str) -> tuple[int, bytes, dict[str, str]]:
    holes = [person, "rss"] if name == "feeds:person_feed" else [person]
    return _plain(client.get(reverse(name, args=holes)), person)


def _plain(response, asked: str) -> tuple[int, bytes, dict[str, str]]:
    """Return an answer without what was asked for itself and what is random in every answer."""
    body = SECRETS.sub(b"", response.content.replace(asked.encode(), b"ASKED"))
    headers = {key: value.replace(asked, "ASKED") for key, value in response.headers.items()}
    return response.status_code, body, {key: value for key, value in headers.items() if key not in VARYING}


def _addresses(world: World, route: Route) -> list[str]:
    """Return a route with everything in its holes that exists."""
    values = {
        "pk": [post.pk for post in world.posts.values()],
        "username": ["author", "suspended_author", "leaving_author", "friend"],
        "name": ["matrix"] if route.name.startswith("feeds:tag") else ["author", "suspended_author"],
        "form": ["rss", "atom", "json"],
        "key": [file.key for file in world.files.values()],
        "variant": ["original"],
        "place": ["avatar"],
        "code": ["nonsense"],
    }
    pattern = re.sub(r"\\Z|\^|\$", "", route.pattern)
    if "(?P" in pattern:
        return []  # allauth's keys from mails
    holes = [values.get(hole, ["1"]) for hole in route.holes]
    return ["/" + _fill(pattern, dict(zip(route.holes, chosen, strict=True))) for chosen in product(*holes)]


def _fill(pattern: str, values: dict[str, object]) -> str:
    return re.sub(r"<(?:[a-z]+:)?([a-z_]+)>", lambda hole: str(values[hole[1]]), pattern)


def _own_holes(route: Route) -> list[str]:
    values = {"username": "author", "name": "matrix", "form": "json"}
    return [values[hole] for hole in route.holes]


def test_everybody_is_somebody() -> None:
    assert {viewer for sees in SEES.values() for states in sees.values() for viewer in states} == EVERYBODY


def _all_pages(browser: Client, address: str) -> str:
    """A list to its end, as plain links lead there."""
    pages = [browser.get(address).content.decode()]
    while older := re.search(r'rel="next" href="[^"]*(\?before=\d+)"', pages[-1]):
        pages.append(browser.get(address + older[1]).content.decode())
    return "".join(pages)
