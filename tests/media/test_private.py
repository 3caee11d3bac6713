"""Every kind of file, of posts for every audience, asked for by everybody, from both places: who gets it and how.

The expectation is written down here, person by person; nothing of it is worked out by the code that is tested.
"""

from __future__ import annotations

import itertools

import pytest
from asgiref.sync import async_to_sync
from django.core.files.base import ContentFile

from media import store
from media.models import Attachment
from posts.services.change import delete_post, hide_post, restore_post
from tests import make
from tests.community.asgi_client import ask
from tests.community.test_front import front_of

KINDS = {
    "image": {
        "original": "image/jpeg", "w320": "image/webp", "a320": "image/avif", "j1280": "image/jpeg",
    },
    "loop": {"original": "video/mp4", "poster": "image/jpeg"},
    "video": {
        "original": "video/mp4", "poster": "image/jpeg", "hls": "application/vnd.apple.mpegurl",
        "l240": "application/vnd.apple.mpegurl", "v240": "video/mp4", "sheet": "image/webp", "board": "text/vtt",
    },
    "audio": {
        "original": "audio/flac", "aac": "audio/mp4", "opus": "audio/ogg", "cover": "image/jpeg",
        "peaks": "application/json",
    },
}  # fmt: skip
PEOPLE = ("nobody", "alice", "bob", "carol", "dave", "erin", "mod")  # erin is mentioned; dave is blocked
# Who gets a file: p as everybody may, s as only some may, - not at all.
MATRIX = {
    "public": "pppp-pp",
    "unlisted": "pppp-pp",
    "followers": "-ss--s-",
    "direct": "-s---s-",
    "comment for followers": "-ss--s-",
    "deleted": "-s----s",  # for the hour in which it may be brought back
    "restored": "pppp-pp",
    "hidden": "-s----s",
    "author suspended": "------s",
    "not posted": "-s-----",
    "erased": "-------",
}  # fmt: skip


@pytest.fixture
def people(alice, bob, carol, dave, mod):
    return {"nobody": None, "alice": alice, "bob": bob, "carol": carol, "dave": dave, "erin": make.user("erin"),
            "mod": mod}  # fmt: skip


def file_of(owner, kind):
    """A file with every variant there may be, each with content of its own."""
    row = Attachment(owner=owner, kind="video" if kind == "loop" else kind, is_loop=kind == "loop", state="ready")
    for name, media_type in KINDS[kind].items():
        stored = f"{row.folder}/{name}.bin"
        store.put(ContentFile(content_of(name)), stored)
        row.variants[name] = {"file": stored, "type": media_type, "bytes": len(content_of(name))}
    row.content_type = row.variants["original"]["type"]
    row.save()
    return row


def content_of(name):
    return f"the content of {name} ".encode() * 50


def post_in(state, file, people):
    """Bring a file into a state; it had a public post before that where that can be."""
    alice, words = people["alice"], "@erin look"
    if state == "not posted":
        return
    if state == "comment for followers":
        root = make.post(alice, "@erin", visibility=2)
        make.comment(alice, root, words, attachments=[file])
        return
    post = make.post(
        alice, words, attachments=[file], visibility={"unlisted": 1, "followers": 2, "direct": 3}.get(state, 0)
    )
    if state in {"deleted", "restored"}:
        delete_post(alice, post)
    if state == "restored":
        restore_post(alice, post)
    if state == "hidden":
        hide_post(people["mod"], post)
    if state == "author suspended":
        type(alice).objects.filter(pk=alice.pk).update(is_active=False)
    if state == "erased":
        file.delete()


def served(client, path, method="GET", **headers):
    """What the front makes of the view's answer: status, headers, body."""
    view = client.get(path) if method == "GET" else client.head(path)
    if view.status_code != 200:
        return view.status_code, {}, b""
    front = front_of(lambda environ: ("200 OK", list(view.headers.items()), [view.content]))
    said = async_to_sync(ask)(front, method, path, headers=[(k.replace("_", "-"), v) for k, v in headers.items()])
    return said.status, said.headers, said.body


def letter(client, person, path):
    """How a person gets a file."""
    client.logout()
    if person is not None:
        client.force_login(person)
    status, headers, body = served(client, path)
    if status == 404:
        return "-"
    assert (status, body) == (200, content_of(path.rpartition("/")[2]))
    return {"public": "p", "private": "s"}[headers["cache-control"].partition(",")[0]]


@pytest.mark.parametrize(("state", "kind"), list(itertools.product(MATRIX, KINDS)))
def test_who_gets_a_file(client, people, each_place, state, kind):
    file = file_of(people["alice"], kind)
    post_in(state, file, people)
    for name in KINDS[kind]:
        path = f"/media/{file.key}/{name}"
        assert "".join(letter(client, people[one], path) for one in PEOPLE) == MATRIX[state], name


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("who", ["nobody", "bob"])
def test_how_it_is_sent(client, people, each_place, kind, who):
    file = file_of(people["alice"], kind)
    make.post(people["alice"], attachments=[file], visibility=0 if who == "nobody" else 2)
    if who != "nobody":
        client.force_login(people[who])
    for name, media_type in KINDS[kind].items():
        status, headers, body = served(client, f"/media/{file.key}/{name}")
        assert (status, body, headers["content-type"]) == (200, content_of(name), media_type)
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["content-security-policy"].startswith("sandbox allow-same-origin; default-src 'none'")
        assert headers["content-disposition"].startswith("inline; filename=")
        assert (headers["accept-ranges"], headers["content-length"]) == ("bytes", str(len(body)))
        assert "60" in headers["cache-control"]  # no cache that asks us gives it out longer after it went
        assert [one for one in headers if one.startswith(("x-accel", "x-amz", "server"))] == []


def test_parts_of_a_file_and_what_a_reader_has_already(client, people, each_place):
    file, whole = file_of(people["alice"], "video"), content_of("v240")
    make.post(people["alice"], attachments=[file], visibility=2)
    client.force_login(people["bob"])
    path = f"/media/{file.key}/v240"
    spans = {"bytes=0-9": whole[:10], "bytes=990-": whole[990:], "bytes=-7": whole[-7:]}
    for span, part in spans.items():
        status, headers, body = served(client, path, range=span)
        assert (status, body, headers["content-length"]) == (206, part, str(len(part)))
        assert headers["content-range"].endswith(f"/{len(whole)}")
    assert served(client, path, range="bytes=5000-")[0::2] == (416, b"")
    assert served(client, path, range="bytes=0-1,5-6")[0::2] == (200, whole)
    mark = served(client, path)[1]["etag"]
    assert served(client, path, if_none_match=mark)[0::2] == (304, b"")
    status, headers, body = served(client, path, "HEAD")
    assert (status, body, headers["content-length"]) == (200, b"", str(len(whole)))


def test_an_address_dies_with_the_post(client, people, each_place):
    file = file_of(people["alice"], "image")
    post = make.post(people["alice"], attachments=[file])
    path = f"/media/{file.key}/w320"
    mark = served(client, path)[1]["etag"]
    delete_post(people["alice"], post)
    assert [served(client, path)[0], served(client, path, if_none_match=mark)[0]] == [404, 404]


def test_a_file_the_place_has_lost_is_not_there(client, people, each_place):
    file = file_of(people["alice"], "image")
    make.post(people["alice"], attachments=[file])
    view = client.get(f"/media/{file.key}/w320")
    store.remove(file.folder)

    def front(environ):
        if "polylog.refused" in environ:
            return f"{environ['polylog.refused']} No", [], [b"not here"]
        return "200 OK", list(view.headers.items()), [b""]

    said = async_to_sync(ask)(front_of(front))
    assert (said.status, said.body) == (404, b"not here")
