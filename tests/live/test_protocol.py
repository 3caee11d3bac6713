"""Frames of readers: what they mean, and that nothing else means anything (S31, S32)."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.protocol import Nonsense, StreamName, Subscribe, Typing, Unsubscribe, frame, parse, parse_stream


def test_a_reader_subscribes() -> None:
    text = json.dumps({"type": "subscribe", "stream": "post:17", "since": 42, "epoch": "e"})
    assert parse(text) == Subscribe(StreamName("post", 17), 42, "e", "")


def test_without_a_number_a_reader_follows_from_now_on() -> None:
    assert parse('{"type":"subscribe","stream":"user:3"}') == Subscribe(StreamName("user", 3), None, "", "")


def test_posts_are_followed_as_a_feed() -> None:
    home = parse('{"type":"subscribe","stream":"posts","feed":"home"}')
    local = parse('{"type":"subscribe","stream":"posts"}')
    assert (home, local) == (
        Subscribe(StreamName("posts", 0), None, "", "home"),
        Subscribe(StreamName("posts", 0), None, "", "local"),
    )


def test_a_reader_unsubscribes_and_writes() -> None:
    assert parse('{"type":"unsubscribe","stream":"posts"}') == Unsubscribe(StreamName("posts", 0))
    assert parse('{"type":"typing","stream":"post:1"}') == Typing(StreamName("post", 1))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "json"),
        ("[]", "json"),
        ('"posts"', "json"),
        ("[" * 5000, "json"),
        ('{"type":"subscribe"}', "stream"),
        ('{"type":"subscribe","stream":"post:"}', "stream"),
        ('{"type":"subscribe","stream":"post:01"}', "stream"),
        ('{"type":"subscribe","stream":"post:9223372036854775808"}', "stream"),
        ('{"type":"subscribe","stream":"post:١"}', "stream"),
        ('{"type":"subscribe","stream":"posts\\n"}', "stream"),
        ('{"type":"subscribe","stream":"posts:1"}', "stream"),
        ('{"type":"subscribe","stream":"specific.channel!x"}', "stream"),
        ('{"type":"subscribe","stream":["posts"]}', "stream"),
        ('{"type":"subscribe","stream":"posts","feed":"all"}', "feed"),
        ('{"type":"subscribe","stream":"posts","since":-1}', "since"),
        ('{"type":"subscribe","stream":"posts","since":true}', "since"),
        ('{"type":"subscribe","stream":"posts","since":1.5}', "since"),
        ('{"type":"subscribe","stream":"posts","since":1e400}', "since"),
        ('{"type":"subscribe","stream":"posts","epoch":5}', "epoch"),
        ('{"type":"shutdown","stream":"posts"}', "type"),
        ('{"type":["typing"],"stream":"posts"}', "type"),
    ],
)
def test_nonsense_is_named(text: str, code: str) -> None:
    with pytest.raises(Nonsense, match=f"^{code}$"):
        parse(text)


@given(st.text() | st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists).map(json.dumps))
def test_whatever_comes_is_a_request_or_nonsense(text: str) -> None:
    try:
        request = parse(text)
    except Nonsense:
        return
    assert isinstance(request, Subscribe | Unsubscribe | Typing)


def test_names_go_there_and_back() -> None:
    names = ["post:17", "user:9223372036854775807", "posts"]
    assert [str(parse_stream(name)) for name in names] == names


def test_our_frames_are_compact_json() -> None:
    assert frame("error", code="unknown", stream="posts") == '{"type":"error","code":"unknown","stream":"posts"}'
