"""Blur-hashes read into a few coloured fields (https://github.com/woltapp/blurhash/blob/master/Algorithm.md)."""

import math

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~"
Colour = tuple[float, float, float]


def read_blur(code: str, width: int, height: int) -> list[list[str]]:
    """Return ``height`` rows of ``width`` colours as #rrggbb; ValueError for what is no blur-hash."""
    waves, across = _components(code)
    return [[_field(waves, across, (x + 0.5) / width, (y + 0.5) / height) for x in range(width)] for y in range(height)]


def _components(code: str) -> tuple[list[Colour], int]:
    """Return the cosine components, linear light, row by row, and how many make a row."""
    down, across = (n + 1 for n in divmod(_number(code[:1]), 9))
    if len(code) != 4 + 2 * across * down:
        raise ValueError("wrong length")
    most = (_number(code[1]) + 1) / 166
    mean = _number(code[2:6])
    first = (_linear(mean >> 16), _linear(mean >> 8 & 255), _linear(mean & 255))
    return [first, *(_wave(_number(code[i : i + 2]), most) for i in range(6, len(code), 2))], across


def _number(digits: str) -> int:
    value = 0
    for digit in digits:
        value = value * 83 + DIGITS.index(digit)
    return value


def _wave(value: int, most: float) -> Colour:
    steps = (value // 361, value // 19 % 19, value % 19)
    red, green, blue = (math.copysign(((n - 9) / 9) ** 2, n - 9) * most for n in steps)
    return red, green, blue


def _field(waves: list[Colour], across: int, x: float, y: float) -> str:
    basis = [math.cos(math.pi * x * (n % across)) * math.cos(math.pi * y * (n // across)) for n in range(len(waves))]
    light = (sum(wave[channel] * part for wave, part in zip(waves, basis, strict=True)) for channel in range(3))
    return "#" + "".join(f"{_srgb(value):02x}" for value in light)


def _linear(value: int) -> float:
    part = value / 255
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def _srgb(value: float) -> int:
    part = min(max(value, 0.0), 1.0)
    return round(255 * (part * 12.92 if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055))
