"""Pages of posts and people."""

from __future__ import annotations

import html
import re

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from accounts.services.circle import endorse_person
from accounts.services.profile import rename_person
from accounts.services.ties import block_person, mute_person
from posts.models import Hashtag, Visibility
from posts.services.interact import bookmark_post
from posts.services.pins import pin_post
from tests import make

COSTS = {"/": 10, "/local": 9, "/@alice": 11, "/@alice/followers": 6, "/tags/tea": 11, "/bookmarks": 7}


def shown(response):
    """The texts of the posts on a page, in order."""
    found = re.findall(r'<div class="prose[^"]*"[^>]*><p>(.*?)</p>', response.content.decode())
    return [re.sub(r"<[^>]+>", "", text) for text in found]


@pytest.fixture
def as_bob(client, bob):
    client.force_login(bob)
    return client


def test_home_of_somebody_signed_in(as_bob, alice, carol):
    make.post(alice, "near")
    make.post(carol, "far")
    assert shown(as_bob.get("/")) == ["near"]


def test_home_of_somebody_anonymous_is_the_welcome(client, alice):
    make.post(alice, "for all")
    make.post(alice, "for followers", visibility=Visibility.FOLLOWERS)
    page = client.get("/")
    assert shown(page) == ["A place where people talk with each other. You decide what you read.", "for all"]
    assert b"/accounts/signup/" in page.content


def test_the_owner_of_an_empty_place_is_shown_the_first_steps(db, client):
    client.force_login(make.owner("owner"))
    page = client.get("/").content.decode()
    steps = ["/compose", "/settings/invitations", "/admin/accounts/site/"]
    assert re.findall(r'<a class="btn [a-z]+" href="([^"]+)"', page.split('class="empty"')[1]) == steps
    assert [("/admin/accounts/" in client.get(path).content.decode()) for path in ("/about", "/rules")] == [True, True]


def test_on_a_phone_ones_own_page_leads_to_what_the_bar_has_no_room_for(client, alice):
    for person, ways in ((alice, 6), (make.moderator("kim"), 7)):
        client.force_login(person)
        chips = re.findall(r'<a class="chip" href="([^"]+)"', client.get(person.get_absolute_url()).content.decode())
        assert chips == ["/messages", "/bookmarks", "/lists", "/tags", "/scheduled", "/settings", "/admin/"][:ways]


def test_an_empty_home_says_how_it_fills(client, carol):
    client.force_login(carol)
    assert "This feed is made of people you follow." in client.get("/").content.decode()


@pytest.mark.parametrize("count", [1, 20])
@pytest.mark.parametrize("path", COSTS)
def test_pages_cost_the_same_for_one_and_twenty(as_bob, alice, bob, path, count, django_assert_num_queries):
    for n in range(count):
        post = make.post(alice, f"post {n} #tea", attachments=[make.image(alice)])
        bookmark_post(bob, post)
        make.follow(make.user(f"reader{n}"), alice)
        make.comment(bob, post)
    cache.clear()
    as_bob.get(path)
    with django_assert_num_queries(COSTS[path]):
        assert as_bob.get(path).status_code == 200


def test_paging_by_plain_links_meets_every_post_once(as_bob, alice):
    made = [f"post {n:02}" for n in range(45)]
    for text in made:
        make.post(alice, text)
    met, path = [], "/"
    while path:
        page = as_bob.get(path)
        met += shown(page)
        found = re.search(r'rel="next" href="([^"]+)"', page.content.decode())
        path = found[1] if found else ""
    assert met == made[::-1]


def test_newer_posts_come_as_list_items(as_bob, alice):
    first = make.post(alice, "first")
    address = re.search(r'data-newer-url="([^"]+)"', as_bob.get("/").content.decode())[1].replace("&amp;", "&")
    assert address == f"/?after={first.pk}&part=items"
    make.post(alice, "second")
    part = as_bob.get(address)
    assert shown(part) == ["second"]
    assert part.content.strip().startswith(b"<li>")


@pytest.mark.parametrize(
    "path",
    ["/?before=x", "/?after=", "/?before=99999999999999999999", "/local?after=-1",
     "/?part=all", "/bookmarks?before=%ff",
     "/@alice?before=1.5", "/@alice/followers?after=x", "/@nobody", "/@%ff/media", "/tags/a%20b", "/tags/123",
     f"/tags/{'a' * 101}", "/@alice/feed.xml", "/tags/tea/feed.xml"],
)  # fmt: skip
def test_nonsense_is_not_found(as_bob, alice, path):
    assert as_bob.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/tags/tea?before=1%00", "/@a%00", "/tags/%00", "/search?q=%00"])
def test_what_no_database_holds_is_refused(as_bob, path):
    assert as_bob.get(path).status_code == 400


def test_bookmarks_are_for_people_signed_in(client, db):
    assert client.get("/bookmarks").status_code == 302


# --- tags -----------------------------------------------------------------------------------------------------------
def test_a_tag_has_one_address(client, alice):
    make.post(alice, "over there #Straße")
    assert client.get("/tags/STRASSE").headers["location"] == "/tags/strasse"
    assert shown(client.get("/tags/strasse")) == ["over there #Straße"]


def test_a_tag_taken_away_looks_like_one_nobody_used(client, alice):
    make.post(alice, "hello #secret")
    Hashtag.objects.update(hidden_at=timezone.now())
    taken, unused = client.get("/tags/secret"), client.get("/tags/unused")
    varying = rb'name="(csrfmiddlewaretoken|next)" value="[^"]+"'
    pages = [re.sub(varying, b"", page.content).replace(b"secret", b"unused") for page in (taken, unused)]
    assert (taken.status_code, unused.status_code, pages[0]) == (200, 200, pages[1])


# --- people ---------------------------------------------------------------------------------------------------------
def test_a_profile_says_who_somebody_is(as_bob, alice, bob):
    make.follow(alice, bob)
    page = as_bob.get("/@Alice").content.decode()
    assert re.findall(r"<h1>(.*?)</h1>", page) == ["alice"]
    assert ("Friends" in page, "<b>1</b> follower" in page) == (True, True)


@pytest.mark.parametrize("path", ["", "/comments", "/media", "/followers", "/following", "/feed.rss"])
@pytest.mark.parametrize("state", ["suspended", "nobody"])
def test_somebody_suspended_looks_like_nobody(as_bob, alice, carol, path, state):
    make.post(carol, "hello")
    User.objects.filter(pk=carol.pk).update(is_active=False)
    name = "carol" if state == "suspended" else "nobody"
    assert as_bob.get(f"/@{name}{path}").status_code == 404


def test_somebody_blocked_sees_no_page(client, alice, dave):
    client.force_login(dave)
    assert client.get("/@alice").status_code == 404


def test_somebody_one_has_blocked_is_shown_without_posts(as_bob, bob, carol):
    make.post(carol, "hello")
    block_person(bob, carol)
    page = as_bob.get("/@carol")
    assert (page.status_code, b"You have blocked carol" in page.content, b"hello" in page.content) == (200, True, False)


def test_somebody_muted_is_read_on_their_own_page(as_bob, alice, bob):
    make.post(alice, "loud")
    mute_person(bob, alice)
    assert (shown(as_bob.get("/local")), shown(as_bob.get("/@alice"))) == ([], ["loud"])


def test_followers_are_paged_and_leave_out_the_suspended(client, alice):
    people = [make.user(f"reader{n}") for n in range(25)]
    for person in people:
        make.follow(person, alice)
    User.objects.filter(username="reader24").update(is_active=False)
    first = client.get("/@alice/followers").content.decode()
    names = re.findall(r'class="handle">@(\w+)<', first)
    assert names == [f"reader{n}" for n in range(23, 3, -1)]
    older = re.search(r'rel="next" href="([^"]+)"', first)[1]
    assert re.findall(r'class="handle">@(\w+)<', client.get(older).content.decode()) == [
        f"reader{n}" for n in range(3, -1, -1)
    ]


def test_followers_you_know_are_named(client, alice, bob, carol):
    erin = make.user("erin", display_name="Erin")
    for person in (bob, carol, erin):
        make.follow(person, alice) if person != bob else None
    mia = make.user("mia")
    for person in (bob, carol, erin):
        make.follow(mia, person)
    client.force_login(mia)
    page = client.get("/@alice").content.decode()
    assert re.search(r"<span>([^<]*) and 1 more you follow</span>", page)


# --- explore --------------------------------------------------------------------------------------------------------
def test_people_and_tags_are_found_by_their_beginning(client, alice):
    make.user("alina", display_name="Zoe Alvarez")
    make.post(alice, "#alpine and #valley")
    page = client.get("/search?q=al").content.decode()
    assert set(re.findall(r'class="handle">@(\w+)<', page)) == {"alice", "alina"}
    assert re.findall(r'class="chip" href="/tags/(\w+)"', page) == ["alpine"]


def test_explore_suggests_only_who_likes_to_be(client, alice, carol):
    make.post(alice, "here I am")
    make.post(carol, "and me")
    User.objects.filter(pk=carol.pk).update(is_discoverable=False)
    page = client.get("/explore").content.decode()
    assert ('href="/@alice"' in page, 'href="/@carol"' in page) == (True, False)
    assert 'content="noindex"' in client.get("/@carol").content.decode()


def test_explore_keeps_to_itself_whom_it_should(client, alice, bob, dave):
    make.post(alice, "#hidden", visibility=Visibility.FOLLOWERS)
    User.objects.filter(pk=bob.pk).update(limited_at=timezone.now())
    client.force_login(dave)
    page = client.get("/search?q=a").content.decode() + client.get("/search?q=b").content.decode()
    assert re.findall(r'class="handle">@(\w+)<', page) == []
    assert "/tags/hidden" not in client.get("/search?q=hidden").content.decode()


def test_what_is_lively_is_public_and_wanted(as_bob, alice, bob, carol):
    quiet = make.post(alice, "a secret talk", visibility=Visibility.FOLLOWERS)
    loud, public = make.post(carol, "a loud talk"), make.post(alice, "a public talk")
    for post in (quiet, loud, public):
        make.comment(bob if post is not loud else carol, post)
    mute_person(bob, carol)
    talks = re.findall(r'<li><a href="/posts/\d+" dir="auto">(.*?)<span class="meta"', as_bob.get("/").content.decode())
    assert talks == ["a public talk"]


# --- people ---------------------------------------------------------------------------------------------------------
def test_everybody_who_likes_to_be_found_page_by_page(client, alice):
    for n in range(25):
        make.post(make.user(f"person{n:02}"))
    met, path = [], "/people"
    while path:
        page = client.get(path).content.decode()
        met += re.findall(r'class="handle">@(\w+)<', page)
        found = re.search(r'rel="next" href="([^"]+)"', page)
        path = "/people" + html.unescape(found[1]) if found else ""
    assert met == [f"person{n:02}" for n in reversed(range(25))]
    newest = re.findall(r'class="handle">@(\w+)<', client.get("/people?order=new").content.decode())
    assert newest[0] == "person24"


@pytest.mark.parametrize("query", ["order=oldest", "before=x", "before=99999999999999999999"])
def test_odd_orders_are_not_there(client, alice, query):
    assert client.get(f"/people?{query}").status_code == 404


def test_a_suggestion_says_who_else_follows_and_can_be_put_away(as_bob, alice, carol):
    make.follow(alice, carol)
    make.post(carol)
    page = as_bob.get("/explore").content.decode()
    assert ("1 of those you follow" in page, "/@carol/dismiss" in page) == (True, True)
    as_bob.post("/@carol/dismiss")
    assert "/@carol/dismiss" not in as_bob.get("/explore").content.decode()


@pytest.mark.parametrize("count", [1, 5])
def test_what_is_pinned_costs_a_profile_one_question_more(as_bob, alice, count, django_assert_num_queries):
    posts = [make.post(alice, f"pinned {n}", attachments=[make.image(alice)]) for n in range(count)]
    as_bob.get("/@alice")
    with CaptureQueriesContext(connection) as before:
        as_bob.get("/@alice")
    for post in posts:
        pin_post(alice, post)
    with django_assert_num_queries(len(before) + 1):
        page = as_bob.get("/@alice")
    assert len(shown(page)) == 2 * count


def test_a_profile_shows_whom_the_person_recommends(client, alice, bob, carol, dave):
    endorse_person(bob, alice)
    assert "bob recommends" in client.get("/@bob").content.decode()
    client.force_login(dave)
    assert "recommends" not in client.get("/@bob").content.decode()


def test_who_hides_their_ties_shows_them_to_nobody_else(client, alice, bob, carol):
    make.follow(carol, bob)
    User.objects.filter(pk=alice.pk).update(hides_ties=True)
    client.force_login(carol)
    page = client.get("/@alice/followers").content.decode()
    assert ("alice keeps it to themselves who follows them." in page, 'href="/@bob"' in page) == (True, False)
    assert "whom you follow" not in client.get("/@alice").content.decode()
    client.force_login(alice)
    assert 'href="/@bob"' in client.get("/@alice/followers").content.decode()


# --- people who changed their names ---------------------------------------------------------------------------------
@pytest.mark.parametrize("rest", ["", "/comments", "/media?before=5", "/followers", "/following", "/feed.rss"])
def test_an_old_address_leads_to_the_new_one(client, alice, rest):
    rename_person(alice, "alicia")
    answer = client.get(f"/@Alice{rest}")
    assert (answer.status_code, answer.headers["Location"]) == (301, f"/@alicia{rest}")


def test_an_old_address_leads_nobody_to_whom_they_may_not_see(client, alice, dave):
    rename_person(alice, "alicia")
    client.force_login(dave)
    hidden, missing = client.get("/@alice"), client.get("/@nobody")
    assert (hidden.status_code, missing.status_code) == (404, 404)
    assert "alicia" not in hidden.content.decode()


def test_the_posts_of_who_does_not_want_it_are_not_for_search_engines(client, alice):
    post = make.post(alice)
    User.objects.filter(pk=alice.pk).update(is_indexable=False)
    pages = [client.get(path).content.decode() for path in (f"/posts/{post.pk}", "/@alice")]
    assert ["noindex" in page for page in pages] == [True, True]
