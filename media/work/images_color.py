"""Colours as every screen shows them: from whatever a picture says its numbers mean to eight bits of sRGB.

A picture may say so by an ICC profile, or by the numbers of ITU-T H.273 (CICP), as AVIF, HEIF and PNG have them.
For those a profile is written here, so that one colour engine (Little CMS) does all the work.
"""

from __future__ import annotations

import io
import math
import struct
from collections.abc import Callable
from functools import cache
from typing import Any, BinaryIO, Final, cast

from PIL import Image, ImageCms

Matrix = list[list[float]]
HEAD = 64 * 1024  # bytes in which a container says what its colours are
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
D65: Final = (0.3127, 0.3290)
D50: Final = (0.9642, 1.0, 0.8249)  # the white of every ICC profile (ICC.1:2022, 7.2.16)
# H.273, table 2: x and y of red, green, blue; 1 is sRGB itself.
PRIMARIES: Final = {
    5: ((0.640, 0.330), (0.290, 0.600), (0.150, 0.060)),
    6: ((0.630, 0.340), (0.310, 0.595), (0.155, 0.070)),
    9: ((0.708, 0.292), (0.170, 0.797), (0.131, 0.046)),
    12: ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060)),
}
SRGB_PRIMARIES: Final = ((0.640, 0.330), (0.300, 0.600), (0.150, 0.060))
STEPS = 1024  # of a curve
WHITE_NITS = 203  # what is as bright as paper in a picture of high dynamic range (ITU-R BT.2408)
KNEE = 0.6  # brighter than this part of paper's white is bent, so that highlights are not cut off
TEST_COLOURS = [(0, 0, 0), (255, 255, 255), (255, 0, 0), (0, 255, 0), (0, 0, 255), (128, 128, 128), (200, 90, 40)]
SAME = 2  # levels of 255


def to_srgb(picture: Image.Image, described: bytes | None) -> Image.Image:
    """Return the pixels as RGB or RGBA in sRGB; ``described`` is the ICC profile they come with."""
    plain = _simple(picture)
    if described:
        try:
            return _converted(plain, ImageCms.ImageCmsProfile(io.BytesIO(described)))
        except (ImageCms.PyCMSError, OSError, ValueError):  # a profile that is damaged, or of another kind of pixels
            pass
    return plain if plain.mode in {"RGB", "RGBA"} else plain.convert("RGB")  # converting to the same would be a copy


def profile_of(picture: Image.Image, source: BinaryIO) -> bytes | None:
    """Return what says how the colours of a picture, not yet decoded, are meant; ``None`` for sRGB."""
    coded, embedded = _coded(source, picture.format), picture.info.get("icc_profile")
    try:
        if coded and (picture.format == "PNG" or not embedded):
            return _coded_profile(*coded)
        return embedded or _by_gamma(picture.info)
    except (ValueError, ArithmeticError, struct.error):  # numbers that are no colours
        return None


def _simple(picture: Image.Image) -> Image.Image:
    """Return the pixels in one of the modes that Little CMS reads: L, RGB, RGBA, CMYK or (already sRGB) RGB."""
    if picture.mode.startswith("I;16") or picture.mode in {"I", "F"}:
        return _from_deep(picture)
    if picture.mode == "LAB":
        lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
        return cast("Image.Image", ImageCms.profileToProfile(picture, lab, SRGB, outputMode="RGB"))
    if picture.mode in {"L", "RGB", "CMYK"} and "transparency" not in picture.info:
        return picture
    has_alpha = picture.mode in {"RGBA", "LA", "PA", "La", "RGBa"} or "transparency" in picture.info
    return picture.convert("RGBA" if has_alpha else "RGB")


def _from_deep(picture: Image.Image) -> Image.Image:
    """Scale more than eight bits of grey down to eight; where no range is given, by the one that is used."""
    deep = picture.convert("F")
    low, high = (0.0, 65535.0) if picture.mode.startswith("I;16") else cast("tuple[float, float]", deep.getextrema())
    scale = 255 / max(high - low, 1.0)
    return deep.point(lambda value: value * scale + -low * scale).convert("L")


def _converted(plain: Image.Image, profile: ImageCms.ImageCmsProfile) -> Image.Image:
    mode = "RGBA" if plain.mode == "RGBA" else "RGB"
    transform = ImageCms.buildTransform(
        profile, SRGB, plain.mode, mode,
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC, flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )  # fmt: skip
    if plain.mode == mode and _changes_nothing(transform, mode):
        return plain
    return cast("Image.Image", ImageCms.applyTransform(plain, transform))


def _changes_nothing(transform: Any, mode: str) -> bool:
    """Whether a profile is sRGB under whatever name: asked by its work, not by its word."""
    test = Image.new("RGB", (len(TEST_COLOURS), 1))
    test.putdata(TEST_COLOURS)
    changed = cast("Image.Image", ImageCms.applyTransform(test.convert(mode), transform))
    pairs = zip(test.tobytes(), changed.convert("RGB").tobytes(), strict=True)
    return all(abs(before - after) <= SAME for before, after in pairs)


# --- colours named by number -----------------------------------------------------------------------------------------
def _coded(source: BinaryIO, kind: str | None) -> tuple[int, int] | None:
    """Return the numbers of primaries and transfer: of the box ``colr`` (ISO/IEC 14496-12, 12.1.5), or of a PNG."""
    if kind not in {"AVIF", "HEIF", "PNG"}:
        return None
    place = source.tell()
    source.seek(0)
    head = source.read(HEAD)
    source.seek(place)
    mark = b"cICP" if kind == "PNG" else b"colrnclx"
    at = head.find(mark)
    numbers = head[at + len(mark) : at + len(mark) + 4]
    if at < 0 or len(numbers) < 4:
        return None
    return (numbers[0], numbers[1]) if kind == "PNG" else struct.unpack(">HH", numbers)


@cache
def _coded_profile(primaries: int, transfer: int) -> bytes | None:
    """Return a profile for the numbers of H.273 (tables 2 and 3); ``None`` where they mean sRGB or nothing known."""
    curve = CURVES.get(transfer)
    if primaries not in PRIMARIES and curve is None:
        return None
    return write_profile(PRIMARIES.get(primaries, SRGB_PRIMARIES), D65, curve or _srgb)


def _by_gamma(info: dict[str | tuple[int, int], Any]) -> bytes | None:
    """Return a profile for what old PNGs say by chunks gAMA and cHRM; ``None`` where that is near sRGB."""
    gamma, places = info.get("gamma"), info.get("chromaticity")
    if "srgb" in info or not gamma or not 0.1 < gamma < 3:
        return None
    if not places:
        places = (*D65, *(value for pair in SRGB_PRIMARIES for value in pair))
    if len(places) != 8 or not all(0 < value < 1 for value in places):
        return None
    white, *primaries = zip(places[::2], places[1::2], strict=True)
    if abs(gamma - 1 / 2.2) < 0.01 and max(map(math.dist, primaries, SRGB_PRIMARIES)) < 0.01:
        return None
    return write_profile(tuple(primaries), white, lambda value: value ** (1 / gamma))


def _srgb(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else cast("float", ((value + 0.055) / 1.055) ** 2.4)


def _pq(value: float) -> float:
    """SMPTE ST 2084, up to 10,000 nits."""
    root = value ** (1 / 78.84375)
    nits = 10_000 * (max(root - 0.8359375, 0.0) / (18.8515625 - 18.6875 * root)) ** (1 / 0.1593017578125)
    return _bent(nits / WHITE_NITS)


def _hlg(value: float) -> float:
    """ITU-R BT.2100 on a screen of 1,000 nits."""
    scene = value * value / 3 if value <= 0.5 else (math.exp((value - 0.55991073) / 0.17883277) + 0.28466892) / 12
    return _bent(1000 * cast("float", scene**1.2) / WHITE_NITS)


def _bent(light: float) -> float:
    """Keep what is darker than the knee, and bend what is brighter so that all of it fits below white."""
    return light if light <= KNEE else KNEE + (1 - KNEE) * (1 - math.exp((KNEE - light) / (1 - KNEE)))


# H.273, table 3. Those of television (1, 6, 14, 15) are shown as sRGB, as browsers do.
CURVES: dict[int, Callable[[float], float]] = {
    4: lambda value: value**2.2, 5: lambda value: value**2.8, 8: lambda value: value, 16: _pq, 18: _hlg,
}  # fmt: skip


# --- a profile of three primaries and a curve (ICC.1:2001, 6.3.1.2) --------------------------------------------------
def write_profile(primaries: tuple[Any, ...], white: tuple[float, float], curve: Callable[[float], float]) -> bytes:
    """Return an ICC profile: ``curve`` turns a number from 0 to 1 into light."""
    columns = _adapted(primaries, white)
    xyz = [b"XYZ \0\0\0\0" + struct.pack(">3i", *(round(65536 * value) for value in place)) for place in columns]
    steps = [round(65535 * min(max(curve(n / (STEPS - 1)), 0.0), 1.0)) for n in range(STEPS)]
    curves = b"curv\0\0\0\0" + struct.pack(f">I{STEPS}H", STEPS, *steps)
    white_xyz = b"XYZ \0\0\0\0" + struct.pack(">3i", *(round(65536 * value) for value in D50))
    tags = [
        (b"desc", b"desc\0\0\0\0" + struct.pack(">I", 1) + bytes(80)), (b"cprt", b"text\0\0\0\0CC0\0"),
        (b"wtpt", white_xyz), (b"rXYZ", xyz[0]), (b"gXYZ", xyz[1]), (b"bXYZ", xyz[2]),
        (b"rTRC", curves), (b"gTRC", curves), (b"bTRC", curves),
    ]  # fmt: skip
    return _packed(tags)


def _packed(tags: list[tuple[bytes, bytes]]) -> bytes:
    at, table, body = 132 + 12 * len(tags), struct.pack(">I", len(tags)), b""
    for name, content in tags:
        table += name + struct.pack(">II", at + len(body), len(content))
        body += content + bytes(-len(content) % 4)
    return _head(at + len(body)) + table + body


def _head(size: int) -> bytes:
    start = struct.pack(">I4sI4s4s4s12s4s", size, bytes(4), 0x02400000, b"mntr", b"RGB ", b"XYZ ", bytes(12), b"acsp")
    return start.ljust(68, b"\0") + struct.pack(">3i", *(round(65536 * value) for value in D50)).ljust(60, b"\0")


def _adapted(primaries: tuple[Any, ...], white: tuple[float, float]) -> Matrix:
    """Return the X, Y, Z of each primary as seen under D50 (Bradford; lindbloom.com, Eqn_RGB_XYZ_Matrix)."""
    light = _xyz(white)
    columns = [_xyz(place) for place in primaries]
    shares = _times(_inverse(_turned(columns)), light)
    scaled = [[share * value for value in column] for share, column in zip(shares, columns, strict=True)]
    cones, wanted = _times(BRADFORD, light), _times(BRADFORD, list(D50))
    ratios = [new / old for new, old in zip(wanted, cones, strict=True)]
    back = _inverse(BRADFORD)
    return [
        _times(back, [ratio * cone for ratio, cone in zip(ratios, _times(BRADFORD, column), strict=True)])
        for column in scaled
    ]


BRADFORD: Final[Matrix] = [[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]]


def _xyz(place: tuple[float, float]) -> list[float]:
    x, y = place
    return [x / y, 1.0, (1 - x - y) / y]


def _turned(matrix: Matrix) -> Matrix:
    return [list(row) for row in zip(*matrix, strict=True)]


def _times(matrix: Matrix, vector: list[float]) -> list[float]:
    return [sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix]


def _inverse(m: Matrix) -> Matrix:
    """Return the inverse of a 3 × 3 matrix by its cofactors; ValueError where there is none."""
    cofactors = [
        [m[(i + 1) % 3][(j + 1) % 3] * m[(i + 2) % 3][(j + 2) % 3]
         - m[(i + 1) % 3][(j + 2) % 3] * m[(i + 2) % 3][(j + 1) % 3] for j in range(3)]
        for i in range(3)
    ]  # fmt: skip
    determinant = sum(m[0][j] * cofactors[0][j] for j in range(3))
    if abs(determinant) < 1e-12:
        raise ValueError("These primaries are no triangle.")
    return [[value / determinant for value in row] for row in _turned(cofactors)]
