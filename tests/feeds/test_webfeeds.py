"""RSS, Atom and JSON Feed."""

from __future__ import annotations

import json
from datetime import datetime
from email.utils import parsedate_to_datetime

import pytest
from django.test import Client
from lxml import etree

from accounts.models import User
from posts.models import Visibility
from posts.services.change import delete_post, edit_post
from posts.services.interact import share_post
from tests import make

ATOM = {"a": "http://www.w3.org/2005/Atom", "m": "http://search.yahoo.com/mrss/"}
FORMS = {"rss": "application/rss+xml", "atom": "application/atom+xml", "json": "application/feed+json"}
SITE = "http://localhost:8000"


def read(path):
    response = Client().get(path)
    assert response.status_code == 200
    return json.loads(response.content) if path.endswith("json") else etree.fromstring(response.content)


def titles(form, path="/@alice"):
    feed = read(f"{path}/feed.{form}")
    if form == "json":
        return [item["title"] for item in feed["items"]]
    return (
        feed.xpath("//item/title/text()") if form == "rss" else feed.xpath("//a:entry/a:title/text()", namespaces=ATOM)
    )


@pytest.mark.parametrize("form", FORMS)
def test_a_feed_has_what_everybody_may_read_newest_first(alice, bob, form):
    make.post(alice, "first #tea")
    make.post(alice, "for followers #tea", visibility=Visibility.FOLLOWERS)
    make.comment(alice, make.post(alice, "second #tea"))
    make.post(bob, "of somebody else")
    assert titles(form) == ["second #tea", "first #tea"]
    assert titles(form, "/tags/tea") == ["second #tea", "first #tea"]


@pytest.mark.parametrize(("form", "kind"), FORMS.items())
def test_it_says_what_it_is_and_is_not_sent_twice(client, alice, form, kind):
    make.post(alice, "hello")
    first = client.get(f"/@alice/feed.{form}")
    assert first.headers["content-type"] == f"{kind}; charset=utf-8"
    assert first.headers["content-language"] == "en"
    tag, changed = first.headers["etag"], first.headers["last-modified"]
    assert client.get(f"/@alice/feed.{form}", headers={"if-none-match": tag}).status_code == 304
    assert client.get(f"/@alice/feed.{form}", headers={"if-modified-since": changed}).status_code == 304


@pytest.mark.parametrize("form", FORMS)
def test_it_is_new_after_a_deletion_and_after_an_edit(client, alice, form):
    kept, gone = make.post(alice, "kept"), make.post(alice, "gone")
    tags = [client.get(f"/@alice/feed.{form}").headers["etag"]]
    delete_post(alice, gone)
    tags.append(client.get(f"/@alice/feed.{form}").headers["etag"])
    edit_post(alice, kept, text="kept, and changed")
    tags.append(client.get(f"/@alice/feed.{form}").headers["etag"])
    assert len(set(tags)) == 3
    assert titles(form) == ["kept, and changed"]


def test_rss_is_valid(alice):
    post = make.post(alice, "**Hello** @alice & <world> #tea")
    feed = read("/@alice/feed.rss")
    assert (feed.tag, feed.get("version")) == ("rss", "2.0")
    assert [feed.findtext(f"channel/{name}") for name in ("title", "link", "language")] == [
        "alice on Polylog", f"{SITE}/@alice", "en"]  # fmt: skip
    (item,) = feed.findall("channel/item")
    assert (item.findtext("guid"), item.findtext("link"), item.findtext("category")) == (
        f"{SITE}/posts/{post.pk}", f"{SITE}/posts/{post.pk}", "tea")  # fmt: skip
    assert abs(parsedate_to_datetime(item.findtext("pubDate")) - post.created).total_seconds() < 1
    (link,) = feed.xpath("channel/a:link", namespaces=ATOM)
    assert (link.get("rel"), link.get("href")) == ("self", f"{SITE}/@alice/feed.rss")


def test_atom_is_valid(alice):
    post = make.post(alice, "Hello")
    feed = read("/@alice/feed.atom")
    links = {link.get("rel"): link.get("href") for link in feed.findall("a:link", ATOM)}
    assert links == {"self": f"{SITE}/@alice/feed.atom", "alternate": f"{SITE}/@alice"}
    assert feed.findtext("a:id", namespaces=ATOM) == f"{SITE}/@alice/feed.atom"
    (entry,) = feed.findall("a:entry", ATOM)
    assert entry.findtext("a:id", namespaces=ATOM) == f"{SITE}/posts/{post.pk}"
    told = datetime.fromisoformat(entry.findtext("a:updated", namespaces=ATOM))
    assert abs(told - post.created).total_seconds() < 1
    assert entry.findtext("a:author/a:name", namespaces=ATOM) == "alice"


def test_json_feed_is_valid(alice):
    post = make.post(alice, "Hello #tea", language="de")
    feed = read("/@alice/feed.json")
    assert (feed["version"], feed["feed_url"], feed["home_page_url"]) == (
        "https://jsonfeed.org/version/1.1", f"{SITE}/@alice/feed.json", f"{SITE}/@alice")  # fmt: skip
    (item,) = feed["items"]
    assert (item["id"], item["language"], item["tags"]) == (f"{SITE}/posts/{post.pk}", "de", ["tea"])
    assert item["authors"] == [{"name": "alice", "url": f"{SITE}/@alice"}]


def test_files_come_with_their_length_and_type(alice):
    files = [make.image(alice, description="a river"), make.audio(alice)]
    make.post(alice, "look", attachments=files)
    told = [(f"{SITE}{file.url()}", str(file.size), file.content_type) for file in files]
    rss = read("/@alice/feed.rss")
    enclosure = rss.find("channel/item/enclosure")
    assert (enclosure.get("url"), enclosure.get("length"), enclosure.get("type")) == told[0]
    media = rss.xpath("//m:content", namespaces=ATOM)
    assert [(one.get("url"), one.get("fileSize"), one.get("type")) for one in media] == told
    atom = read("/@alice/feed.atom").xpath("//a:entry/a:link[@rel='enclosure']", namespaces=ATOM)
    assert [(one.get("href"), one.get("length"), one.get("type")) for one in atom] == told
    attached = read("/@alice/feed.json")["items"][0]["attachments"]
    assert [(one["url"], str(one["size_in_bytes"]), one["mime_type"]) for one in attached] == told


@pytest.mark.parametrize("form", FORMS)
def test_what_stands_behind_a_warning_stays_there(client, alice, form):
    make.post(alice, "eight legs", spoiler="Spiders", attachments=[make.image(alice)])
    content = client.get(f"/@alice/feed.{form}").content.decode()
    assert ("Content warning: Spiders" in content, "eight legs" in content, "/media/" in content) == (
        True,
        False,
        False,
    )


@pytest.mark.parametrize("form", FORMS)
def test_links_are_whole(client, alice, form):
    make.post(alice, "see @alice and #tea")
    content = client.get(f"/@alice/feed.{form}").content.decode()
    assert f"{SITE}/tags/tea" in content
    assert 'href="/' not in content.replace("\\", "")


@pytest.mark.parametrize("form", FORMS)
def test_a_share_names_who_shared_and_who_wrote(alice, carol, form):
    share_post(alice, make.post(carol, "far away"))
    assert titles(form) == ["alice shared: far away"]


@pytest.mark.parametrize("form", FORMS)
def test_it_speaks_the_language_of_its_author(client, alice, form):
    User.objects.filter(pk=alice.pk).update(language="de")
    assert client.get(f"/@alice/feed.{form}", headers={"accept-language": "en"}).headers["content-language"] == "de"


@pytest.mark.parametrize("count", [1, 20])
@pytest.mark.parametrize("form", FORMS)
def test_it_costs_the_same_for_one_and_twenty(client, alice, form, count, django_assert_num_queries):
    for n in range(count):
        make.post(alice, f"post {n} #tea", attachments=[make.image(alice)])
    client.get(f"/@alice/feed.{form}")
    with django_assert_num_queries(5):
        client.get(f"/@alice/feed.{form}")


def test_pages_name_their_feeds(client, alice):
    for path in ("/@alice", "/tags/tea"):
        page = client.get(path).content.decode()
        assert [f'type="{kind}"' in page and f'href="{path}/feed.{form}"' in page for form, kind in FORMS.items()] == [
            True
        ] * 3


@pytest.mark.parametrize("form", FORMS)
def test_what_xml_cannot_hold_is_left_out(alice, form):
    make.post(alice, "a\x08b \x1b[31m\ufffe")
    assert titles(form) == ["ab [31m"]


@pytest.mark.parametrize("form", FORMS)
def test_an_empty_feed_is_the_same_each_time(client, alice, form):
    assert client.get(f"/@alice/feed.{form}").content == client.get(f"/@alice/feed.{form}").content
