"""What a file is, told by its content (S37)."""

import pytest

from media import sniff as types
from media.sniff import HEAD, sniff
from tests.media import files

EXPECTED = {
    "photo.jpg": types.JPEG, "drawing.png": types.PNG, "picture.webp": types.WEBP, "picture.avif": types.AVIF,
    "picture.heic": types.HEIF, "picture.gif": types.GIF, "picture.tif": types.TIFF, "picture.bmp": types.BMP,
    "moving.gif": types.GIF, "moving.webp": types.WEBP, "moving.png": types.PNG, "film.mp4": types.MP4,
    "film.mov": types.MOV, "film.webm": types.WEBM, "film.mkv": types.MKV, "hevc.mp4": types.MP4,
    "film.avi": types.AVI, "untimed.mp4": types.MP4, "sound.mp3": types.MP3, "sound.m4a": types.M4A,
    "sound.mp4": types.MP4, "alac.m4a": types.M4A, "sound.aac": types.AAC, "sound.ogg": types.OGG,
    "av1.mp4": types.MP4, "av1.mkv": types.MKV, "av1.webm": types.WEBM, "vp8.webm": types.WEBM, "film.m4v": types.MP4,
    "film.3gp": types.MP4, "film.mpg": types.MPEG, "film.ts": types.MPEG_TS, "film.m2v": types.MPEG_VIDEO,
    "moving.avif": types.AVIF,
    "vorbis.ogg": types.OGG, "flac.ogg": types.OGG, "sound.flac": types.FLAC, "sound.wav": types.WAV,
}  # fmt: skip


@pytest.mark.parametrize("name", EXPECTED)
def test_our_own_files(name):
    assert sniff(files.KINDS[name][0]()[:HEAD]) == EXPECTED[name]


def test_an_mp3_without_a_tag_is_known_by_two_frames():
    bare = files.sound("mp3", "libmp3lame")
    bare = bare[bare.index(b"\xff\xfb") :]
    assert sniff(bare[:HEAD]) == types.MP3
    assert sniff(bare[:190]) is None


@pytest.mark.parametrize(
    ("brand", "others", "expected"),
    [
        (b"heic", b"mif1", types.HEIF),
        (b"mif1", b"heicmiaf", types.HEIF),
        (b"mif1", b"avifmiaf", types.AVIF),
        (b"XXXX", b"isomavc1", types.MP4),
        (b"M4V ", b"isom", types.MP4),
        (b"XXXX", b"YYYY", None),
        (b"qt  ", b"", types.MOV),
        (b"3gp5", b"isom", types.MP4),
        (b"M4B ", b"isom", types.M4A),
        (b"avis", b"mif1", types.AVIF),
        (b"msf1", b"hevc", types.HEIF),
        (b"crx ", b"isom", None),
        (b"jxl ", b"isom", None),
    ],
)
def test_brands(brand, others, expected):
    box = b"ftyp" + brand + bytes(4) + others
    assert sniff((len(box) + 4).to_bytes(4, "big") + box) == expected


@pytest.mark.parametrize(
    ("muxer", "video", "sound", "expected"),
    [
        ("mpeg", "mpeg2video", "mp2", types.MPEG),
        ("vob", "mpeg2video", "mp2", types.MPEG),
        ("mpegts", "mpeg2video", "mp2", types.MPEG_TS),
        ("mpeg2video", "mpeg2video", "", types.MPEG_VIDEO),
        ("3gp", "mpeg4", "aac", types.MP4),
        ("ipod", "libx264", "aac", types.MP4),
        ("mov", "libx264", "pcm_s16le", types.MOV),
    ],
)
def test_films_of_cameras_and_broadcasts(muxer, video, sound, expected):
    size = (64, 48)
    assert sniff(files.film(muxer, video, sound, size=size)[:HEAD]) == expected


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (lambda: files.sound("mp3", "libmp3lame"), types.MP3),
        (lambda: files.sound("adts", "aac"), types.AAC),
        (lambda: files.sound("flac", "flac"), types.FLAC),
    ],
)
def test_a_tag_in_front_hides_nothing(after, expected):
    assert sniff((b"ID3\x04\x00\x00\x00\x00\x01\x00" + bytes(128) + after())[:HEAD]) == expected


def test_a_wave_of_more_than_4_gb_is_one():
    assert sniff(b"RF64\xff\xff\xff\xffWAVEds64" + bytes(60)) == types.WAV


def test_big_tiff_is_taken_in_both_orders():
    assert sniff(b"II+\x00\x08\x00\x00\x00" + bytes(20)) == sniff(b"MM\x00+\x00\x08\x00\x00" + bytes(20)) == types.TIFF


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff",
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b"<?xml version='1.0'?><svg/>",
        b"<!DOCTYPE html><html>",
        b"%PDF-1.7",
        b"PK\x03\x04" + bytes(60),
        b"\x7fELF" + bytes(60),
        b"#EXTM3U\n#EXT-X-STREAM-INF\nhttp://127.0.0.1/x",
        b"ffconcat version 1.0\nfile /etc/passwd",
        b"v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\nm=video 1 RTP/AVP 96",
        b"BM hello, this is only a letter",
        b"RIFF\x00\x00\x00\x00EVIL",
        b"\x1a\x45\xdf\xa3\x42\x82\x84evil",
        b"%!PS-Adobe-3.0",
        b"\x00\x00\x00\x0cJXL \r\n\x87\n",
        b"8BPS\x00\x01",
        b"\x00\x00\x01\x00\x01\x00",
        b"ID3\x04\x00\x00\xff\xff\xff\xff" + bytes(20),
        b"OggS\x00\x02" + bytes(20) + b"\x80theora\x03\x02\x01" + bytes(40) + b"OpusHead",
        b"OggS\x00\x02" + bytes(60),
        b"\xff\xf1" + bytes(200),
        b"G" * 180 + bytes(1000),
        b"7z\xbc\xaf\x27\x1c" + bytes(60),
        b"GIF8 is what I am not",
        b"\x1f\x8b\x08" + bytes(30),
        b'<html><body onload="alert(1)">\xff\xd8\xff',
        b"GIF90a" + bytes(20),
        b"FORM\x00\x00\x00\x20AIFF",
        b"\xff\x0a" + bytes(20),
    ],
)
def test_s05_everything_else_is_nothing(content):
    assert sniff(content) is None


@pytest.mark.parametrize("path", files.samples(), ids=lambda path: path.name)
def test_samples(path):
    found = sniff(path.read_bytes()[:HEAD])
    assert found is not None
    assert found.suffix in {path.suffix[1:], "mp4"}


@pytest.mark.parametrize("cut", [1, 3, 4, 7, 8, 11, 12, 15, 16, 20])
def test_a_head_that_was_cut_off_is_no_accident(cut):
    for make, _kind in files.KINDS.values():
        sniff(make()[:cut])
