"""Marks stand where the words are, and nothing else changes."""

from __future__ import annotations

import re

import pytest

from core.text import render_post
from search.language import read_query
from search.mark import mark


def marked(html: str, words: str) -> str:
    """The HTML as somebody finds it who asks for these words."""
    return mark(html, read_query(words, None).words)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("html", "words", "wanted"),
    [
        ("<p>The river</p>", "RIVER ", "<p>The <mark>river</mark></p>"),
        ("<p>Die Straße, Müller</p>", "strasse muller ", "<p>Die <mark>Straße</mark>, <mark>Müller</mark></p>"),
        ("<p>a riverside</p>", "riv", "<p>a <mark>riverside</mark></p>"),
        ("<p>a riverside</p>", "riv ", "<p>a riverside</p>"),
        ("<p>the river, the sea</p>", '"the sea"', "<p>the river, <mark>the sea</mark></p>"),
        ("<p>今天天气很好</p>", "天气", "<p>今天<mark>天气</mark>很好</p>"),
        ("<p>party 🎉🏽!</p>", "🎉", "<p>party <mark>🎉</mark>🏽!</p>"),
        ("<p>x -tea</p>", "x -tea has:link", "<p><mark>x</mark> -tea</p>"),
        ("<p>a &amp; b &lt;amp&gt;</p>", "amp ", "<p>a &amp; b &lt;<mark>amp</mark>&gt;</p>"),
        ('<a href="/tags/tea" class="tag">#tea</a>', "tea ", '<a href="/tags/tea" class="tag">#<mark>tea</mark></a>'),
        ('<a href="https://a.org/?q=x>tea">tea</a>', "tea ", '<a href="https://a.org/?q=x>tea"><mark>tea</mark></a>'),
        ("<p>p <em>p</em> mark</p>", "p mark ", "<p><mark>p</mark> <em><mark>p</mark></em> <mark>mark</mark></p>"),
        ("<p>tea</p>", "", "<p>tea</p>"),
    ],
)  # fmt: skip
def test_words_are_marked(html, words, wanted):
    assert marked(html, words) == wanted


@pytest.mark.django_db
@pytest.mark.parametrize("words", ["a", "script", "p href", "lt gt amp quot", '"https evil"', "x onerror mark"])
def test_without_its_marks_the_html_is_what_it_was(words):
    text = '<script>a</script> & "p" [x](https://evil.example/?a=<b>&amp;c=\'") `href` x<y onerror=1 https://a.example/p?x=a&lt=b'
    html = render_post(text).html
    assert re.sub("</?mark>", "", marked(html, words)) == html
    assert "<script" not in marked(html, words)
