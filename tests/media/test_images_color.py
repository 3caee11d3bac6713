"""Colours as they were meant, whatever way a picture says it."""

import io
import struct
import zlib

import pytest
from PIL import Image, ImageCms

from media.work import images_color
from media.work.images_color import D65, PRIMARIES, SRGB_PRIMARIES, to_srgb, write_profile

P3 = write_profile(PRIMARIES[12], D65, images_color._srgb)
SEEN = (215, 93, 97)  # what (200, 100, 100) of Display P3 is in sRGB, by the matrices of CSS Color 4, section 17


def saved(kind, mode="RGB", color=(200, 100, 100), **options):
    target = io.BytesIO()
    Image.new(mode, (40, 30), color).save(target, kind, **options)
    return target.getvalue()


def near(found, expected, by=3):
    assert max(abs(a - b) for a, b in zip(found[:3], expected, strict=True)) <= by, (found, expected)


def shown(done):
    """The middle of every rendition."""
    return [Image.open(variant["file"]).convert("RGB").getpixel((20, 15)) for variant in done.variants.values()]


@pytest.mark.parametrize(
    ("kind", "options"),
    [("JPEG", {"quality": 98, "subsampling": 0}), ("PNG", {}), ("WEBP", {"lossless": True}), ("TIFF", {}),
     ("AVIF", {"quality": 98}), ("HEIF", {"quality": 98})],
)  # fmt: skip
def test_wide_gamut_is_converted_in_every_format_and_rendition(made, kind, options):
    done = made(saved(kind, icc_profile=P3, **options))
    assert len(done.variants) == 4
    for color in shown(done):
        near(color, SEEN, by=5)


def test_the_transparent_stay_transparent_when_converted():
    picture = Image.new("RGBA", (4, 4), (200, 100, 100, 128))
    found = to_srgb(picture, P3)
    near(found.getpixel((0, 0)), SEEN)
    assert found.getpixel((0, 0))[3] == 128


def test_a_profile_that_is_srgb_by_its_work_is_left_out():
    picture = Image.new("RGB", (4, 4), (200, 100, 100))
    assert to_srgb(picture, write_profile(SRGB_PRIMARIES, D65, images_color._srgb)) is picture


def test_a_profile_that_only_calls_itself_srgb_is_believed_by_its_work(made):
    lying = bytearray(P3)
    at = lying.index(b"desc", 132 + 108)
    lying[at : at + 20] = b"desc\0\0\0\0" + struct.pack(">I", 5) + b"sRGB\0\0\0\0"
    assert ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(bytes(lying)))).strip() == "sRGB"
    near(shown(made(saved("PNG", icc_profile=bytes(lying))))[-1], SEEN)


def test_palettes_have_profiles_too(made):
    target = io.BytesIO()
    Image.new("RGB", (40, 30), (200, 100, 100)).quantize(4).save(target, "PNG", icc_profile=P3)
    near(shown(made(target.getvalue()))[-1], SEEN)


def test_a_profile_for_other_pixels_is_ignored(made):
    near(shown(made(saved("PNG", "L", 120, icc_profile=P3)))[-1], (120, 120, 120))


def test_ink_is_converted(made):
    near(shown(made(saved("TIFF", "CMYK", (0, 255, 255, 0))))[0], (254, 0, 0), by=8)
    near(shown(made(saved("JPEG", "CMYK", (0, 255, 255, 0), quality=98)))[-1], (254, 0, 0), by=8)


def test_lab_is_converted(made):
    near(shown(made(saved("TIFF", "LAB", (128, 128, 128))))[-1], (119, 119, 119), by=6)


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_sixteen_bits_keep_their_brightness(made, kind):
    near(shown(made(saved(kind, "I;16", 30_000)))[-1], (117, 117, 117))


def png_with(name, body, color=(200, 100, 100)):
    content = saved("PNG", color=color)
    chunk = struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
    return content[:33] + chunk + content[33:]


def test_a_png_that_names_its_colours_by_number(made):
    near(shown(made(png_with(b"cICP", bytes([12, 13, 0, 1]))))[-1], SEEN)


def test_a_png_that_names_its_gamma(made):
    """Half of full light is 188 in sRGB, whatever number stood for it."""
    linear = png_with(b"gAMA", struct.pack(">I", 100_000), (128, 128, 128))
    near(shown(made(linear))[-1], (188, 188, 188))
    usual = png_with(b"gAMA", struct.pack(">I", 45_455), (128, 128, 128))
    near(shown(made(usual))[-1], (128, 128, 128), by=0)


def nclx(content, primaries, transfer):
    """The same file with other numbers in its box of colours."""
    at = content.index(b"colrnclx") + 8
    return content[:at] + struct.pack(">HH", primaries, transfer) + content[at + 4 :]


def test_an_avif_that_names_its_colours_by_number(made):
    near(shown(made(nclx(saved("AVIF", quality=98), 12, 13)))[-1], SEEN, by=5)


@pytest.mark.parametrize("transfer", [16, 18])
def test_highlights_of_a_high_dynamic_range_are_bent_not_cut(transfer):
    profile = images_color._coded_profile(9, transfer)
    greys = [Image.new("RGB", (2, 2), (value,) * 3) for value in (0, 60, 120, 140, 160)]
    steps = [to_srgb(grey, profile).getpixel((0, 0))[0] for grey in greys]
    assert steps == sorted(set(steps))
    assert (steps[0], steps[-1] < 255) == (0, True)


@pytest.mark.parametrize("numbers", [(1, 13), (2, 2), (255, 255), (0, 0)])
def test_numbers_that_mean_srgb_or_nothing_change_nothing(numbers):
    assert images_color._coded_profile(*numbers) is None


def test_primaries_on_a_line_are_no_colours(made):
    flat = png_with(b"cHRM", struct.pack(">8I", 31_270, 32_900, *([30_000, 30_000] * 3)))
    at = flat.index(b"cHRM") - 4
    both = flat[:at] + png_with(b"gAMA", struct.pack(">I", 100_000))[33:49] + flat[at:]
    near(shown(made(both))[-1], (200, 100, 100))
