"""Small files of every kind, made here, with the secrets in them that must not come through."""

from __future__ import annotations

import io
import math
import struct
from array import array
from fractions import Fraction
from functools import cache
from pathlib import Path

import av
import pillow_heif
from django.conf import settings
from PIL import Image, ImageCms, ImageDraw, PngImagePlugin

pillow_heif.register_heif_opener()

SAMPLES = Path(settings.BASE_DIR).parent / "shared" / "samples"
SECRET = "SECRET-4711"  # stands for a serial number, a name, a place
PLACE = "+53.5500+009.9900/"


def samples() -> list[Path]:
    """Real files, where they are at hand."""
    return sorted(path for path in SAMPLES.glob("*") if path.suffix != ".md")


def drawing(size: tuple[int, int] = (60, 40), mode: str = "RGB") -> Image.Image:
    """Red at the top left, blue elsewhere: one can see how it is turned."""
    picture = Image.new(mode, size, "blue")
    ImageDraw.Draw(picture).rectangle((0, 0, size[0] // 2 - 1, size[1] // 2 - 1), fill="red")
    return picture


def exif(orientation: int = 1) -> bytes:
    """Where, with what and by whom a picture was taken."""
    tags = Image.Exif()
    tags[0x0112] = orientation
    tags[0x010F], tags[0x0110], tags[0x013B] = SECRET, SECRET, SECRET
    place = tags.get_ifd(0x8825)
    place[1], place[2], place[3], place[4] = "N", (53.0, 33.0, 0.0), "E", (9.0, 59.0, 24.0)
    tags.get_ifd(0x8769)[0xA431] = SECRET
    return tags.tobytes()


@cache
def photo(size: tuple[int, int] = (60, 40), orientation: int = 1) -> bytes:
    """A JPEG with EXIF, XMP, a comment and a thumbnail's worth of secrets."""
    target = io.BytesIO()
    xmp = f'<x:xmpmeta xmlns:x="adobe:ns:meta/">{SECRET}</x:xmpmeta>'.encode()
    drawing(size).save(target, "JPEG", exif=exif(orientation), xmp=xmp, comment=SECRET.encode(), quality=95)
    return target.getvalue()


@cache
def png(size: tuple[int, int] = (60, 40), mode: str = "RGB") -> bytes:
    """A PNG with text in it."""
    target, info = io.BytesIO(), PngImagePlugin.PngInfo()
    info.add_text("Author", SECRET)
    info.add_itxt("XML:com.adobe.xmp", SECRET)
    picture = Image.new("RGBA", size, (255, 0, 0, 128)) if mode == "RGBA" else drawing(size, mode)
    picture.save(target, "PNG", pnginfo=info, exif=exif())
    return target.getvalue()


@cache
def picture(kind: str, mode: str = "RGB") -> bytes:
    """A picture in another format."""
    target = io.BytesIO()
    options = {} if kind in {"BMP", "GIF"} else {"exif": exif()}
    drawing().convert(mode).save(target, kind, **options)
    return target.getvalue()


@cache
def wide_gamut() -> bytes:
    """A JPEG whose numbers mean other colours than in sRGB: its profile swaps red and blue."""
    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    red, blue = data.index(b"rXYZ"), data.index(b"bXYZ")
    data[red : red + 4], data[blue : blue + 4] = b"bXYZ", b"rXYZ"
    name = data.find("sRGB".encode("utf-16-be"))
    data[name : name + 8] = "swap".encode("utf-16-be")
    target = io.BytesIO()
    Image.new("RGB", (20, 20), "red").save(target, "JPEG", icc_profile=bytes(data), quality=95)
    return target.getvalue()


@cache
def moving(kind: str, frames: int = 6, size: tuple[int, int] = (31, 21)) -> bytes:
    """An animation of frames that are seen for 200 ms."""
    target = io.BytesIO()
    pages = [Image.new("RGB", size, (40 * n % 256, 90, 255 - 30 * n % 256)) for n in range(frames)]
    pages[0].save(target, kind, save_all=True, append_images=pages[1:], duration=200, loop=0)
    return target.getvalue()


@cache
def film(
    muxer: str = "mp4",
    codec: str = "libx264",
    sound: str = "aac",
    *,
    turn: int = 0,
    seconds: float = 1,
    size: tuple[int, int] = (64, 48),
    pix_fmt: str = "yuv420p",
    is_timed: bool = True,
    level: int = 12_000,
) -> bytes:
    """A film with a place and a maker in its metadata: red at the top left, getting brighter."""
    target = io.BytesIO()
    with av.open(target, "w", format=muxer) as out:
        out.metadata.update(
            {"location": PLACE, "comment": SECRET, "artist": SECRET, "com.apple.quicktime.make": SECRET}
        )
        stream = out.add_stream(codec, rate=20)
        stream.width, stream.height, stream.pix_fmt = *size, pix_fmt
        if turn:
            stream.set_display_rotation(turn)
        track = out.add_stream(sound, rate=48_000, layout="mono") if sound else None
        for n in range(round(20 * seconds)):
            frame = av.VideoFrame.from_image(drawing(size).point(lambda value, n=n: value * (200 + n * 5 % 56) // 255))
            frame.pts, frame.time_base = n, Fraction(1, 20)
            for packet in stream.encode(frame):
                _mux(out, packet, is_timed)
        for packet in stream.encode():
            _mux(out, packet, is_timed)
        for frame in tone(seconds, level=level) if track else ():
            out.mux(track.encode(frame))
        if track:
            out.mux(track.encode())
    return target.getvalue()


def _mux(out: av.container.OutputContainer, packet: av.Packet, is_timed: bool) -> None:
    if not is_timed:
        packet.pts = packet.dts = 0
    out.mux(packet)


def tone(seconds: float, rate: int = 48_000, level: int = 12_000) -> list[av.AudioFrame]:
    """A tone of 440 Hz, silent in its second half."""
    frames = []
    for start in range(0, round(seconds * rate), 1024):
        loud = level if start < seconds * rate / 2 else 0
        wave = array("h", (int(math.sin((start + i) * 440 * math.tau / rate) * loud) for i in range(1024)))
        frame = av.AudioFrame(format="s16", layout="mono", samples=1024)
        frame.sample_rate, frame.pts, frame.time_base = rate, start, Fraction(1, rate)
        frame.planes[0].update(wave.tobytes())
        frames.append(frame)
    return frames


@cache
def sound(muxer: str, codec: str, seconds: float = 1, level: int = 12_000, layout: str = "mono") -> bytes:
    """A recording with tags."""
    target = io.BytesIO()
    with av.open(target, "w", format=muxer) as out:
        out.metadata.update({"title": SECRET, "artist": SECRET, "location": PLACE})
        stream = out.add_stream(codec, rate=48_000, layout=layout, options={"strict": "experimental"})
        resampler = av.AudioResampler(stream.format.name, layout, 48_000, stream.codec_context.frame_size or None)
        for frame in [*tone(seconds, level=level), None]:
            for part in resampler.resample(frame):
                out.mux(stream.encode(part))
        out.mux(stream.encode())
    return target.getvalue()


def tagged_mp3() -> bytes:
    """An MP3 with a cover and a name in an ID3 tag."""
    cover = photo()
    apic = b"\x00image/jpeg\x00\x03\x00" + cover
    text = b"\x00" + SECRET.encode()
    frames = b"".join(
        name + struct.pack(">I", len(body)) + b"\x00\x00" + body for name, body in ((b"TPE1", text), (b"APIC", apic))
    )
    length = len(frames)
    safe = bytes((length >> 21 & 127, length >> 14 & 127, length >> 7 & 127, length & 127))
    return b"ID3\x03\x00\x00" + safe + frames + sound("mp3", "libmp3lame")


# name -> content, kind once it was opened, how many steps it takes
KINDS = {
    "photo.jpg": (photo, "image"),
    "drawing.png": (png, "image"),
    "picture.webp": (lambda: picture("WEBP"), "image"),
    "picture.avif": (lambda: picture("AVIF"), "image"),
    "picture.heic": (lambda: picture("HEIF"), "image"),
    "picture.gif": (lambda: picture("GIF"), "image"),
    "picture.tif": (lambda: picture("TIFF"), "image"),
    "picture.bmp": (lambda: picture("BMP"), "image"),
    "moving.gif": (lambda: moving("GIF"), "video"),
    "moving.webp": (lambda: moving("WEBP"), "video"),
    "moving.png": (lambda: moving("PNG"), "video"),
    "moving.avif": (lambda: moving("AVIF"), "video"),
    "film.mp4": (film, "video"),
    "film.mov": (lambda: film("mov"), "video"),
    "film.webm": (lambda: film("webm", "libvpx-vp9", "libopus"), "video"),
    "film.mkv": (lambda: film("matroska"), "video"),
    "hevc.mp4": (lambda: film("mp4", "libx265"), "video"),
    "film.avi": (lambda: film("avi", "mpeg4", "libmp3lame"), "video"),
    "untimed.mp4": (lambda: film(is_timed=False), "video"),
    "av1.mp4": (lambda: film("mp4", "libsvtav1"), "video"),
    "av1.mkv": (lambda: film("matroska", "libsvtav1"), "video"),
    "av1.webm": (lambda: film("webm", "libsvtav1", "libopus"), "video"),
    "vp8.webm": (lambda: film("webm", "libvpx", "libopus"), "video"),
    "film.m4v": (lambda: film("ipod"), "video"),
    "film.3gp": (lambda: film("3gp", "h263", size=(176, 144)), "video"),
    "film.mpg": (lambda: film("mpeg", "mpeg2video", "mp2"), "video"),
    "film.ts": (lambda: film("mpegts"), "video"),
    "film.m2v": (lambda: film("mpeg2video", "mpeg2video", ""), "video"),
    "sound.mp3": (tagged_mp3, "audio"),
    "sound.m4a": (lambda: sound("ipod", "aac"), "audio"),
    "sound.mp4": (lambda: sound("mp4", "aac"), "audio"),
    "alac.m4a": (lambda: sound("ipod", "alac"), "audio"),
    "sound.aac": (lambda: sound("adts", "aac"), "audio"),
    "sound.ogg": (lambda: sound("ogg", "libopus"), "audio"),
    "vorbis.ogg": (lambda: sound("ogg", "vorbis", layout="stereo"), "audio"),
    "flac.ogg": (lambda: sound("ogg", "flac"), "audio"),
    "sound.flac": (lambda: sound("flac", "flac"), "audio"),
    "sound.wav": (lambda: sound("wav", "pcm_s16le"), "audio"),
}
