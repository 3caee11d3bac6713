"""S41: place, device and names are gone from every variant of every file; the picture itself is not."""

import io
import json

import av
import pytest
from PIL import Image, ImageChops, ImageStat

from media.models import State
from media.video import board, hls
from tests import kept
from tests.media import files

pytestmark = pytest.mark.any_database  # about what is in files

CANARIES = (
    files.SECRET.encode(),
    files.SECRET.encode("utf-16-le"),
    files.PLACE[:8].encode(),
    b"Exif\x00\x00",
    b"adobe:ns:meta",
    b"http://ns.adobe.com",
    b"GPS",
    b"Hubble Space Telescope",
)
HARMLESS = {
    "major_brand", "minor_version", "compatible_brands", "encoder", "language", "handler_name", "vendor_id", "duration",
    "software",
}  # fmt: skip
MAKERS = {"VideoHandler", "SoundHandler", "Lavf", "Lavc", "und", "FFMP", "[0][0][0][0]"}


def inspect(content, media_type):
    """Assert that no decoder finds anything that says where, by whom or with what."""
    assert [canary for canary in CANARIES if canary in content] == []
    if media_type == "application/json":
        assert set(json.loads(content)) == {"seconds", "peaks"}
        return
    if media_type in {hls.TYPE, board.TYPE}:
        assert content.startswith((b"#EXTM3U\n", b"WEBVTT\n"))
        return
    if media_type.startswith("image/"):
        picture = Image.open(io.BytesIO(content))
        picture.load()
        assert dict(picture.getexif()) == {}
        assert set(picture.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive",
                                     "progression", "loop", "background", "timestamp", "duration"}  # fmt: skip
        return
    with av.open(io.BytesIO(content)) as media:
        assert {track.type for track in media.streams} <= {"video", "audio"}
        for tags in (media.metadata, *(track.metadata for track in media.streams)):
            assert {name.lower() for name in tags} <= HARMLESS
            for name in ("handler_name", "encoder", "vendor_id", "language"):
                assert tags.get(name, "und").partition("6")[0] in MAKERS


def test_the_inspector_finds_what_is_there():
    for content, media_type in (
        (files.photo(), "image/jpeg"), (files.png(), "image/png"), (files.picture("WEBP"), "image/webp"),
        (files.film(), "video/mp4"), (files.tagged_mp3(), "audio/mpeg"), (files.sound("ogg", "flac"), "audio/ogg"),
    ):  # fmt: skip
        with pytest.raises(AssertionError):
            inspect(content, media_type)


def check_all(attachment):
    assert (attachment.state, attachment.error) == (State.READY, "")
    assert kept.names() == sorted({variant["file"] for variant in attachment.variants.values()})
    for variant in attachment.variants.values():
        content = kept.content(variant["file"])
        assert len(content) == variant["bytes"]
        inspect(content, variant["type"])


@pytest.mark.parametrize("name", files.KINDS)
def test_our_own_files(bring, name):
    content, kind = files.KINDS[name]
    attachment = bring(content(), name, is_whole=True)
    assert attachment.kind == kind
    check_all(attachment)


@pytest.mark.parametrize("purpose", ["avatar", "header"])
def test_faces_and_headers(bring, purpose):
    check_all(bring(files.photo((700, 500), 6), purpose=purpose))


@pytest.mark.parametrize("path", files.samples(), ids=lambda path: path.name)
def test_samples(bring, path):
    attachment = bring(path.read_bytes(), path.name, is_whole=True)
    check_all(attachment)
    if attachment.kind != "image":
        assert attachment.duration > 1
    if attachment.kind == "audio":
        assert len(attachment.wave) == 64
    else:
        assert attachment.width > 100
        assert len(attachment.blurhash) == 28


@pytest.mark.skipif(not files.samples(), reason="the sample files are not here")
def test_the_rotated_sample_stands_upright(bring):
    path = files.SAMPLES / "astronaut-rotated-gps.jpg"
    attachment = bring(path.read_bytes())
    lying = Image.open(path)
    assert lying.getexif()[0x0112] == 6
    for name in ("original", "w320"):
        shown = Image.open(io.BytesIO(kept.content(attachment.variants[name]["file"])))
        assert difference(shown, lying.transpose(Image.Transpose.ROTATE_270)) < 6
        assert difference(shown, lying) > 30


def difference(one, other):
    """How far two pictures are apart, from 0 to 255."""
    small = [picture.convert("RGB").resize((64, 64)) for picture in (one, other)]
    return sum(ImageStat.Stat(ImageChops.difference(*small)).mean) / 3
