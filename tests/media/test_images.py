"""Pictures: upright, in the right colours, in the right sizes."""

import io
from pathlib import Path

import av
import blurhash
import pytest
from PIL import Image

from core.blur import read_blur
from media.work import images, loops
from media.work.blur import encode
from media.work.task import Refused
from tests.media import files


def color_at(name, x, y):
    """The colour, roughly: what is red, what is blue."""
    red, green, blue = Image.open(name).convert("RGB").getpixel((x, y))
    return "red" if red > 150 > blue else "blue" if blue > 150 > red else f"{red} {green} {blue}"


@pytest.mark.parametrize("orientation", range(1, 9))
def test_s41_every_orientation_stands_upright(made, orientation):
    undo = {1: None, 2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}[orientation]
    turned = files.drawing() if undo is None else files.drawing().transpose(Image.Transpose(undo))
    target = io.BytesIO()
    turned.save(target, "JPEG", exif=files.exif(orientation), quality=95)
    done = made(target.getvalue())
    assert (done.width, done.height) == (60, 40)
    assert [color_at("original.jpg", x, y) for x, y in ((5, 5), (55, 5), (5, 35))] == ["red", "blue", "blue"]


def test_renditions_are_never_wider_than_the_picture(made):
    done = made(files.png((700, 70)))
    sizes = {name: (variant["width"], variant["height"]) for name, variant in done.variants.items()}
    assert sizes == {
        "w700": (700, 70), "w640": (640, 64), "w320": (320, 32),
        "a700": (700, 70), "a640": (640, 64), "a320": (320, 32), "j1280": (700, 70), "original": (700, 70),
    }  # fmt: skip


def test_a_large_picture_has_every_width_twice(made):
    done = made(files.photo((4000, 3000)))
    assert sorted(done.variants) == [
        "a1280", "a2048", "a320", "a640", "a960", "j1280", "original", "w1280", "w2048", "w320", "w640", "w960",
    ]  # fmt: skip
    assert Image.open("w2048.webp").size == Image.open("a2048.avif").size == (2048, 1536)
    assert (Image.open("j1280.jpg").format, Image.open("j1280.jpg").size) == ("JPEG", (1280, 960))
    assert Image.open("original.jpg").size == (4000, 3000)


def test_a_face_and_a_header_are_cut_to_their_place(made):
    face = made(files.png((700, 500)), purpose="avatar")
    assert {name: (v["width"], v["height"]) for name, v in face.variants.items()} == {
        "avatar": (208, 208), "original": (700, 500)
    }  # fmt: skip
    header = made(files.photo((3000, 3000)), purpose="header")
    assert {name: (v["width"], v["height"]) for name, v in header.variants.items()} == {
        "header": (1500, 500), "original": (2048, 2048)
    }  # fmt: skip


def test_a_small_face_is_not_blown_up(made):
    assert made(files.png((60, 40)), purpose="avatar").variants["avatar"]["width"] == 40


def test_colours_are_converted_by_their_profile(made):
    made(files.wide_gamut())
    assert color_at("original.jpg", 10, 10) == "blue"
    assert "icc_profile" not in Image.open("original.jpg").info


def test_a_damaged_profile_is_ignored(made):
    target = io.BytesIO()
    Image.new("RGB", (20, 20), "red").save(target, "JPEG", icc_profile=b"rubbish" * 30)
    made(target.getvalue())
    assert color_at("original.jpg", 10, 10) == "red"


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "PA", "RGB", "RGBA", "I;16", "CMYK", "YCbCr"])
def test_every_mode_of_pixels(made, mode):
    kind = "TIFF" if mode in {"CMYK", "YCbCr", "I;16", "PA", "LA"} else "PNG"
    target = io.BytesIO()
    source = Image.new("L", (20, 20), 200) if mode == "I;16" else Image.new("RGB", (20, 20), (200, 200, 200))
    shown = source.convert("I").point(lambda value: value * 257).convert(mode) if mode == "I;16" else source.convert(
        mode.replace("PA", "P"))  # fmt: skip
    shown.save(target, kind)
    assert 190 <= int(made(target.getvalue()).color[1:3], 16) <= 210


def test_transparent_pictures_stay_so(made):
    done = made(files.png(mode="RGBA"))
    assert Image.open("original.png").mode == Image.open("w60.webp").mode == Image.open("a60.avif").mode == "RGBA"
    assert "j1280" not in done.variants
    assert done.color == "#ff7f7f"


def test_what_is_only_nominally_transparent_is_not(made):
    target = io.BytesIO()
    files.drawing().convert("RGBA").save(target, "WEBP")
    assert made(target.getvalue()).variants["original"]["file"] == "original.jpg"


@pytest.mark.parametrize(
    ("name", "original"),
    [
        ("photo.jpg", "image/jpeg"),
        ("drawing.png", "image/png"),
        ("picture.gif", "image/png"),
        ("picture.bmp", "image/png"),
        ("picture.tif", "image/jpeg"),
        ("picture.heic", "image/jpeg"),
        ("picture.avif", "image/jpeg"),
        ("picture.webp", "image/jpeg"),
    ],
)
def test_the_original_is_in_a_format_for_everybody(made, name, original):
    assert made(files.KINDS[name][0]()).variants["original"]["type"] == original


def test_blurhash_is_read_by_our_own_reader(made):
    rows = read_blur(made(files.photo()).blurhash, 4, 3)
    corner, opposite = rows[0][0], rows[2][3]
    assert int(corner[1:3], 16) > int(corner[5:7], 16)
    assert int(opposite[5:7], 16) > int(opposite[1:3], 16)


def test_blurhash_of_one_colour():
    assert encode([(255, 255, 255)] * 16, 4, 1, 1) == "00TSUA"
    assert read_blur(encode([(51, 102, 153)] * 64, 8, 4, 3), 1, 1) == [["#336699"]]


@pytest.mark.parametrize(("limit", "code"), [("IMAGE_PIXELS", "too_large"), ("MAX_SIDE", "too_large")])
def test_s39_too_many_pixels_are_refused_before_decoding(made, monkeypatch, limit, code):
    monkeypatch.setattr(images, limit, 50)
    with pytest.raises(Refused, match=code):
        made(files.png())


def test_s39_a_jpeg_that_is_gone_over_endlessly_is_refused(made):
    target = io.BytesIO()
    files.drawing((300, 200)).save(target, "JPEG", progressive=True)
    content = target.getvalue()
    at = content.rindex(b"\xff\xda")
    head = content[at : at + 2 + int.from_bytes(content[at + 2 : at + 4], "big")]
    assert made(content[:at] + head * 20 + content[at:]).kind == "image"
    with pytest.raises(Refused, match="broken"):
        made(content[:at] + head * 200 + content[at:])


def test_a_huge_jpeg_is_decoded_smaller(made, monkeypatch):
    monkeypatch.setattr(images, "IMAGE_PIXELS", 600_000)
    assert made(files.photo((1600, 1200))).width == 800


@pytest.mark.parametrize("kind", ["photo", "png"])
def test_a_file_that_was_cut_off_is_refused(made, kind):
    content = getattr(files, kind)((300, 300))
    with pytest.raises(Refused, match="broken"):
        made(content[: len(content) // 2])


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_what_moves_becomes_a_silent_film(made, kind):
    done = made(files.moving(kind))
    assert (done.kind, done.is_loop, done.width, done.height) == ("video", True, 32, 20)
    assert done.duration == pytest.approx(1.2)
    assert {name: variant["type"] for name, variant in done.variants.items()} == {
        "poster": "image/webp", "original": "video/mp4"
    }  # fmt: skip


@pytest.mark.parametrize("size", [(31, 21), (64, 48), (3, 5)])
def test_the_film_is_one_that_every_browser_plays(made, size):
    made(files.moving("GIF", size=size))
    content = Path("original.mp4").read_bytes()
    with av.open("original.mp4") as film:
        (track,), context = film.streams, film.streams.video[0].codec_context
        assert (track.type, context.name, context.profile, context.pix_fmt) == ("video", "h264", "High", "yuv420p")
        assert (context.width % 2, context.height % 2) == (0, 0)
    assert 0 < content.index(b"moov") < content.index(b"mdat")


def test_a_face_does_not_move(made):
    assert made(files.moving("GIF"), purpose="avatar").kind == "image"


def test_s39_endless_animations_are_refused(made, monkeypatch):
    monkeypatch.setattr(loops, "MAX_FRAMES", 5)
    with pytest.raises(Refused, match="too_many_frames"):
        made(files.moving("GIF"))


def test_frames_without_a_time_are_shown_as_browsers_do(made):
    target = io.BytesIO()
    pages = [Image.new("RGB", (20, 20), (50 * n, 0, 0)) for n in range(5)]
    pages[0].save(target, "GIF", save_all=True, append_images=pages[1:], duration=0)
    assert made(target.getvalue()).duration == pytest.approx(0.5)


@pytest.mark.parametrize(("across", "down"), [(4, 3), (3, 4), (9, 9), (1, 1)])
def test_blurhash_is_that_of_the_reference(across, down):
    small = files.drawing((32, 32))
    assert encode(list(small.get_flattened_data()), 32, across, down) == blurhash.encode(small.copy(), across, down)
