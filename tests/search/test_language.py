"""What people type, and what it finds: the same on both databases."""

from __future__ import annotations

import pytest
from django.utils import timezone

from core.ids import ids_from
from posts.models import Hashtag
from posts.services.polls import PollDraft
from search.language import Problem, read_query
from tests import make

TEXTS = ["The river at night", "A bridge over the river", "Riverside café, at last", "Nothing of the kind"]


@pytest.fixture
def said(alice):
    return [make.post(alice, text) for text in TEXTS]


@pytest.mark.parametrize(
    ("words", "hits"),
    [
        ("river ", [1, 0]),
        ("RIVER", [2, 1, 0]),
        ("river night", [0]),
        ('"the river" ', [1, 0]),
        ('"river the"', []),
        ('"the riv"', []),
        ("„over the river“", [1]),
        ("river -bridge ", [0]),
        ('the -"the river"', [3]),
        ("-river", [3, 2]),
        ("riv*", [2, 1, 0]),
        ("riv* over ", [1]),
        ("riv", [2, 1, 0]),
        ("riv ", []),
        ("r", []),
        ("cafe", [2]),
        ("CAFÉ", [2]),
        ("12:30", []),
        ("(river) & | ! <-> NEAR(a) OR night'", []),
        ('river AND "', []),
        ("night' ) river:*", [0]),
    ],
)
def test_words_phrases_and_what_is_left_out(said, found, words, hits):
    assert found(words) == [TEXTS[n] for n in hits]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Über die Straße nach Köln", "uber"),
        ("Über die Straße nach Köln", "STRASSE koln"),
        ("Uber alles", "über"),
        ("今天天气很好", "天气"),
        ("ガスの料金", "料金"),
        ("ภาษาไทยสนุก", "ไทย"),
        ("Feierabend 🎉🏽", "🎉"),
        ("Grüße aus 🇩🇪", "🇩🇪"),
        ("Meine E-Mail-Adresse", "e-mail"),
        ("They don't mind", "don't"),
        ("What @carol said", "@carol"),
        ("Look at https://example.org/a_path?q=1", "https://example.org/a_path"),
        ("Ein Donaudampfschiff", "donau"),
        ("x" * 500, "x" * 500),
        ("Łódź, ΣΊΣΥΦΟΣ, İzmir", "lodz σίσυφος izmir"),
    ],
)
def test_every_script_is_found(alice, carol, found, text, words):
    make.post(alice, "Something else, 天, カス, 🎊 and emails")
    make.post(alice, text)
    assert found(words) == [text]


def test_what_is_like_it_but_not_it(alice, found):
    for text in ("気天", "ガス", "🇪🇩"):
        make.post(alice, text)
    assert [found(words) for words in ("天気", "カス", "🇩🇪")] == [[], [], []]


def test_from(alice, carol, found):
    make.post(alice, "Tea by alice")
    make.post(carol, "Tea by carol")
    assert found("tea from:alice") == found("from:@Alice") == ["Tea by alice"]
    assert found("tea -from:alice") == found("tea from:me", carol) == found("in:mine", carol) == ["Tea by carol"]
    assert found("from:alice from:carol") == ["Tea by carol", "Tea by alice"]


def test_has(alice, found):
    files = {"image": make.image(alice), "video": make.video(alice), "audio": make.audio(alice)}
    for kind, file in files.items():
        make.post(alice, f"With {kind}", attachments=[file])
    make.post(alice, "With poll", poll=PollDraft(["Earl Grey", "Assam"], timezone.timedelta(days=1)))
    make.post(alice, "With link https://example.org")
    assert [found(f"has:{kind}") for kind in ("image", "video", "audio", "poll", "link")] == [
        ["With image"], ["With video"], ["With audio"], ["With poll"], ["With link https://example.org"],
    ]  # fmt: skip
    assert found("has:media -has:image") == ["With audio", "With video"]
    assert found("assam") == ["With poll"]


def test_tags(alice, found):
    make.post(alice, "On #Tea and #Straßenbahn")
    make.post(alice, "Just tea")
    assert found("#tea") == found("tea #STRASSENBAHN") == ["On #Tea and #Straßenbahn"]
    assert found("tea -#tea") == ["Just tea"]
    Hashtag.objects.filter(name="tea").update(hidden_at=timezone.now())
    assert (found("#tea"), len(found("tea"))) == ([], 2)


def test_language(alice, found):
    make.post(alice, "Guten Tag", language="de")
    make.post(alice, "Good day", language="en")
    assert found("language:de") == found("lang:de-AT") == found("tag -language:en") == ["Guten Tag"]
    assert found("language:de language:en") == ["Good day", "Guten Tag"]


def test_days(alice, found):
    for day in ("2025-12-31", "2026-01-01", "2026-01-31", "2026-02-01"):
        with ids_from(timezone.datetime.fromisoformat(f"{day}T23:59:59.999+00:00")):
            make.post(alice, day)
    assert found("before:2026-01-01") == ["2025-12-31"]
    assert found("after:2026-01-31") == found("during:2026-02-01") == found("during:1.2.2026") == ["2026-02-01"]
    assert found("during:2026-01") == ["2026-01-31", "2026-01-01"]
    assert found("after:2025 before:2026-02") == ["2026-01-31", "2026-01-01"]


def test_kept(alice, bob, found):
    from posts.services.interact import bookmark_post, like_post

    kept, liked = make.post(alice, "Tea kept"), make.post(alice, "Tea liked")
    make.post(alice, "Tea")
    bookmark_post(bob, kept)
    like_post(bob, liked)
    assert (found("in:bookmarks", bob), found("tea in:likes", bob)) == (["Tea kept"], ["Tea liked"])


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("from:", "Write a name after from:, as in from:mira, or from:me for your own posts."),
        ("from:nobody_here", "Nobody here is called @nobody_here."),
        ("from:me", "Sign in to look among what is yours."),
        ("in:bookmarks", "Sign in to look among what is yours."),
        ("in:space", "After in: stands bookmarks, likes or mine."),
        ("has:cheese", "After has: stands image, video, audio, media, poll or link."),
        ("has: image", "After has: stands image, video, audio, media, poll or link."),
        ("language:deutsch!", "After language: stands the short name of a language, as in language:de."),
        ("before:soon", "Write a day, a month or a year: 2026-05-31, 2026-05 or 2026."),
        ("-after:2026", "Write a day, a month or a year: 2026-05-31, 2026-05 or 2026."),
        ("during:2026-02-30", "There is no such day: 2026-02-30."),
        ("during:0000", "There is no such day: 0000."),
        ("during:9999", "There is no such day: 9999."),
        ("…!?", "There is no word in this that could be looked for."),
        ("a\0b", "That is more than can be looked for. Use fewer words."),
        ("a " * 21, "That is more than can be looked for. Use fewer words."),
        ("a" * 501, "That is more than can be looked for. Use fewer words."),
    ],
)
def test_what_cannot_be_understood_gets_a_sentence(db, words, sentence):
    with pytest.raises(Problem) as told:
        read_query(words, None)
    assert told.value.messages == [sentence]


def test_nothing_is_asked_by_nothing(db):
    assert [read_query(words, None).is_empty for words in ("", "  ")] == [True, True]
