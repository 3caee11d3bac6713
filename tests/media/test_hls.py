"""Playlists: worked out from finished files, and from nothing that is not what we write."""

import io
import re
from pathlib import Path

import pytest

from media.video import hls
from media.video.board import board_track
from media.video.hls import Segment, Stream
from media.work import video
from tests.media import files

FILM = {"size": (320, 240), "seconds": 6}


@pytest.fixture
def quality(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    job = {"step": "draft", "reader": "mov", "purpose": "post", "limits": {}}
    video.draft_film(io.BytesIO(files.film(**FILM)), job)
    return tmp_path / "v240.mp4"


def test_a_stream_is_read_from_its_file(quality):
    stream = hls.read_stream(quality, "v240", (320, 240))
    assert [round(segment.seconds, 2) for segment in stream.segments] == [4.0, 2.0]
    assert stream.init == stream.segments[0].start
    assert stream.segments[0].start + stream.segments[0].length == stream.segments[1].start
    assert stream.segments[1].start + stream.segments[1].length <= quality.stat().st_size
    assert stream.codecs.startswith("avc1.64")
    assert stream.codecs.endswith(",mp4a.40.2")


def test_its_playlist_names_ranges_of_one_file_each_by_an_address_of_its_own():
    stream = Stream("v240", 320, 240, "avc1.64000d", 900, [Segment(900, 5000, 4.0), Segment(5900, 700, 1.25)])
    assert hls.stream_playlist(stream).splitlines() == [
        "#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-TARGETDURATION:4", "#EXT-X-PLAYLIST-TYPE:VOD",
        "#EXT-X-INDEPENDENT-SEGMENTS", '#EXT-X-MAP:URI="v240.mp4",BYTERANGE="900@0"',
        "#EXTINF:4.00000,", "#EXT-X-BYTERANGE:5000@900", "v240.mp4?900",
        "#EXTINF:1.25000,", "#EXT-X-BYTERANGE:700@5900", "v240.mp4?5900",
        "#EXT-X-ENDLIST",
    ]  # fmt: skip


def test_the_main_playlist_names_the_qualities_the_lowest_first():
    streams = [
        Stream(f"v{lines}", lines * 2, lines, "avc1.64000d", 1, [Segment(1, lines * 100, 2.0), Segment(1, 100, 2.0)])
        for lines in (720, 240)
    ]
    assert hls.main_playlist(streams).splitlines() == [
        "#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS",
        '#EXT-X-STREAM-INF:BANDWIDTH=96000,AVERAGE-BANDWIDTH=48200,RESOLUTION=480x240,CODECS="avc1.64000d"',
        "l240.m3u8",
        '#EXT-X-STREAM-INF:BANDWIDTH=288000,AVERAGE-BANDWIDTH=144200,RESOLUTION=1440x720,CODECS="avc1.64000d"',
        "l720.m3u8",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "spoil",
    [
        lambda content: b"",
        lambda content: content[:1500],
        lambda content: content[:-7],
        lambda content: content.replace(b"moof", b"free"),
        lambda content: content.replace(b"tfdt", b"free"),
        lambda content: content.replace(b"trun", b"free"),
        lambda content: content.replace(b"mdhd", b"free"),
        lambda content: content.replace(b"avcC", b"free"),
        lambda content: b"\x00\x00\x00\x01ftyp" + bytes(8) + content,
        lambda content: b"\xff\xff\xff\xffftyp" + content,
        lambda content: files.film(),
        lambda content: b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n",
    ],
)
def test_a_file_that_is_not_as_we_write_it_is_not_believed(quality, spoil):
    quality.write_bytes(spoil(quality.read_bytes()))
    with pytest.raises(ValueError):
        hls.read_stream(quality, "v240", (320, 240))


@pytest.mark.parametrize(("name", "is_one"), [("v240", True), ("v", False), ("l240", False), ("video", False)])
def test_which_variants_are_qualities(name, is_one):
    assert hls.is_quality(name) is is_one


def test_what_can_be_made_again():
    names = ["original", "poster", "frame1", "hls", "v240", "l240", "film", "sheet", "board", "w320", "opus"]
    assert [name for name in names if hls.is_derived(name)] == ["hls", "v240", "l240", "film", "sheet", "board"]


def test_the_board_names_parts_of_the_sheet():
    assert board_track(5.0, (1920, 1080)).splitlines() == [
        "WEBVTT", "",
        "00:00:00.000 --> 00:00:02.000", "sheet#xywh=0,0,160,90", "",
        "00:00:02.000 --> 00:00:04.000", "sheet#xywh=160,0,160,90", "",
        "00:00:04.000 --> 00:00:05.000", "sheet#xywh=320,0,160,90",
    ]  # fmt: skip


def test_no_playlist_ever_names_a_place_outside(quality):
    stream = hls.read_stream(Path(quality), "v240", (320, 240))
    said = hls.main_playlist([stream]) + hls.stream_playlist(stream)
    named = {line for line in said.splitlines() if line and not line.startswith("#")}
    named = {re.sub(r"\?[0-9]+$", "", line) for line in named}
    assert named == {"l240.m3u8", "v240.mp4"}
