"""How a person describes their podcast, and what of it is in the feed."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from lxml import etree

from feeds.models import Category, PodcastCard
from feeds.services.podcasts import describe_podcast
from tests import make
from tests.feeds.podcast_rules import complaints

ITUNES = "{http://www.itunes.com/dtds/podcast-1.0.dtd}"
SAID = {
    "title": "Night & Day",
    "description": "Two\r\nlines",
    "category": "News",
    "language": "fr",
    "is_explicit": "on",
}


def feed():
    return Client().get("/@alice/podcast.rss").content


def said_in(content):
    channel = etree.fromstring(content).find("channel")
    return {
        "title": channel.findtext("title"),
        "description": channel.findtext("description"),
        "language": channel.findtext("language"),
        "categories": [one.get("text") for one in channel.iter(f"{ITUNES}category")],
        "explicit": [one.text for one in channel.iter(f"{ITUNES}explicit")],
    }


@pytest.fixture
def sound(alice):
    return make.post(alice, "An evening", attachments=[make.audio(alice)])


def test_what_is_said_stands_in_the_feed(client, alice, sound):
    client.force_login(alice)
    answer = client.post("/settings/podcast", SAID)
    assert (answer.status_code, answer["location"]) == (302, "/settings/podcast")
    assert said_in(feed()) == {
        "title": "Night & Day", "description": "Two\nlines", "language": "fr", "categories": ["News"],
        "explicit": ["true", "true"],
    }  # fmt: skip
    assert complaints(feed(), Client()) == []


def test_what_is_left_out_is_said_for_the_person(client, alice, sound):
    before = feed()
    client.force_login(alice)
    client.post("/settings/podcast", SAID)
    client.post("/settings/podcast", {})
    assert feed() == before
    assert said_in(before) == {
        "title": "alice on Polylog", "description": "Sounds by alice", "language": "en",
        "categories": ["Society & Culture", "Personal Journals"], "explicit": ["false", "false"],
    }  # fmt: skip


@pytest.mark.parametrize("category", Category.values)
def test_every_category_is_one_of_apple_s(alice, sound, category):
    describe_podcast(alice, category=category, is_explicit=False)
    assert complaints(feed(), Client()) == []


def test_the_page_shows_what_was_said_and_what_would_be(client, alice, bob, sound):
    describe_podcast(alice, title="Night & Day", is_explicit=False)
    client.force_login(alice)
    shown = client.get("/settings/podcast").content.decode()
    assert ('value="Night &amp; Day"' in shown, "/@alice/podcast.rss" in shown) == (True, True)
    client.force_login(bob)
    shown = client.get("/settings/podcast").content.decode()
    assert ('placeholder="bob on Polylog"' in shown, "podcast.rss" in shown) == (True, False)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "a" * 151),
        ("description", "a" * 1001),
        ("category", "Everything"),
        ("language", "xx"),
        ("title", "\x00"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_kept(client, alice, field, value):
    client.force_login(alice)
    assert client.post("/settings/podcast", {field: value}).status_code == 422
    with pytest.raises(ValidationError):
        describe_podcast(alice, **{field: value}, is_explicit=False)
    assert PodcastCard.objects.count() == 0


def test_nobody_describes_anothers_or_while_shut_out(client, alice):
    assert client.get("/settings/podcast").status_code == 302
    alice.is_active = False
    with pytest.raises(PermissionDenied):
        describe_podcast(alice, title="Mine", is_explicit=False)
    assert PodcastCard.objects.count() == 0
