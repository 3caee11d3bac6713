"""The page on which people look for things."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from accounts.services.profile import change_profile
from core.ratelimit import LIMITS
from posts.models import Visibility
from search import backends
from tests import make


def shown(client, address: str) -> tuple[list[str], list[str], list[str]]:
    """Which people, tags and posts a page shows."""
    page = client.get(address).content.decode()
    people = page.partition('<ul class="people">')[2].partition("</ul>")[0]
    posts = page.partition('<ol class="feed">')[2].partition("</ol>")[0]
    texts = [
        re.sub("<[^>]*>", "", text).strip()
        for text in re.findall(r'<div class="[^"]*prose[^"]*"[^>]*>(.*?)</div>', posts, re.DOTALL)
    ]
    return re.findall(r'class="handle">@(\w+)<', people), re.findall(r'class="chip" href="/tags/(\w+)"', page), texts


@pytest.fixture
def as_bob(bob) -> Client:
    """A browser of its own, signed in."""
    browser = Client()
    browser.force_login(bob)
    return browser


@pytest.fixture
def said(alice):
    make.user("teatime")
    return make.post(alice, "Tea at the <river> #teapot")


@pytest.mark.parametrize(
    ("tab", "wanted"),
    [
        ("", (["teatime"], ["teapot"], ["Tea at the &lt;river&gt; #teapot"])),
        ("&type=posts", ([], [], ["Tea at the &lt;river&gt; #teapot"])),
        ("&type=people", (["teatime"], [], [])),
        ("&type=tags", ([], ["teapot"], [])),
    ],
)
def test_each_tab_shows_its_kind(client, said, tab, wanted):
    assert shown(client, f"/search?q=tea{tab}") == wanted


def test_words_are_marked(client, said):
    page = client.get("/search?q=river").content.decode()
    assert "&lt;<mark>river</mark>&gt;" in page
    assert "<mark>" not in client.get(said.get_absolute_url()).content.decode()


def test_pages_keep_the_question(client, alice):
    posts = [make.post(alice, f"Tea {n}") for n in range(25)]
    page = client.get("/search?q=tea%20%22tea%22&type=posts").content.decode()
    (older,) = re.findall(r'rel="next" href="([^"]+)"', page)
    assert older == f"/search?q=tea+%22tea%22&amp;type=posts&amp;before={posts[5].pk}"
    assert shown(client, older.replace("&amp;", "&"))[2] == [f"Tea {n}" for n in (4, 3, 2, 1, 0)]


def test_what_is_not_found_is_said(client, alice):
    assert "Try fewer words." in client.get("/search?q=tea+coffee").content.decode()
    assert "Try the beginning of the word." in client.get("/search?q=tea").content.decode()
    assert "Nobody here has a name" in client.get("/search?q=tea&type=people").content.decode()
    assert "<code>from:mira</code>" in client.get("/search").content.decode()


@pytest.mark.parametrize("q", ["a" * 501, "has:cheese", "%22", "from:", "-", "%F0%9F%8E%89", "a\\%27"])
def test_no_question_is_too_odd(client, alice, q):
    assert client.get(f"/search?q={q}").status_code == 200
    assert client.get(f"/search?q={q}&type=people").status_code == 200


def test_what_cannot_be_understood_gets_its_sentence(client, alice):
    assert (
        "After has: stands image, video, audio, media, poll or link." in client.get("/search?q=has:x").content.decode()
    )
    assert [client.get(f"/search?q=a&{odd}").status_code for odd in ("type=x", "before=x", "part=x")] == [404, 404, 404]


def test_nobody_finds_what_is_not_for_them(client, as_bob, alice, carol):
    make.post(alice, "Secret tea", visibility=Visibility.FOLLOWERS)
    make.post(alice, "Tea for @bob", visibility=Visibility.DIRECT)
    assert (shown(client, "/search?q=tea")[2], shown(as_bob, "/search?q=tea")[2]) == ([], ["Tea for @bob"])


def test_explore_leads_there(client, alice):
    assert client.get("/explore?q=a%26b").headers["Location"] == "/search?q=a%26b"
    assert 'action="/search"' in client.get("/explore").content.decode()


def test_so_many_questions_a_minute(client, alice, settings):
    assert LIMITS["search"] == "60/minute; 1200/hour"
    settings.RATE_LIMITS = {"search": "1/minute"}
    assert [client.get("/search?q=tea").status_code for _ in range(2)] == [200, 429]
    assert client.get("/search").status_code == 200


def test_a_server_that_cannot_look_for_words_says_so(client, said, monkeypatch):
    monkeypatch.setattr(backends.backend(), "is_available", lambda: False)
    page = client.get("/search?q=tea").content.decode()
    assert ("This server cannot look for words inside posts." in page, "@teatime" in page) == (True, True)


@pytest.mark.parametrize("count", [1, 3])
def test_it_costs_the_same_for_any_number(as_bob, alice, count, django_assert_max_num_queries):
    for n in range(count):
        make.user(f"tea{n}")
        make.post(alice, f"Tea {n} #tea{n}")
    as_bob.get("/search?q=tea")
    with django_assert_max_num_queries(18):
        assert len(shown(as_bob, "/search?q=tea")[2]) == count


@pytest.mark.parametrize("q", ["zoë", "ZOE", "MÜLLER", "mull", "luise m", "zoe-luise", "@muller", "strass"])
def test_people_are_found_without_minding_accents_and_capitals(client, carol, q):
    change_profile(make.user("zlm"), display_name="Zoë-Luise Müller-Straße", bio="", fields=[])
    change_profile(carol, display_name="Ozoe Amull", bio="", fields=[])
    assert shown(client, f"/search?q={q}&type=people")[0] == ["zlm"]


@pytest.mark.parametrize(("q", "found"), [("小龙", ["lee"]), ("🦊", ["lee"]), ("龙小", []), ("%25", []), ("_", [])])
def test_scripts_without_spaces_and_signs_of_the_database_in_names(client, carol, q, found):
    change_profile(make.user("lee"), display_name="李小龙 🦊", bio="", fields=[])
    assert shown(client, f"/search?q={q}&type=people")[0] == found
