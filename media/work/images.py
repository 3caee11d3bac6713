"""Pictures: upright, in sRGB, without a word about who took them where, in the sizes that pages need."""

from __future__ import annotations

from typing import BinaryIO, Final, NamedTuple, cast

import pillow_heif
from PIL import Image, ImageOps

from media.limits import IMAGE_PIXELS, JPEG_SHRINKS
from media.work.blur import encode
from media.work.images_color import profile_of, to_srgb
from media.work.task import Job, Made, Refused, Variant


class Quality(NamedTuple):
    """How well a rendition is written, from 0 to 100; the two scales have nothing to do with each other."""

    avif: int
    webp: int


# Chosen by ``bin/bench pictures``: for each width the fewest bytes with which a photo full of fine grain, the hardest
# there is, keeps a likeness (SSIM) of 0.95 to the same width without loss. Small ones need more: nothing in them is
# smooth. 1280 is what a phone with three dots a pixel loads.
WIDTHS: Final = {
    320: Quality(70, 80), 640: Quality(70, 84), 960: Quality(68, 84), 1280: Quality(66, 84), 2048: Quality(60, 80),
}  # fmt: skip
LARGEST = max(WIDTHS)
AVIF_SPEED = 8  # 7 takes twice the time for 2 % fewer bytes; 9 half the time for 5 % more
JPEG_WIDTH = 1280  # for programs and feed readers that may know nothing newer
AVATAR, HEADER = 208, (1500, 500)  # the largest face on a page is 104 px wide, on screens with two dots a pixel
SMALL_ORIGINAL = 2048  # what is kept of a face or a header, the long side
MAX_SIDE = 30_000
MAX_SCANS = 100  # cameras and tools write 1 to 12, and as many for each small picture they embed
WEBP_SIDE = 16_383
BLUR_SIDE = 32
PHOTO_QUALITY, WEBP_QUALITY, JPEG_QUALITY = 90, 80, 82

Image.MAX_IMAGE_PIXELS = JPEG_SHRINKS * IMAGE_PIXELS
pillow_heif.register_heif_opener(thumbnails=False)


def make_picture(source: BinaryIO, job: Job) -> Made:
    """Make all that a page needs of a picture that does not move; of several pictures in a file, the first."""
    return make_renditions(open_image(source, job["reader"]), job)


def open_image(source: BinaryIO, reader: str) -> Image.Image:
    """Return the picture, not yet decoded; Refused when it is none, or has too many pixels."""
    try:
        picture = Image.open(source, formats=[reader])
    except Image.DecompressionBombError:
        raise Refused("too_large") from None
    except Exception as error:
        raise Refused("broken") from error
    if reader == "JPEG" and _scans(source) > MAX_SCANS:
        raise Refused("broken")
    width, height = picture.size
    if reader == "JPEG" and width * height > IMAGE_PIXELS:
        picture.draft("RGB", (width // 2, height // 2))
    if not _is_sane(*picture.size):
        raise Refused("too_large")
    picture.info["icc_profile"] = profile_of(picture, source)
    return picture


def _scans(source: BinaryIO) -> int:
    """Return how often a JPEG goes over its pixels: a few bytes are enough to make a decoder do it once more."""
    place = source.tell()
    source.seek(0)
    count = source.read().count(b"\xff\xda")
    source.seek(place)
    return count


def _is_sane(width: int, height: int) -> bool:
    return width * height <= IMAGE_PIXELS and max(width, height) <= MAX_SIDE


def make_renditions(picture: Image.Image, job: Job) -> Made:
    """Decode ``picture`` and write every variant into the working folder."""
    is_lossless = picture.format in {"PNG", "GIF", "BMP"}
    plain = decode(picture)
    made = Made("image", *plain.size, blurhash=blur(plain), color=mean_color(plain))
    if job["purpose"] == "avatar":
        made.variants["avatar"] = save_webp(_crop(plain, (AVATAR, AVATAR)), "avatar")
    elif job["purpose"] == "header":
        made.variants["header"] = save_webp(_crop(plain, HEADER), "header")
    else:
        made.variants |= _scaled(plain, needs_jpeg=plain.mode == "RGB")
    if job["purpose"] != "post":
        plain.thumbnail((SMALL_ORIGINAL, SMALL_ORIGINAL), reducing_gap=2)
    made.variants["original"] = _save_original(plain, is_lossless)
    return made


def decode(picture: Image.Image) -> Image.Image:
    """Return the pixels as RGB or RGBA in sRGB, upright, with nothing else attached."""
    try:
        picture.load()
        described = picture.info.get("icc_profile")
        ImageOps.exif_transpose(picture, in_place=True)  # else it would be copied, whether it has to be turned or not
        plain = to_srgb(picture, described)
    except MemoryError:
        raise Refused("too_large") from None
    except Exception as error:
        raise Refused("broken") from error
    return bare(_without_empty_alpha(plain))


def bare(picture: Image.Image) -> Image.Image:
    """Return the same pixels with no metadata that a writer could pick up."""
    picture.info = {}
    return picture


def _without_empty_alpha(picture: Image.Image) -> Image.Image:
    is_opaque = picture.mode == "RGBA" and picture.getchannel("A").getextrema() == (255, 255)
    return picture.convert("RGB") if is_opaque else picture


# --- writing ---------------------------------------------------------------------------------------------------------
def _scaled(plain: Image.Image, *, needs_jpeg: bool) -> dict[str, Variant]:
    """Write an AVIF and a WebP for each width below the picture's own, and of its own width up to the largest."""
    made: dict[str, Variant] = {}
    current, widest = plain, min(plain.width, LARGEST)
    for width in sorted({widest, *(width for width in WIDTHS if width < widest)}, reverse=True):
        current = _fit_width(current, width)
        quality = WIDTHS[next(step for step in WIDTHS if step >= min(current.width, LARGEST))]
        made[f"w{current.width}"] = save_webp(current, f"w{current.width}", quality.webp)
        made[f"a{current.width}"] = _save_avif(current, f"a{current.width}", quality.avif)
        if needs_jpeg and width == min(widest, JPEG_WIDTH):
            made[f"j{JPEG_WIDTH}"] = _save_jpeg(current, f"j{JPEG_WIDTH}", JPEG_QUALITY)
    return made


def _fit_width(picture: Image.Image, width: int) -> Image.Image:
    width = min(width, max(1, picture.width * WEBP_SIDE // picture.height))
    if width >= picture.width:
        return picture
    height = max(1, round(picture.height * width / picture.width))
    return picture.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=2.0)


def _crop(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Cut out the middle in the proportions of ``size``, never larger than it was."""
    share = min(1.0, picture.width / size[0], picture.height / size[1])
    fitting = (max(1, round(size[0] * share)), max(1, round(size[1] * share)))
    return ImageOps.fit(picture, fitting, Image.Resampling.LANCZOS)


def save_webp(picture: Image.Image, name: str, quality: int = WEBP_QUALITY) -> Variant:
    """Write ``picture`` as ``<name>.webp``."""
    picture.save(f"{name}.webp", "WEBP", quality=quality, method=4)
    return _described(picture, f"{name}.webp", "image/webp")


def _save_avif(picture: Image.Image, name: str, quality: int) -> Variant:
    picture.save(f"{name}.avif", "AVIF", quality=quality, speed=AVIF_SPEED, max_threads=2)
    return _described(picture, f"{name}.avif", "image/avif")


def _save_jpeg(picture: Image.Image, name: str, quality: int) -> Variant:
    on_white(picture).save(f"{name}.jpg", "JPEG", quality=quality, progressive=True)
    return _described(picture, f"{name}.jpg", "image/jpeg")


def _save_original(plain: Image.Image, is_lossless: bool) -> Variant:
    """Write all pixels once more: what was drawn stays lossless, photos become JPEG, transparent ones WebP."""
    if is_lossless:
        plain.save("original.png", "PNG", compress_level=4)
        return _described(plain, "original.png", "image/png")
    if plain.mode == "RGBA" and max(plain.size) <= WEBP_SIDE:
        plain.save("original.webp", "WEBP", quality=PHOTO_QUALITY, method=2)
        return _described(plain, "original.webp", "image/webp")
    return _save_jpeg(plain, "original", PHOTO_QUALITY)


def _described(picture: Image.Image, name: str, media_type: str) -> Variant:
    return {"file": name, "type": media_type, "width": picture.width, "height": picture.height}


def on_white(picture: Image.Image) -> Image.Image:
    """Return ``picture`` as RGB, what is transparent as white."""
    if picture.mode != "RGBA":
        return picture if picture.mode == "RGB" else picture.convert("RGB")
    paper = Image.new("RGB", picture.size, "white")
    paper.paste(picture, mask=picture.getchannel("A"))
    return paper


# --- measuring -------------------------------------------------------------------------------------------------------
def blur(picture: Image.Image) -> str:
    """Return the blur-hash of a picture: 4 × 3 waves, 3 × 4 for an upright one."""
    small = on_white(picture.resize((BLUR_SIDE, BLUR_SIDE), Image.Resampling.BOX, reducing_gap=2.0))
    across, down = (4, 3) if picture.width >= picture.height else (3, 4)
    pixels = cast("list[tuple[int, int, int]]", list(small.get_flattened_data()))
    return encode(pixels, BLUR_SIDE, across, down)


def mean_color(picture: Image.Image) -> str:
    """Return the mean colour as #rrggbb."""
    dot = on_white(picture.resize((1, 1), Image.Resampling.BOX))
    red, green, blue = cast("tuple[int, int, int]", dot.getpixel((0, 0)))
    return f"#{red:02x}{green:02x}{blue:02x}"
