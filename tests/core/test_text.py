"""Markdown to safe HTML: what is kept, what is linked, what never comes through."""

import pytest
from django.core.exceptions import ValidationError

from core.text import (
    clean,
    excerpt,
    find_mentions,
    find_tags,
    normalize_text,
    plain_text,
    render_bio,
    render_field,
    render_post,
    shorten,
    sound_text,
    tag_name,
    title_of,
)

REL = 'rel="noopener nofollow ugc"'


def html(text, known=()):
    return render_post(text, known=known).html


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\nb", "<p>a<br>\nb</p>"),
        ("**a** _b_ ~~c~~ `d`", "<p><strong>a</strong> <em>b</em> <s>c</s> <code>d</code></p>"),
        ("# a\n## b\n### c\n###### d", "<h3>a</h3>\n<h4>b</h4>\n<h5>c</h5>\n<h5>d</h5>"),
        ("> a", "<blockquote>\n<p>a</p>\n</blockquote>"),
        ("3. a\n4. b", '<ol start="3">\n<li>a</li>\n<li>b</li>\n</ol>'),
        ("```py\n<b>\n```", "<pre><code>&lt;b&gt;\n</code></pre>"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        ("a <b onclick=x>b</b>", "<p>a &lt;b onclick=x&gt;b&lt;/b&gt;</p>"),
        ("", ""),
    ],
)
def test_markdown(text, expected):
    assert html(text) == expected


def test_a_table_is_kept_without_styles():
    assert plain_text(html("|a|b|\n|:-|-:|\n|1|2|")) == "a b\n1 2"
    assert "style" not in html("|a|b|\n|:-|-:|\n|1|2|")


def test_a_table_that_would_be_enormous_stays_text():
    assert "<table>" not in html("|" * 40 + "\n" + "|-" * 40 + "\n" + "|\n" * 50)
    assert "<table>" not in html("|a|b|\n|-|-|\n" + "|\n" * 500)


@pytest.mark.parametrize(
    ("text", "href"),
    [
        ("https://example.org", "https://example.org"),
        ("HTTPS://Example.org/a_b_c*d*", "HTTPS://Example.org/a_b_c*d"),
        ("(see https://de.wikipedia.org/wiki/Foo_(bar))", "https://de.wikipedia.org/wiki/Foo_(bar)"),
        ("Look: http://localhost:8000/?a=1&b=2.", "http://localhost:8000/?a=1&amp;b=2"),
        ("**https://example.org/x**", "https://example.org/x"),
        ("[a](mailto:a@example.org)", "mailto:a@example.org"),
        ("<https://example.org>", "https://example.org"),
        ("https://example.org/ä?q=ß", "https://example.org/%C3%A4?q=%C3%9F"),
    ],
)
def test_links(text, href):
    assert f'<a href="{href}" {REL}>' in html(text)


@pytest.mark.parametrize(
    "text",
    [
        "[a](/settings/delete)",
        "[a](//evil.example)",
        "[a](javascript:alert(1))",
        "[a](data:text/html;base64,PHNjcmlwdD4=)",
        "[a](vbscript:x)",
        "[a](https:evil)",
        "[a](https://bank.example@evil.example)",
        "[a](https://[::1)",
        "https://bank.example@evil.example/",
        "<javascript:alert(1)>",
        "http://",
        "xhttp://example.org",
        "`https://example.org`",
    ],
)
def test_no_link(text):
    assert "<a " not in html(text)


def test_an_address_is_written_where_it_is_used():
    assert html("[a]: https://b.example\n\n[a]").endswith("</p>\n<p>[a]</p>")


def test_a_picture_from_elsewhere_is_a_link_only():
    assert html("![cat](https://example.org/cat.png)") == f'<p>!<a href="https://example.org/cat.png" {REL}>cat</a></p>'


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("[https://bank.example](https://evil.example/x)", "https://evil.example/x"),
        ("[**bank.example**/login](https://evil.example)", "https://evil.example"),
        ("[www.good.example](https://good.example/)", "www.good.example"),
        ("[read this](https://evil.example)", "read this"),
        ("[müller.de](https://müller.de)", "müller.de"),
        ("https://müller.de/", "https://müller.de/"),
        ("https://\u0430pple.com/", "https://xn--pple-43d.com/"),
        ("https://пример.рф/", "https://пример.рф/"),
        ("[\u202emoc.knab//:sptth](https://evil.example)", "https://evil.example"),
        ("[\u202eread\u2066 this](https://evil.example)", "read this"),
    ],
)
def test_s07_a_link_does_not_look_like_another_one(text, shown):
    assert plain_text(html(text)) == shown


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("@alice and @Bob_2, (@carol)!", {"alice", "bob_2", "carol"}),
        ("mail alice@example.org or a.@@bob", set()),
        ("`@alice` \n\n    @bob\n\n```\n@carol\n```", set()),
        ("[@alice](https://example.org) https://example.org/@bob", set()),
        (r"\@alice", set()),
        ("@alice@example.org and @bob.example.org", set()),
        ("**@alice** *@bob* ~~@carol~~", {"alice", "bob", "carol"}),
        ("@" + "a" * 31, set()),
        ("@alice. @bob's @carol…", {"alice", "bob", "carol"}),
    ],
)
def test_find_mentions(text, names):
    assert find_mentions(text) == names


def test_only_known_people_are_linked_and_asked_for_once():
    asked = []

    def known(names):
        asked.append(names)
        return {"alice"}

    done = render_post("@Alice @zed @alice", known=known)
    link = '<a class="mention" href="/@alice">'
    assert done.html == f"<p>{link}@Alice</a> @zed {link}@alice</a></p>"
    assert (done.mentions, asked) == (["alice"], [{"alice", "zed"}])


def test_nobody_is_asked_for_without_names():
    assert render_post("hello", known=lambda names: pytest.fail("asked")).mentions == []


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("#Garten, #garten und #GARTEN", [("garten", "Garten")]),
        ("#Straße #日本語 #naïve", [("strasse", "Straße"), ("日本語", "日本語"), ("naïve", "naïve")]),
        ("#हिन्दी", [("हिन्दी", "हिन्दी")]),
        ("#2024 #_ #", []),
        ("#2024ever", [("2024ever", "2024ever")]),
        ("a#b &#35; https://example.org/#c ##d", []),
        ("`#a` [#b](https://example.org)", []),
        ("#" + "a" * 101, []),
        ("#\ufdfa #\u00bda", []),
        ("# heading\n#tag", [("tag", "tag")]),
    ],
)
def test_tags(text, tags):
    assert render_post(text).tags == tags
    assert find_tags(text) == {name for name, _ in tags}


def test_a_tag_links_to_its_page():
    assert html("#Größe") == '<p><a class="tag" href="/tags/gr%C3%B6sse">#Größe</a></p>'


def test_beyond_fifty_names_are_words():
    done = render_post(" ".join(f"#tag{n}" for n in range(60)))
    assert (len(done.tags), done.html.count("<a ")) == (50, 50)


def test_tag_name_of_equal_tags_is_equal():
    assert tag_name("ＦＯＯ") == tag_name("Foo") == "foo"
    assert tag_name("e\u0301t\u00e9") == tag_name("ÉTÉ") == "été"


@pytest.mark.parametrize("bad", ["a\x00b", "a\ud800b"])
def test_unsound_text_is_refused_with_a_sentence_and_still_renders(bad):
    with pytest.raises(ValidationError, match="cannot be kept"):
        sound_text(bad)
    assert html(bad) == "<p>a\ufffdb</p>"


def test_normalize_text():
    assert normalize_text("e\u0301\r\nb\rc") == "é\nb\nc"


def test_bio_has_no_headings():
    assert render_bio("# a **b** #c").html == '<p># a <strong>b</strong> <a class="tag" href="/tags/c">#c</a></p>'


def test_field_is_one_line_with_links():
    expected = f'*a* <a href="https://example.org/b" {REL}>https://example.org/b</a> &lt;b&gt; @alice'
    assert render_field("*a*\nhttps://example.org/b <b> @alice") == expected


def test_excerpt_ends_at_a_word():
    rendered = html("# One\ntwo *three* four\n\n- five")
    assert excerpt(rendered) == "One two three four five"
    assert excerpt(rendered, 12) == "One two…"
    assert title_of(rendered) == "One"
    assert shorten("a" * 30, 10) == "a" * 9 + "…"
    assert title_of("") == ""


def test_pre_keeps_its_lines():
    assert plain_text(html("```\na\nb &amp;\n```")) == "a\nb &amp;"


HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<a href='jav&#x09;ascript:alert(1)'>x</a>",
    '<a class="mention evil" href="/settings/delete" style="position:fixed" id="x">x</a>',
    '<a href="/@alice/../settings">x</a>',
    '<a href="//evil.example" rel="opener" target="_blank">x</a>',
    "<p style=color:red class=tag lang=de>x</p>",
    '<form action="/logout"><button>x</button></form>',
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<ol start='1\" onclick=x'><li>x",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_s03_the_cleaner_leaves_nothing_that_acts(hostile):
    done = clean(hostile)
    assert clean(done) == done
    for bad in ("<img", "<svg", "<style", "<math", "<form", "<iframe", "onclick=x'", "href=", "style=", "id=", "evil"):
        assert bad not in done


@pytest.mark.parametrize(
    "text", [*HOSTILE, "**a** https://b.c @d #e\n\n|a|b|\n|-|-|\n|1|2|", "> - ```\n> x", "a&b<c\"d'"]
)
def test_s02_cleaning_again_changes_nothing(text):
    rendered = render_post(text, known={"d"}).html
    assert clean(rendered) == rendered
