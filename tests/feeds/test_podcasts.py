"""A person's sounds as a podcast: by the published rules, and read by a program of listeners."""

from __future__ import annotations

import io
import json
import re
import uuid
from email.utils import parsedate_to_datetime

import podcastparser
import pytest
from django.core.files.base import ContentFile
from django.test import Client
from lxml import etree
from PIL import Image

from accounts.models import User
from media import store
from posts.models import Visibility
from posts.services.change import delete_post, edit_post
from tests import make
from tests.feeds.podcast_rules import complaints

SITE = "http://localhost:8000"
NAMES = {
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "podcast": "https://podcastindex.org/namespace/1.0",
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
}
CHAPTERS = [{"start": 0, "title": "Hello"}, {"start": 62.5, "title": "Tea & biscuits"}]


def read(path="/@alice/podcast.rss"):
    response = Client().get(path)
    assert response.status_code == 200
    return etree.fromstring(response.content)


def sound_with(alice, text="An evening", *, variants=None, **fields):
    """A post with a sound that has the given variants besides its original."""
    options = {name: fields.pop(name) for name in ("spoiler", "is_sensitive", "visibility") if name in fields}
    file = make.audio(alice, **fields)
    for name, (suffix, media_type, content) in (variants or {}).items():
        stored = f"{file.folder}/{name}.{suffix}"
        store.put(ContentFile(content), stored)
        file.variants[name] = {"file": stored, "type": media_type, "bytes": len(content)}
    file.save()
    return make.post(alice, text, attachments=[file], **options), file


AAC = {"aac": ("m4a", "audio/mp4", b"aac!" * 100)}


def picture(size, kind="JPEG"):
    target = io.BytesIO()
    Image.new("RGB", size, "teal").save(target, kind)
    return target.getvalue()


def test_it_follows_the_rules(alice):
    User.objects.filter(pk=alice.pk).update(display_name="Alice & <Co>")
    sound_with(alice, "First <b> & last\x08", variants=AAC | {"cover": ("jpg", "image/jpeg", picture((300, 200)))},
               chapters=CHAPTERS, description="What you hear")  # fmt: skip
    sound_with(alice, "Second", duration=3723.4, is_sensitive=True)
    assert complaints(Client().get("/@alice/podcast.rss").content, Client()) == []


def test_the_rules_find_what_is_wrong(alice):
    sound_with(alice, "First", variants=AAC, chapters=CHAPTERS)
    right = Client().get("/@alice/podcast.rss").content.decode()
    wrongs = {
        "guid": (r"<guid.*?</guid>", ""),
        "length": (r'length="\d+"', 'length="1"'),
        "type": (r"audio/x-m4a", "audio/ogg"),
        "duration": (r"(<itunes:duration>)\d+", r"\1soon"),
        "category": (r"Society &amp; Culture", "Everything"),
        "explicit": (r"(<itunes:explicit>)false", r"\1perhaps"),
        "image": (r"<itunes:image.*?(/>|</itunes:image>)", ""),
        "language": (r"<language>.*?</language>", ""),
        "pubDate": (r"<pubDate>.*?</pubDate>", "<pubDate>yesterday</pubDate>"),
        "chapters": (r"application/json\+chapters", "text/plain"),
        "self": (r'rel="self"', 'rel="other"'),
        "podcast:guid": (r"(<podcast:guid>).*?<", r"\1four<"),
    }
    for name, (pattern, instead) in wrongs.items():
        broken, count = re.subn(pattern, instead, right)
        assert count, name
        assert any(name in said for said in complaints(broken.encode(), Client())), name


def test_a_program_of_listeners_understands_it(alice):
    _post, file = sound_with(alice, "An evening in #Paris", variants=AAC, duration=125.6)
    found = podcastparser.parse(f"{SITE}/@alice/podcast.rss", io.BytesIO(Client().get("/@alice/podcast.rss").content))
    (episode,) = found["episodes"]
    assert (found["title"], found["link"], found["itunes_author"]) == ("alice on Polylog", f"{SITE}/@alice", "alice")
    assert (episode["title"], episode["total_time"], episode["explicit"]) == ("An evening in #Paris", 126, False)
    assert episode["enclosures"] == [
        {"url": f"{SITE}/@alice/podcast/{file.pk}.m4a", "file_size": 400, "mime_type": "audio/x-m4a"}
    ]


def test_only_what_everybody_may_hear_and_newest_first(alice, bob, post):
    for n, visibility in enumerate([Visibility.PUBLIC, Visibility.UNLISTED, Visibility.FOLLOWERS, Visibility.PUBLIC]):
        sound_with(alice, f"Sound {n}", visibility=visibility)
    make.comment(alice, post, "A comment", attachments=[make.audio(alice)])
    make.post(alice, "A picture", attachments=[make.image(alice)])
    make.post(alice, "Not yet", attachments=[make.audio(alice, state="waiting")])
    sound_with(bob, "Of somebody else")
    assert read().xpath("//item/title/text()") == ["Sound 3", "Sound 0"]


def test_what_is_deleted_is_gone_with_its_file(client, alice):
    post, file = sound_with(alice, variants=AAC)
    address = f"/@alice/podcast/{file.pk}.m4a"
    assert client.get(address).status_code == 200
    delete_post(alice, post)
    assert (read().xpath("//item"), client.get(address).status_code) == ([], 404)


@pytest.mark.parametrize("ending", ["m4a", "json", "jpg", "mp3", "exe", "rss"])
def test_what_is_not_public_has_no_address(client, alice, bob, ending):
    _post, file = sound_with(alice, variants=AAC, chapters=CHAPTERS, visibility=Visibility.FOLLOWERS)
    client.force_login(bob)
    assert client.get(f"/@alice/podcast/{file.pk}.{ending}").status_code == 404


def test_an_episode_belongs_to_its_author(client, alice, bob):
    _post, file = sound_with(alice, variants=AAC)
    assert client.get(f"/@alice/podcast/{file.pk}.m4a").status_code == 200
    assert client.get(f"/@bob/podcast/{file.pk}.m4a").status_code == 404
    assert client.get(f"/@nobody/podcast/{file.pk}.m4a").status_code == 404


def test_the_sound_is_the_rendition_that_every_program_plays(client, alice):
    _post, file = sound_with(alice, variants=AAC)
    answer = client.get(f"/@alice/podcast/{file.pk}.m4a")
    assert (answer.headers["content-type"], answer.headers["x-accel-redirect"]) == (
        "audio/mp4", f"/_files/{file.variants['aac']['file']}",
    )  # fmt: skip


def test_a_sound_from_before_there_were_renditions(alice):
    _post, file = sound_with(alice)
    enclosure = read().find("channel/item/enclosure")
    assert dict(enclosure.attrib) == {
        "url": f"{SITE}/@alice/podcast/{file.pk}.mp3", "length": str(file.size), "type": "audio/mpeg",
    }  # fmt: skip


def test_a_rendition_that_made_room_is_stood_in_for(client, alice):
    _post, file = sound_with(alice, variants=AAC)
    file.variants["aac"]["gone"] = True
    file.save()
    assert read().find("channel/item/enclosure").get("url") == f"{SITE}/@alice/podcast/{file.pk}.mp3"
    assert [client.get(f"/@alice/podcast/{file.pk}.{ending}").status_code for ending in ("mp3", "m4a")] == [200, 200]


def test_chapters(client, alice):
    _post, file = sound_with(alice, variants=AAC, chapters=CHAPTERS)
    answer = client.get(f"/@alice/podcast/{file.pk}.json")
    assert answer.headers["content-type"] == "application/json+chapters"
    assert json.loads(answer.content)["chapters"] == [
        {"startTime": 0, "title": "Hello"}, {"startTime": 62.5, "title": "Tea & biscuits"},
    ]  # fmt: skip
    assert "1:02 Tea &amp; biscuits" in read().xpath("//content:encoded/text()", namespaces=NAMES)[0]


def test_a_post_behind_a_warning_is_announced_by_it_alone(alice):
    sound_with(alice, "eight legs", spoiler="Spiders", description="hiss", chapters=CHAPTERS)
    feed = Client().get("/@alice/podcast.rss").content.decode()
    assert ("Content warning: Spiders" in feed, "eight legs" in feed, "hiss" in feed, "Tea" in feed) == (
        True, False, False, False,
    )  # fmt: skip
    assert read().xpath("//itunes:explicit/text()", namespaces=NAMES) == ["true", "true"]


def test_a_post_with_two_sounds_has_two_episodes(alice):
    make.post(alice, "Twins", attachments=[make.audio(alice), make.audio(alice)])
    feed = read()
    assert feed.xpath("//item/title/text()") == ["Twins", "Twins (2)"]
    assert len(set(feed.xpath("//item/guid/text()"))) == 2


def test_the_cover_is_a_square_of_1400_pixels_for_everybody(client, alice, bob):
    avatar = make.image(bob, purpose="avatar")
    User.objects.filter(pk=bob.pk).update(avatar=avatar)
    for name in ("alice", "bob"):
        answer = client.get(f"/@{name}/podcast.jpg")
        cover = Image.open(io.BytesIO(answer.content))
        assert (answer.headers["content-type"], cover.format, cover.size, cover.mode) == (
            "image/jpeg", "JPEG", (1400, 1400), "RGB",
        )  # fmt: skip


def test_the_cover_of_an_episode_is_square_too(client, alice):
    _post, file = sound_with(alice, variants={"cover": ("jpg", "image/jpeg", picture((300, 200)))})
    assert Image.open(io.BytesIO(client.get(f"/@alice/podcast/{file.pk}.jpg").content)).size == (1400, 1400)
    assert read().xpath("//item/itunes:image/@href", namespaces=NAMES) == [f"{SITE}/@alice/podcast/{file.pk}.jpg"]


def test_its_name_for_ever_is_made_of_its_address(alice):
    (guid,) = read().xpath("//podcast:guid/text()", namespaces=NAMES)
    space = uuid.uuid5(uuid.NAMESPACE_DNS, "podcast").version  # the same kind of name
    assert uuid.UUID(guid).version == space == 5
    assert guid == str(
        uuid.uuid5(uuid.UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6"), "localhost:8000/@alice/podcast.rss")
    )


def test_an_edit_makes_it_new_and_nothing_else_does(client, alice):
    post, _file = sound_with(alice, "Before")
    first = client.get("/@alice/podcast.rss")
    again = {"headers": {"if-none-match": first.headers["etag"]}}
    assert client.get("/@alice/podcast.rss", **again).status_code == 304
    edit_post(alice, post, text="After")
    assert client.get("/@alice/podcast.rss", **again).status_code == 200


def test_it_speaks_the_language_of_its_author(client, alice):
    User.objects.filter(pk=alice.pk).update(language="de")
    assert read().findtext("channel/language") == "de"


@pytest.mark.parametrize("count", [1, 12])
def test_it_costs_the_same_for_one_and_twelve(client, alice, count, django_assert_num_queries):
    for n in range(count):
        sound_with(alice, f"Sound {n}")
    client.get("/@alice/podcast.rss")
    with django_assert_num_queries(5):
        client.get("/@alice/podcast.rss")


def test_the_profile_names_it_where_there_is_something_to_hear(client, alice, bob):
    sound_with(alice)
    shown = [client.get(f"/@{name}").content.decode() for name in ("alice", "bob")]
    assert ['href="/@alice/podcast.rss"' in shown[0], "podcast.rss" in shown[1]] == [True, False]
    assert re.search(
        r'<link rel="alternate" type="application/rss\+xml" title="[^"]+" href="/@alice/podcast.rss">', shown[0]
    )


def test_sounds_for_followers_are_no_podcast(client, alice, bob):
    sound_with(alice, visibility=Visibility.FOLLOWERS)
    client.force_login(bob)
    assert "podcast.rss" not in client.get("/@alice").content.decode()


@pytest.mark.parametrize(
    "path", ["nobody/podcast.rss", "nobody/podcast.jpg", "alice/podcast/1.m4a", "alice/podcast/x.m4a",
             "alice/podcast/9999999999999999999.m4a"],
)  # fmt: skip
def test_nothing_is_404(client, alice, path):
    assert client.get(f"/@{path}").status_code == 404


def test_dates_are_as_mail_has_them(alice):
    post, _file = sound_with(alice)
    assert parsedate_to_datetime(read().findtext("channel/item/pubDate")).timestamp() == int(post.created.timestamp())
