"""Blur-hashes written: the colours of a picture as a few waves (github.com/woltapp/blurhash, Algorithm.md)."""

import math
from collections.abc import Sequence

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~"
Colour = tuple[float, float, float]
LINEAR = [v / 255 / 12.92 if v / 255 <= 0.04045 else ((v / 255 + 0.055) / 1.055) ** 2.4 for v in range(256)]


def encode(pixels: Sequence[tuple[int, int, int]], width: int, across: int, down: int) -> str:
    """Return the blur-hash of RGB ``pixels``, row by row, with ``across`` × ``down`` waves (1 to 9 each)."""
    height = len(pixels) // width
    light = [(LINEAR[r], LINEAR[g], LINEAR[b]) for r, g, b in pixels]
    columns = [[math.cos(math.pi * i * x / width) for x in range(width)] for i in range(across)]
    rows = [[math.cos(math.pi * j * y / height) for y in range(height)] for j in range(down)]
    waves = [_wave(light, columns[i], rows[j], 1 if i == j == 0 else 2) for j in range(down) for i in range(across)]
    most = max((abs(value) for wave in waves[1:] for value in wave), default=0)
    steps = max(0, min(82, math.floor(most * 166 - 0.5)))
    head = _digits((across - 1) + (down - 1) * 9, 1) + _digits(steps, 1)
    return head + _mean(waves[0]) + "".join(_tone(wave, (steps + 1) / 166) for wave in waves[1:])


def _wave(light: list[Colour], column: list[float], row: list[float], norm: int) -> Colour:
    """Return how much of one wave is in each channel."""
    width, total = len(column), [0.0, 0.0, 0.0]
    for y, down in enumerate(row):
        line = light[y * width : (y + 1) * width]
        for channel in range(3):
            total[channel] += down * sum(part[channel] * across for part, across in zip(line, column, strict=True))
    red, green, blue = (norm * value / len(light) for value in total)
    return red, green, blue


def _mean(wave: Colour) -> str:
    red, green, blue = (_srgb(value) for value in wave)
    return _digits(red << 16 | green << 8 | blue, 4)


def _tone(wave: Colour, most: float) -> str:
    red, green, blue = (
        max(0, min(18, math.floor(math.copysign(math.sqrt(abs(value / most)), value) * 9 + 9.5))) for value in wave
    )
    return _digits(red * 361 + green * 19 + blue, 2)


def _srgb(value: float) -> int:
    part = min(max(value, 0.0), 1.0)
    return round(255 * (part * 12.92 if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055))


def _digits(value: int, length: int) -> str:
    return "".join(DIGITS[value // 83**place % 83] for place in reversed(range(length)))
