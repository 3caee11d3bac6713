"""Draws and plays what the demo shows besides photographs: ``python -m community.demo.draw``.

Everything here is made by this file alone; the results lie in ``files`` so that nobody waits.
"""

from __future__ import annotations

import io
import math
import random
from array import array
from collections.abc import Callable, Iterator
from pathlib import Path

import av
from PIL import Image, ImageChops, ImageDraw, ImageFilter

FILES = Path(__file__).parent / "files"
RATE = 44_100
SIZE = (1200, 800)
Colour = tuple[int, int, int]
HARP = (196.0, 246.9, 293.7, 329.6, 392.0, 493.9)


def main() -> None:
    """Write every file anew."""
    FILES.mkdir(exist_ok=True)
    for name, draw in PICTURES.items():
        draw(_dice(name)).save(FILES / name, quality=80, method=6)
    for name, face in FACES.items():
        _face(_dice(name), face[:4], face[4]).save(FILES / name, quality=85, method=6)
    for name, sound in SOUNDS.items():
        (FILES / name).write_bytes(_mp3(sound(_dice(name))))
    _film(_dice("night"), FILES / "night.mp4")


def _dice(name: str) -> random.Random:
    """Chance that falls the same way each time."""
    return random.Random(name)  # noqa: S311  (for drawing)


# --- pictures -------------------------------------------------------------------------------------------------------
def _sky(size: tuple[int, int], top: Colour, bottom: Colour) -> Image.Image:
    """A slope from one colour to another."""
    slope = Image.linear_gradient("L").resize(size)
    return Image.composite(Image.new("RGB", size, bottom), Image.new("RGB", size, top), slope)


def _grain(picture: Image.Image, amount: float) -> Image.Image:
    noise = Image.effect_noise(picture.size, amount).convert("RGB")
    return ImageChops.overlay(picture, Image.blend(Image.new("RGB", picture.size, (128, 128, 128)), noise, 0.35))


def _ridge(rng: random.Random, width: int, base: float, height: float) -> list[tuple[float, float]]:
    """The line of a range of hills: a few waves on top of each other."""
    waves = [(rng.uniform(0.4, 5), rng.uniform(0, math.tau), rng.uniform(0.2, 1)) for _ in range(6)]
    return [
        (x, base - height * sum(a * math.sin(x / width * f * math.tau + p) / f for f, p, a in waves))
        for x in range(0, width + 8, 8)
    ]


def hills(rng: random.Random) -> Image.Image:
    """Fog in the valley at dawn."""
    picture = _sky(SIZE, (242, 205, 165), (250, 238, 220))
    ImageDraw.Draw(picture).ellipse((790, 190, 910, 310), fill=(255, 247, 225))
    for n in range(6):
        layer = Image.new("RGB", SIZE, _mix((196, 172, 158), (38, 58, 66), n / 5))
        mask = Image.new("L", SIZE, 0)
        line = _ridge(rng, SIZE[0], 380 + n * 80, 60 - n * 4)
        ImageDraw.Draw(mask).polygon([*line, (SIZE[0], SIZE[1]), (0, SIZE[1])], fill=255)
        fog = Image.linear_gradient("L").resize(SIZE).transpose(Image.Transpose.FLIP_TOP_BOTTOM)
        mask = ImageChops.multiply(mask, fog.point(lambda v: min(255, 150 + v)))
        picture.paste(layer, mask=mask)
    return _grain(picture, 18)


def river(rng: random.Random) -> Image.Image:
    """The river under the moon."""
    picture = _sky(SIZE, (18, 26, 48), (66, 82, 110))
    draw = ImageDraw.Draw(picture)
    for _ in range(140):
        x, y = rng.randrange(SIZE[0]), rng.randrange(360)
        draw.point((x, y), fill=(220, 225, 235))
    draw.ellipse((520, 110, 640, 230), fill=(250, 244, 224))
    draw.polygon([*_ridge(rng, SIZE[0], 430, 28), (SIZE[0], 470), (0, 470)], fill=(14, 20, 32))
    draw.rectangle((0, 455, *SIZE), fill=(28, 38, 62))
    for n in range(170):
        y = 460 + n * 2
        reach = 20 + n * 0.9 + rng.uniform(-18, 18)
        shift = rng.uniform(-14, 14)
        draw.line((580 - reach + shift, y, 580 + reach * rng.uniform(0.4, 1) + shift, y), fill=(214, 206, 184))
    return _grain(picture.filter(ImageFilter.GaussianBlur(1.1)), 14)


def rain(rng: random.Random) -> Image.Image:
    """Lights of the square through a wet window."""
    picture = _sky(SIZE, (24, 26, 34), (48, 40, 44))
    for _ in range(46):
        glow, (x, y), r = Image.new("RGB", SIZE), (rng.randrange(1200), rng.gauss(470, 120)), rng.randrange(24, 70)
        tint = rng.choice([(255, 186, 96), (255, 120, 80), (130, 190, 255), (250, 226, 160), (150, 230, 190)])
        ImageDraw.Draw(glow).ellipse((x - r, y - r, x + r, y + r), fill=_mix((0, 0, 0), tint, rng.uniform(0.25, 0.7)))
        picture = ImageChops.screen(picture, glow.filter(ImageFilter.GaussianBlur(5)))
    drops = ImageDraw.Draw(picture)
    for _ in range(420):
        x, y, wide = rng.randrange(1200), rng.randrange(800), rng.uniform(1, 4)
        drops.ellipse((x, y, x + wide, y + wide * rng.uniform(1, 2.4)), fill=(190, 198, 210))
    return _grain(picture.filter(ImageFilter.GaussianBlur(0.8)), 12)


def quilt(rng: random.Random) -> Image.Image:
    """A quilt of half-square triangles."""
    inks = [(198, 84, 62), (233, 179, 92), (62, 98, 110), (236, 224, 202), (122, 142, 110), (44, 52, 66)]
    picture, step = Image.new("RGB", (1200, 1200), inks[3]), 150
    draw = ImageDraw.Draw(picture)
    for row in range(8):
        for column in range(8):
            x, y = column * step, row * step
            one, other = rng.sample(inks, 2)
            draw.rectangle((x, y, x + step, y + step), fill=one)
            corners = [(x, y), (x + step, y), (x + step, y + step), (x, y + step)]
            draw.polygon([corners[(rng.randrange(4) + k) % 4] for k in (0, 1, 2)], fill=other)
    for k in range(0, 1200, step):
        draw.line((k, 0, k, 1200), fill=(250, 246, 236), width=2)
        draw.line((0, k, 1200, k), fill=(250, 246, 236), width=2)
    return _grain(picture, 30)


def trails(rng: random.Random) -> Image.Image:
    """Stars round the pole, two hours on one picture."""
    picture = _sky((900, 1200), (12, 16, 34), (40, 44, 72))
    draw = ImageDraw.Draw(picture)
    for _ in range(260):
        r, start = rng.uniform(20, 1000), rng.uniform(0, 360)
        tint = _mix((120, 140, 190), (255, 240, 210), rng.random())
        draw.arc((450 - r, 420 - r, 450 + r, 420 + r), start, start + 30, fill=tint, width=rng.choice([1, 1, 2]))
    line = _ridge(rng, 900, 1090, 40)
    draw.polygon([*line, (900, 1200), (0, 1200)], fill=(8, 10, 14))
    for x in range(40, 880, 36):
        top = 1000 + rng.randrange(60)
        draw.polygon([(x - 22, 1120), (x, top), (x + 22, 1120)], fill=(8, 10, 14))
    return _grain(picture.filter(ImageFilter.GaussianBlur(0.6)), 12)


def poster(rng: random.Random) -> Image.Image:
    """Paper cuts for the reading night: leaves over a lamp."""
    picture = Image.new("RGB", (900, 1200), (238, 226, 204))
    draw = ImageDraw.Draw(picture)
    draw.ellipse((190, 240, 710, 760), fill=(236, 170, 74))
    for _ in range(34):
        x, y, turn, long = rng.randrange(900), rng.randrange(420, 1250), rng.uniform(-1, 1), rng.uniform(120, 300)
        tint = rng.choice([(32, 74, 72), (52, 106, 92), (196, 82, 58), (24, 48, 56)])
        left = [_leaf((x, y), turn, long, t / 20, +1) for t in range(21)]
        right = [_leaf((x, y), turn, long, t / 20, -1) for t in range(20, -1, -1)]
        draw.polygon([*left, *right], fill=tint)
    return _grain(picture, 24)


def _leaf(at: tuple[float, float], turn: float, long: float, t: float, side: int) -> tuple[float, float]:
    x, y = at
    wide = side * 0.16 * long * math.sin(math.pi * t)
    return (
        x + math.sin(turn) * long * t + math.cos(turn) * wide,
        y - math.cos(turn) * long * t + math.sin(turn) * wide,
    )


def chart(rng: random.Random) -> Image.Image:
    """A star chart for August, looking east."""
    picture = _sky(SIZE, (16, 22, 44), (30, 38, 66))
    draw = ImageDraw.Draw(picture)
    for r in range(180, 1500, 220):
        draw.arc((600 - r, 900 - r, 600 + r, 900 + r), 180, 360, fill=(60, 72, 108))
    for n in range(-4, 5):
        draw.line((600, 900, 600 + n * 260, -300), fill=(60, 72, 108))
    for _ in range(7):
        x, y = rng.randrange(120, 1050), rng.randrange(80, 640)
        figure = [(x + rng.randrange(-110, 110), y + rng.randrange(-90, 90)) for _ in range(5)]
        draw.line(figure, fill=(120, 140, 190), width=2)
        for px, py in figure:
            big = rng.uniform(3, 7)
            draw.ellipse((px - big, py - big, px + big, py + big), fill=(255, 244, 220))
    for _ in range(300):
        draw.point((rng.randrange(1200), rng.randrange(800)), fill=(170, 180, 210))
    return picture


def market(rng: random.Random) -> Image.Image:
    """Awnings over the market, seen from the tower."""
    picture = Image.new("RGB", SIZE, (206, 196, 180))
    draw = ImageDraw.Draw(picture)
    tints = [(190, 62, 52), (228, 166, 60), (58, 104, 120), (96, 128, 84), (214, 120, 92)]
    for row in range(3):
        for column in range(5):
            x, y, tint = (
                40 + column * 232 + rng.randrange(-8, 8),
                40 + row * 260 + rng.randrange(-8, 8),
                rng.choice(tints),
            )
            draw.rectangle((x + 10, y + 12, x + 200, y + 202), fill=(160, 150, 136))
            for stripe in range(10):
                ink = tint if stripe % 2 else (246, 240, 228)
                draw.rectangle((x + stripe * 19, y, x + stripe * 19 + 19, y + 180), fill=ink)
    for _ in range(60):
        x, y = rng.randrange(1200), rng.choice([250, 510, 770]) + rng.randrange(-24, 24)
        draw.ellipse((x, y, x + 12, y + 12), fill=rng.choice([*tints, (50, 46, 44)]))
    return _grain(picture, 26)


def _face(rng: random.Random, inks: tuple[Colour, Colour, Colour, Colour], style: str) -> Image.Image:
    """A cut-paper portrait; ``style`` is long, short, bun or beard."""
    paper, hair, skin, shirt = inks
    picture = Image.new("RGB", (400, 400), paper)
    draw = ImageDraw.Draw(picture)
    wide, lean = rng.randrange(84, 100), rng.randrange(-14, 14)
    if style == "long":
        draw.ellipse((200 - wide - 34, 70 + lean, 200 + wide + 34, 330), fill=hair)
    if style == "bun":
        draw.ellipse((150, 22, 250, 122), fill=hair)
    draw.ellipse((60, 300, 340, 560), fill=shirt)
    draw.rounded_rectangle((168, 250, 232, 340), 30, fill=_mix(skin, (0, 0, 0), 0.12))
    draw.ellipse((200 - wide, 100, 200 + wide, 300), fill=skin)
    if style == "beard":
        draw.chord((200 - wide, 100, 200 + wide, 304), 12, 168, fill=hair)
    crown = (200 - wide - 10, 62, 200 + wide + 10, 260)
    if style in {"short", "beard"}:
        draw.chord((200 - wide - 4, 82, 200 + wide + 4, 272), 196 + lean // 2, 344 + lean // 2, fill=hair)
    else:
        draw.pieslice(crown, 180 + lean, 360 + lean, fill=hair)
    for side in (-1, 1):
        draw.ellipse((196 + side * 36, 196, 204 + side * 36, 206), fill=(40, 32, 30))
    if style == "beard":
        for side in (-1, 1):
            draw.ellipse((200 + side * 36 - 26, 176, 200 + side * 36 + 26, 226), outline=(60, 54, 50), width=4)
        draw.line((190, 198, 210, 198), fill=(60, 54, 50), width=4)
    draw.arc((170, 215, 230, 262), 20, 160, fill=(120, 50, 46), width=5)
    return picture


def _mix(one: Colour, other: Colour, part: float) -> Colour:
    red, green, blue = (round(a + (b - a) * part) for a, b in zip(one, other, strict=True))
    return red, green, blue


# --- sounds ---------------------------------------------------------------------------------------------------------
def harp(rng: random.Random) -> list[float]:
    """A tune on plucked strings (Karplus and Strong, 1983)."""
    sound = [0.0] * (RATE * 12)
    for n, step in enumerate([0, 2, 3, 5, 4, 3, 2, 0, 1, 3, 4, 2, 0, 3, 2, 0]):
        for i, value in enumerate(_string(rng, HARP[step], 2.2), start=n * RATE * 7 // 10):
            if i < len(sound):
                sound[i] += 0.5 * value
    return sound


def _string(rng: random.Random, pitch: float, seconds: float) -> Iterator[float]:
    line = [rng.uniform(-1, 1) for _ in range(round(RATE / pitch))]
    for i in range(int(seconds * RATE)):
        k = i % len(line)
        yield line[k]
        line[k] = 0.498 * (line[k] + line[(k + 1) % len(line)])


def rainfall(rng: random.Random) -> list[float]:
    """Rain on a tin roof, and a gutter."""
    sound, slow = [], 0.0
    for i in range(RATE * 9):
        slow += 0.06 * (rng.uniform(-1, 1) - slow)
        tick = rng.uniform(-0.7, 0.7) if rng.random() < 0.0012 else 0.0
        sound.append((slow * 1.6 + tick) * min(1, i / RATE, (RATE * 9 - i) / RATE))
    return sound


def bell(rng: random.Random) -> list[float]:
    """The bell of the ferry, three times."""
    sound = [0.0] * (RATE * 7)
    for start in (0.2, 2.2, 4.2):
        for ratio, loud in ((1, 0.5), (2.01, 0.3), (2.99, 0.22), (4.17, 0.14), (5.43, 0.08)):
            for i in range(int(2.6 * RATE)):
                fade = math.exp(-i / RATE * (1.2 + ratio * 0.5))
                sound[int(start * RATE) + i] += loud * fade * math.sin(math.tau * 523.3 * ratio * i / RATE)
    return sound


def _mp3(sound: list[float]) -> bytes:
    target, samples = io.BytesIO(), 1152
    with av.open(target, "w", format="mp3") as file:
        stream = file.add_stream("libmp3lame", rate=RATE, layout="mono", format="s16p")
        stream.bit_rate = 64_000
        for n in range(len(sound) // samples):
            part = sound[n * samples : (n + 1) * samples]
            frame = av.AudioFrame(format="s16p", layout="mono", samples=samples)
            frame.sample_rate, frame.pts = RATE, n * samples
            frame.planes[0].update(array("h", (int(max(-1, min(1, value)) * 24_000) for value in part)).tobytes())
            file.mux(stream.encode(frame))
        file.mux(stream.encode())
    return target.getvalue()


# --- film -----------------------------------------------------------------------------------------------------------
def _film(rng: random.Random, path: Path) -> None:
    """Four seconds of a night in which the stars turn."""
    stars = [(rng.uniform(0, 700), rng.uniform(0, math.tau), rng.uniform(0.6, 2)) for _ in range(320)]
    line = _ridge(rng, 640, 330, 16)
    with av.open(str(path), "w", options={"movflags": "faststart"}) as film:
        stream = film.add_stream("libx264", rate=24, options={"crf": "27", "preset": "slow"})
        stream.width, stream.height, stream.pix_fmt = 640, 360, "yuv420p"
        for n in range(96):
            picture = _sky((640, 360), (12, 16, 34), (44, 50, 84))
            draw = ImageDraw.Draw(picture)
            for far, angle, size in stars:
                x, y = 320 + far * math.cos(angle + n / 300), 120 + far * math.sin(angle + n / 300)
                draw.ellipse((x - size, y - size, x + size, y + size), fill=(240, 238, 226))
            draw.polygon([*line, (640, 360), (0, 360)], fill=(8, 10, 14))
            film.mux(stream.encode(av.VideoFrame.from_image(picture)))  # type: ignore[no-untyped-call]
        film.mux(stream.encode())


PICTURES: dict[str, Callable[[random.Random], Image.Image]] = {
    "hills.webp": hills,
    "river.webp": river,
    "rain.webp": rain,
    "quilt.webp": quilt,
    "trails.webp": trails,
    "poster.webp": poster,
    "chart.webp": chart,
    "market.webp": market,
}
FACES: dict[str, tuple[Colour, Colour, Colour, Colour, str]] = {
    "face-lena.webp": ((214, 226, 222), (196, 140, 70), (240, 208, 180), (60, 98, 110), "long"),
    "face-noor.webp": ((240, 220, 190), (46, 36, 40), (206, 156, 118), (122, 60, 70), "long"),
    "face-mira.webp": ((226, 206, 196), (34, 26, 24), (126, 82, 58), (224, 160, 60), "bun"),
    "face-theo.webp": ((206, 218, 232), (222, 190, 120), (246, 216, 192), (70, 84, 120), "short"),
    "face-aylin.webp": ((236, 212, 204), (92, 48, 34), (228, 182, 148), (46, 110, 104), "long"),
    "face-priya.webp": ((220, 228, 206), (28, 24, 30), (172, 116, 80), (196, 78, 60), "bun"),
    "face-hannes.webp": ((228, 224, 214), (170, 168, 164), (240, 206, 184), (88, 92, 70), "beard"),
    "face-ben.webp": ((212, 222, 214), (150, 82, 44), (246, 214, 196), (38, 52, 66), "short"),
}
SOUNDS: dict[str, Callable[[random.Random], list[float]]] = {
    "harp.mp3": harp,
    "rain.mp3": rainfall,
    "bell.mp3": bell,
}

if __name__ == "__main__":
    main()
