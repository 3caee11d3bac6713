"""S41: secrets in every place where cameras, phones and editors are known to put them. None comes through."""

import io
import struct
import zlib

import pytest
from PIL import Image, PngImagePlugin

from tests.media import files
from tests.media.test_audio import id3
from tests.media.test_metadata import check_all

pytestmark = pytest.mark.any_database  # about what is in files

SECRET = files.SECRET.encode()
XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><exif:GPSLatitude>53,33.0N</exif:GPSLatitude>' + SECRET + b"</x:xmpmeta>"


def marker(code, body):
    return bytes([0xFF, code]) + struct.pack(">H", len(body) + 2) + body


def jpeg_with(*segments, after=b""):
    """The segments after the first marker, and ``after`` the end."""
    plain = io.BytesIO()
    files.drawing((300, 200)).save(plain, "JPEG", quality=95)
    return plain.getvalue()[:2] + b"".join(segments) + plain.getvalue()[2:] + after


def exif_with_thumbnail():
    """IFD0 with a maker note, and IFD1 with a small picture that has secrets of its own."""
    thumb = files.photo((60, 40))
    tags = Image.Exif()
    tags[0x0110] = files.SECRET
    tags.get_ifd(0x8769)[0x927C] = b"MakerNote\0" + SECRET
    tags.get_ifd(0x8825)[0x0001] = "N"
    return b"Exif\0\0" + tags.tobytes()[6:] + b"THUMBNAIL" + thumb


def iptc():
    record = b"\x1c\x02\x50" + struct.pack(">H", len(SECRET)) + SECRET
    return b"Photoshop 3.0\0" + b"8BIM\x04\x04\0\0" + struct.pack(">I", len(record)) + record


def chunk(name, body):
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png_with(*chunks, after=b""):
    plain = io.BytesIO()
    files.drawing().save(plain, "PNG")
    return plain.getvalue()[:33] + b"".join(chunks) + plain.getvalue()[33:] + after


def webp_with(kind, body):
    target = io.BytesIO()
    files.drawing().save(target, "WEBP", **{kind: body})
    return target.getvalue()


def gif_with_comment():
    target = io.BytesIO()
    files.drawing().convert("P").save(target, "GIF", comment=SECRET)
    application = b"\x21\xff\x0bXMP DataXMP" + XMP + b"\x01" + bytes(range(255, -1, -1)) + b"\0"
    content = target.getvalue()
    at = content.index(b"\x21\xfe")
    return content[:at] + application + content[at:]


def tiff_with_everything():
    target, info = io.BytesIO(), Image.Exif()
    info[0x010E], info[0x0131], info[0x02BC], info[0x83BB] = files.SECRET, files.SECRET, XMP, SECRET
    info.get_ifd(0x8825)[1] = "N"
    files.drawing().save(target, "TIFF", exif=info)
    return target.getvalue()


def png_texts():
    info = PngImagePlugin.PngInfo()
    info.add_text("Author", files.SECRET)
    info.add_text("Comment", files.SECRET, zip=True)
    info.add_itxt("Location", files.SECRET, zip=True)
    target = io.BytesIO()
    files.drawing().save(target, "PNG", pnginfo=info, exif=files.exif())
    return target.getvalue()


def riff_with(*chunks):
    wave = files.sound("wav", "pcm_s16le")
    extra = b"".join(name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2) for name, body in chunks)
    return b"RIFF" + struct.pack("<I", len(wave) - 8 + len(extra)) + wave[8:] + extra


def flac_with_picture():
    """A cover in a block of its own, with a description (RFC 9639, 8.8)."""
    flac, photo = files.sound("flac", "flac"), files.photo()
    body = struct.pack(">II", 3, 10) + b"image/jpeg" + struct.pack(">I", len(SECRET)) + SECRET
    body += struct.pack(">IIII", 60, 40, 24, 0) + struct.pack(">I", len(photo)) + photo
    first = 4 + 4 + 34  # "fLaC" and STREAMINFO
    return flac[:first] + b"\x06" + struct.pack(">I", len(body))[1:] + body + flac[first:]


CRAFTED = {
    "exif, maker note, thumbnail": lambda: jpeg_with(marker(0xE1, exif_with_thumbnail())),
    "xmp": lambda: jpeg_with(marker(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + XMP)),
    "xmp in parts": lambda: jpeg_with(marker(0xE1, b"http://ns.adobe.com/xmp/extension/\0" + SECRET * 40)),
    "iptc": lambda: jpeg_with(marker(0xED, iptc())),
    "comments": lambda: jpeg_with(marker(0xFE, SECRET), marker(0xFE, SECRET)),
    "other application segments": lambda: jpeg_with(*(marker(code, SECRET) for code in (0xE3, 0xE5, 0xE8, 0xEC))),
    "second picture behind the first": lambda: jpeg_with(after=files.photo()),
    "film behind the picture": lambda: jpeg_with(after=b"MotionPhoto_Data" + files.film()),
    "png texts": png_texts,
    "png raw profile": lambda: png_with(chunk(b"tEXt", b"Raw profile type exif\0" + SECRET)),
    "png time and private chunks": lambda: png_with(chunk(b"tIME", b"\x07\xea\1\1\1\1\1"), chunk(b"prVt", SECRET)),
    "png with more behind its end": lambda: png_with(after=SECRET + files.photo()),
    "webp exif": lambda: webp_with("exif", files.exif()),
    "webp xmp": lambda: webp_with("xmp", XMP),
    "gif comment and xmp": gif_with_comment,
    "tiff": tiff_with_everything,
    "bmp with more behind": lambda: files.picture("BMP") + SECRET,
    "id3 frames": lambda: id3(
        (b"TPE1", b"\0" + SECRET), (b"COMM", b"\0eng\0" + SECRET), (b"PRIV", SECRET + b"\0" + SECRET),
        (b"GEOB", b"\0\0\0\0" + SECRET), (b"TXXX", b"\0place\0" + SECRET), (b"UFID", SECRET + b"\0" + SECRET),
    ) + files.sound("mp3", "libmp3lame") + b"TAG" + SECRET.ljust(125, b"\0"),
    "riff info, broadcast and ixml": lambda: riff_with(
        (b"LIST", b"INFOIART" + struct.pack("<I", 12) + SECRET[:12]), (b"bext", SECRET.ljust(602, b"\0")),
        (b"iXML", b"<BWFXML>" + SECRET + b"</BWFXML>"), (b"id3 ", id3((b"TPE1", b"\0" + SECRET))),
    ),
    "flac picture": flac_with_picture,
    "m4a": lambda: files.sound("ipod", "aac"),
    "vorbis comments": lambda: files.sound("ogg", "vorbis", layout="stereo"),
}  # fmt: skip


@pytest.mark.parametrize("name", CRAFTED)
def test_no_secret_comes_through(bring, name):
    content = CRAFTED[name]()
    if "time" not in name:
        assert (
            SECRET[:12] in content
            or b"GPS" in content
            or b"MotionPhoto" in content
            or zlib.compress(SECRET)[:4] in content
        )
    check_all(bring(content, f"{files.SECRET}.bin"))


def test_no_stored_name_is_of_the_owner_s_making(bring):
    attachment = bring(files.photo(), "../../SECRET-4711 at home.jpg")
    assert [variant["file"] for variant in attachment.variants.values() if "SECRET" in variant["file"]] == []
    assert attachment.name == "SECRET-4711 at home.jpg"
