"""S39: small files that ask for much, made here: bytes that claim, or unfold into, what nobody can hold."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable

from tests.media import files

HUGE = 2**31 - 1
MIB = 1024 * 1024


# --- pictures --------------------------------------------------------------------------------------------------------
def chunk(name: bytes, body: bytes) -> bytes:
    """A piece of a PNG."""
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png_of(width: int, height: int, rows: bytes = b"", extra: bytes = b"") -> bytes:
    """A PNG that claims a size, with little in it; ``extra`` stands between head and pixels."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + extra
        + chunk(b"IDAT", zlib.compress(rows, 9))
        + chunk(b"IEND", b"")
    )


def unfolding(size: int) -> bytes:
    """Zeros, a thousandth as long; what checks them stands at the end, where nobody should come."""
    packer = zlib.compressobj(9)
    first, again = (packer.compress(bytes(MIB)) + packer.flush(zlib.Z_FULL_FLUSH) for _ in range(2))
    return first + again * (size // MIB - 1)


def png_with(name: bytes, size: int = 300 * MIB) -> bytes:
    """A small PNG that carries a text or a profile of hundreds of megabytes, packed."""
    return png_of(8, 8, bytes(25 * 8), chunk(name, b"a\x00\x00" + unfolding(size)))


def apng_of(frames: int) -> bytes:
    """A PNG of many frames, one dot each."""
    control = chunk(b"acTL", struct.pack(">II", frames, 0))
    moving = []
    for n in range(frames):
        where = struct.pack(">IIIIIHHBB", 2 * n, 1, 1, 0, 0, 1, 100, 0, 0)
        moving.append(
            chunk(b"fcTL", where) + chunk(b"fdAT", struct.pack(">I", 2 * n + 1) + zlib.compress(b"\0\xff\0\0"))
        )
    return png_of(3000, 3000, bytes(9001 * 3000), control)[:-12] + b"".join(moving) + chunk(b"IEND", b"")


def gif_of(width: int, height: int, frames: int) -> bytes:
    """A GIF of many frames with one dot each."""
    dot = b"\x2c" + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\x00"
    colours = b"\x00\x00\x00\xff\xff\xff"
    return b"GIF89a" + struct.pack("<HHBBB", width, height, 0x80, 0, 0) + colours + dot * frames + b"\x3b"


def tiff_of(width: int, height: int, pages: int = 1, *, packed: bytes = b"", is_ring: bool = False) -> bytes:
    """A TIFF of a size, of many pages, or one whose pages go round in a ring."""
    tags = [(256, 4, 1, width), (257, 4, 1, height), (258, 3, 1, 8), (259, 3, 1, 8 if packed else 5), (262, 3, 1, 1),
            (273, 4, 1, 8), (278, 4, 1, height), (279, 4, 1, len(packed) or 8)]  # fmt: skip
    entries = struct.pack("<H", len(tags)) + b"".join(struct.pack("<HHII", *tag) for tag in tags)
    first, step = 8 + len(packed), len(entries) + 4
    turns = [first + step * (n + 1) for n in range(pages - 1)] + [first if is_ring else 0]
    return (
        b"II*\x00" + struct.pack("<I", first) + packed + b"".join(entries + struct.pack("<I", turn) for turn in turns)
    )


def webp_of(width: int, height: int) -> bytes:
    """A WebP that claims a size."""
    body = b"VP8L" + struct.pack("<I", 5) + b"\x2f" + struct.pack("<I", (width - 1) | (height - 1) << 14) + b"\x00"
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def moving_webp_of(frames: int) -> bytes:
    """A WebP of many frames on a large canvas."""
    content = files.picture("WEBP")
    at = content.index(b"VP8 ")
    still = content[at : at + 8 + int.from_bytes(content[at + 4 : at + 8], "little") // 2 * 2]
    size = b"".join((side - 1).to_bytes(3, "little") for side in (60, 40))
    frame = bytes(6) + size + (100).to_bytes(3, "little") + b"\x00" + still
    body = (
        b"VP8X" + struct.pack("<II", 10, 2) + 2 * (4000).to_bytes(3, "little") + b"ANIM" + struct.pack("<IIH", 6, 0, 0)
    )
    body += (b"ANMF" + struct.pack("<I", len(frame)) + frame) * frames
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def bmp_of(width: int, height: int, *, is_packed: bool = False) -> bytes:
    """A BMP that claims a size; ``is_packed`` by runs."""
    depth, way = (8, 1) if is_packed else (24, 0)
    head = struct.pack("<IiiHHIIiiII", 40, width, height, 1, depth, way, 0, 0, 0, 0, 0)
    return b"BM" + struct.pack("<IHHI", 54 + len(head), 0, 0, 54) + head + bytes(10)


def jpeg_of(width: int, height: int) -> bytes:
    """A JPEG that claims a size."""
    content = bytearray(files.photo())
    at = content.index(b"\xff\xc0")
    content[at + 5 : at + 9] = struct.pack(">HH", height, width)
    return bytes(content)


def jpeg_with(marker: int, head: bytes, count: int) -> bytes:
    """A JPEG with as many marked pieces of 64 KB: a profile or a description of megabytes."""
    content = files.photo()
    piece = bytes([0xFF, marker]) + struct.pack(">H", 65_535) + head + bytes(65_533 - len(head))
    return content[:2] + piece * count + content[2:]


def jpeg_ring() -> bytes:
    """A JPEG whose EXIF directories point at themselves, and claim four billion entries."""
    entry = struct.pack(">HHII", 0x8769, 4, 1, 8) + struct.pack(">HHII", 0x8825, 4, 2**32 - 1, 8)
    exif = b"Exif\x00\x00MM\x00*\x00\x00\x00\x08" + struct.pack(">H", 2) + entry + struct.pack(">I", 8)
    content = files.photo()
    return content[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + content[2:]


def jpeg_of_scans(count: int) -> bytes:
    """A progressive JPEG that goes over its pixels again and again."""
    content = jpeg_of(6000, 6000).replace(b"\xff\xc0", b"\xff\xc2", 1)
    scan = b"\xff\xda\x00\x08\x01\x01\x00\x00\x00\x00\x00"
    return content[: content.index(b"\xff\xda")] + scan * count + b"\xff\xd9"


def boxed_picture(kind: str, width: int, height: int) -> bytes:
    """A HEIC or AVIF that claims a size."""
    content = bytearray(files.picture(kind))
    at = content.index(b"ispe") + 8
    content[at : at + 8] = struct.pack(">II", width, height)
    return bytes(content)


# --- films -----------------------------------------------------------------------------------------------------------
def film_of(width: int, height: int) -> bytes:
    """An MP4 whose track claims enormous frames."""
    content = bytearray(files.film(sound=""))
    at = content.index(b"avc1", content.index(b"stsd")) + 4 + 24
    content[at : at + 4] = struct.pack(">HH", width, height)
    return bytes(content)


def counted(box: bytes, place: int, number: int = 2**32 - 1) -> bytes:
    """An MP4 in which a table claims as many lines."""
    content = bytearray(files.film(sound=""))
    at = content.index(box) + place
    content[at : at + 4] = struct.pack(">I", number)
    return bytes(content)


def nested(depth: int) -> bytes:
    """Boxes in boxes."""
    return files.film()[:32] + b"".join(struct.pack(">I", 8 * n) + b"moov" for n in range(depth, 0, -1))


def lasting(seconds: int) -> bytes:
    """An MP4 of one second that claims to last long."""
    content = bytearray(files.film(sound=""))
    for box, at in ((b"mvhd", 20), (b"tkhd", 24), (b"mdhd", 20), (b"elst", 12)):
        place = content.index(box)
        scale = int.from_bytes(content[place + 16 : place + 20], "big") if box == b"mdhd" else 1000
        content[place + at : place + at + 4] = struct.pack(">I", seconds * scale)
    times = content.index(b"stts") + 16
    content[times : times + 4] = struct.pack(">I", seconds * 512)  # every frame stands for half an hour
    return bytes(content)


def tracks_of(count: int) -> bytes:
    """An MP4 of many tracks."""
    content = files.film(sound="")
    at = content.index(b"trak") - 4
    length = int.from_bytes(content[at : at + 4], "big")
    moov = content.index(b"moov") - 4
    whole = int.from_bytes(content[moov : moov + 4], "big") + length * count
    return (
        content[:moov] + struct.pack(">I", whole) + content[moov + 4 : at]
        + content[at : at + length] * (count + 1) + content[at + length :]
    )  # fmt: skip


def element(name: bytes, body: bytes) -> bytes:
    """An element of EBML."""
    return name + (len(body) | 1 << 56).to_bytes(8, "big") + body


def matroska(body: bytes) -> bytes:
    """A Matroska film that has ``body`` before its first pictures."""
    content = files.film("matroska")
    cluster = content.index(b"\x1f\x43\xb6\x75")
    return content[:cluster] + body + content[cluster:]


def chapters_of(count: int) -> bytes:
    """A Matroska film with as many chapters, one in another."""
    atom = b""
    for n in range(count):
        said = element(b"\x80", element(b"\x85", b"Part %d" % n))
        atom += element(b"\xb6", element(b"\x73\xc4", struct.pack(">I", n + 1)) + element(b"\x91", b"\x00") + said)
    return matroska(element(b"\x10\x43\xa7\x70", element(b"\x45\xb9", atom)))


def laced() -> bytes:
    """A Matroska block of 255 pieces that claim 2^56 bytes each."""
    block = b"\x81\x00\x00\x06" + b"\xfe" + b"\x01" + b"\xff" * 7 + (b"\x01" + b"\xff" * 7) * 253
    return matroska(element(b"\x1f\x43\xb6\x75", element(b"\xe7", b"\x00") + element(b"\xa3", block) * 500))


def clusters_in_clusters(depth: int) -> bytes:
    """Matroska in Matroska."""
    inner = b""
    for _ in range(depth):
        inner = element(b"\xa0", inner)
    return matroska(element(b"\x1f\x43\xb6\x75", inner))


def avi_claiming() -> bytes:
    """An AVI whose lists and indexes claim four gigabytes."""
    content = bytearray(files.film("avi", "mpeg4", "libmp3lame"))
    at = content.index(b"idx1")
    content[at + 4 : at + 8] = b"\xff" * 4
    head = content.index(b"strh") + 8
    content[head + 32 : head + 36] = b"\xff" * 4  # frames in it
    return bytes(content)


# --- sounds ----------------------------------------------------------------------------------------------------------
def silence(seconds: int) -> bytes:
    """A FLAC of hours in a few bytes: it only says so."""
    content = bytearray(files.sound("flac", "flac", level=0))
    at = content.index(b"fLaC") + 8 + 10
    packed = int.from_bytes(content[at : at + 8], "big")
    content[at : at + 8] = ((packed >> 36 << 36) | seconds * 48_000).to_bytes(8, "big")
    return bytes(content)


def claiming_wav() -> bytes:
    """A WAV that claims four gigabytes."""
    content = bytearray(files.sound("wav", "pcm_s16le"))
    at = content.index(b"data") + 4
    content[at : at + 4] = content[4:8] = b"\xff" * 4
    return bytes(content)


def rf64() -> bytes:
    """Its larger brother, which claims 2^63."""
    plain = files.sound("wav", "pcm_s16le")
    sizes = b"ds64" + struct.pack("<IQQQI", 28, 2**63 - 1, 2**63 - 1, 2**62, 0)
    return b"RF64" + b"\xff" * 4 + b"WAVE" + sizes + plain[12:]


def id3(frames: bytes, claimed: int | None = None) -> bytes:
    """An MP3 with a tag; what it claims to be long may be another thing."""
    length = len(frames) if claimed is None else claimed
    safe = bytes((length >> 21 & 127, length >> 14 & 127, length >> 7 & 127, length & 127))
    return b"ID3\x03\x00\x00" + safe + frames + files.sound("mp3", "libmp3lame")


def id3_frame(name: bytes, body: bytes, flags: bytes = b"\x00\x00") -> bytes:
    """A line of a tag."""
    return name + struct.pack(">I", len(body)) + flags + body


def packed_id3() -> bytes:
    """A tag with a packed line that says, and is, hundreds of megabytes."""
    return id3(id3_frame(b"TIT2", struct.pack(">I", HUGE) + unfolding(200 * MIB), b"\x00\x80"))


def chapter_tags(count: int) -> bytes:
    """A tag of as many chapters."""
    parts = []
    for n in range(count):
        times = struct.pack(">IIII", n, n + 1, 2**32 - 1, 2**32 - 1)
        parts.append(id3_frame(b"CHAP", b"%d\x00" % n + times + id3_frame(b"TIT2", b"\x00Part")))
    return id3(b"".join(parts))


def cover(picture: bytes) -> bytes:
    """An MP3 with a picture in its tag."""
    return id3(id3_frame(b"APIC", b"\x00image/png\x00\x03\x00" + picture))


def late_page() -> bytes:
    """An Ogg whose last page says that it ends in a million years."""
    content = bytearray(files.sound("ogg", "libopus"))
    at = content.rindex(b"OggS")
    content[at + 6 : at + 14] = struct.pack("<q", 2**62)
    return bytes(content)


BOMBS: dict[str, Callable[[], bytes]] = {
    "png 30000 x 30000": lambda: png_of(30_000, 30_000, bytes(1000)),
    "png 1 x 2^31": lambda: png_of(1, HUGE),
    "png 2^31 x 2^31": lambda: png_of(HUGE, HUGE),
    "png with a profile of 300 MB": lambda: png_with(b"iCCP"),
    "png with a text of 300 MB": lambda: png_with(b"zTXt"),
    "png 3000 frames": lambda: apng_of(3000),
    "gif 65535 x 65535": lambda: gif_of(65_535, 65_535, 1),
    "gif 60000 frames": lambda: gif_of(100, 100, 60_000),
    "gif 1400 large frames": lambda: gif_of(2000, 2000, 1400),
    "tiff 2^31": lambda: tiff_of(HUGE, HUGE),
    "tiff 100000 x 100000": lambda: tiff_of(100_000, 100_000),
    "tiff packed 30000 x 30000": lambda: tiff_of(30_000, 30_000, packed=unfolding(300 * MIB)),
    "webp 16383 x 16383": lambda: webp_of(16_383, 16_383),
    "webp 2000 frames": lambda: moving_webp_of(2000),
    "bmp 2^31": lambda: bmp_of(HUGE, HUGE),
    "bmp 1 x 10^8": lambda: bmp_of(1, 100_000_000),
    "bmp of runs 30000 x 30000": lambda: bmp_of(30_000, 30_000, is_packed=True),
    "jpeg 65500 x 65500": lambda: jpeg_of(65_500, 65_500),
    "jpeg 20000 x 20000": lambda: jpeg_of(20_000, 20_000),
    "jpeg 5000 scans": lambda: jpeg_of_scans(5000),
    "heic 2^31": lambda: boxed_picture("HEIF", HUGE, HUGE),
    "avif 60000 x 60000": lambda: boxed_picture("AVIF", 60_000, 60_000),
    "mp4 boxes in boxes": lambda: nested(100_000),
    "mp4 lasting ten hours": lambda: lasting(36_000),
    "mp4 500 tracks": lambda: tracks_of(500),
    "ten hours of silence": lambda: silence(36_000),
}  # fmt: skip
# Files that only boast, or carry too much of what nobody needs: what is good in them may be shown.
BOASTS: dict[str, Callable[[], bytes]] = {
    "png 50 MP of zeros": lambda: png_of(7000, 7000, bytes(7001 * 3 * 7000)),
    "tiff 20000 pages": lambda: tiff_of(8, 8, 20_000, packed=zlib.compress(bytes(64))),
    "tiff whose pages go round": lambda: tiff_of(8, 8, 3, packed=zlib.compress(bytes(64)), is_ring=True),
    "jpeg with a profile of 16 MB": lambda: jpeg_with(0xE2, b"ICC_PROFILE\x00\x01\x01", 255),
    "jpeg with descriptions of 16 MB": lambda: jpeg_with(0xE1, b"http://ns.adobe.com/xap/1.0/\x00", 255),
    "jpeg whose exif goes round": jpeg_ring,
    "mp4 of 65535 x 65535": lambda: film_of(65_535, 65_535),
    "mp4 2^32 samples": lambda: counted(b"stsz", 12),
    "mp4 2^32 times": lambda: counted(b"stts", 8),
    "mp4 2^32 chunks": lambda: counted(b"stco", 8),
    "mkv 20000 chapters": lambda: chapters_of(20_000),
    "mkv laced": laced,
    "mkv in mkv": lambda: clusters_in_clusters(2000),
    "avi claiming 4 GB": avi_claiming,
    "wav claiming 4 GB": claiming_wav,
    "wav claiming 2^63": rf64,
    "mp3 tag claiming 256 MB": lambda: id3(b"", 2**28 - 1),
    "mp3 tag of 200 MB packed": packed_id3,
    "mp3 20000 chapters": lambda: chapter_tags(20_000),
    "mp3 cover 30000 x 30000": lambda: cover(png_of(30_000, 30_000, bytes(1000))),
    "ogg of a million years": late_page,
}
