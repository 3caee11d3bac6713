"""Chapters of a sound, written as lines."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from media.services.chapters import read_chapters, set_chapters, write_chapters
from tests import make

HOUR = 3600


@pytest.mark.parametrize(
    ("line", "start", "title"),
    [
        ("0:00 Hello", 0, "Hello"),
        ("1:02:30 – The way there", 3750, "The way there"),
        ("  (75:00)  Long minutes ", 4500, "Long minutes"),
        ("1:02,5 Half a second", 62.5, "Half a second"),
        ("00:10: Colon", 10, "Colon"),
        ("3:05\tTab", 185, "Tab"),
    ],
)
def test_a_line_is_a_chapter(line, start, title):
    assert read_chapters(line, 9000) == [{"start": start, "title": title}]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Hello", "is no chapter"),
        ("0:00", "is no chapter"),
        ("0:00 \u200b\u2028", "is no chapter"),
        ("0:10 a\n0:10 b", "does not begin later"),
        ("0:10 a\n0:05 b", "does not begin later"),
        ("2:00:00 a", "begins after the end, which is at 1:00:00"),
        ("0:00 " + "x" * 121, "too long; at most 120"),
        ("\n".join(f"{n // 60}:{n % 60:02} x" for n in range(101)), "At most 100 chapters fit."),
    ],
)
def test_what_cannot_be_understood_is_said(text, said):
    with pytest.raises(ValidationError) as error:
        read_chapters(text, HOUR)
    assert said in error.value.messages[0]


def test_what_is_read_is_written_the_same():
    text = "0:00 Hello\n1:02.5 Tea\n59:59 The end"
    sound = make.Attachment(chapters=read_chapters(text, HOUR))
    assert write_chapters(sound) == text


def test_only_the_owner_of_a_sound_sets_them(alice, bob):
    for person, file in ((bob, make.audio(alice)), (alice, make.image(alice))):
        with pytest.raises(PermissionDenied):
            set_chapters(person, file, "0:00 Mine")


def test_an_empty_text_takes_them_away(alice):
    sound = make.audio(alice, chapters=[{"start": 0, "title": "a"}])
    set_chapters(alice, sound, " \n ")
    sound.refresh_from_db()
    assert sound.chapters == []
