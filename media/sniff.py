"""What a file is, told by its first bytes and never by its name (S37). Only what is named here is ever decoded."""

from collections.abc import Callable
from dataclasses import dataclass

HEAD = 4096  # bytes that are looked at


@dataclass(frozen=True)
class FileType:
    """A kind of file that we take."""

    kind: str
    """``image``, ``video`` or ``audio``; a container that may hold either is ``video`` until it was opened."""
    mime: str
    suffix: str
    reader: str
    """The decoder that is asked, and no other: a format of Pillow, or a demuxer of FFmpeg."""


JPEG = FileType("image", "image/jpeg", "jpg", "JPEG")
PNG = FileType("image", "image/png", "png", "PNG")
WEBP = FileType("image", "image/webp", "webp", "WEBP")
GIF = FileType("image", "image/gif", "gif", "GIF")
TIFF = FileType("image", "image/tiff", "tif", "TIFF")
BMP = FileType("image", "image/bmp", "bmp", "BMP")
AVIF = FileType("image", "image/avif", "avif", "AVIF")
HEIF = FileType("image", "image/heic", "heic", "HEIF")
MP4 = FileType("video", "video/mp4", "mp4", "mov")
MOV = FileType("video", "video/quicktime", "mov", "mov")
WEBM = FileType("video", "video/webm", "webm", "matroska")
MKV = FileType("video", "video/x-matroska", "mkv", "matroska")
AVI = FileType("video", "video/x-msvideo", "avi", "avi")
MPEG = FileType("video", "video/mpeg", "mpg", "mpeg")
MPEG_TS = FileType("video", "video/mp2t", "ts", "mpegts")
MPEG_VIDEO = FileType("video", "video/mpeg", "m2v", "mpegvideo")
MP3 = FileType("audio", "audio/mpeg", "mp3", "mp3")
M4A = FileType("audio", "audio/mp4", "m4a", "mov")
AAC = FileType("audio", "audio/aac", "aac", "aac")
OGG = FileType("audio", "audio/ogg", "ogg", "ogg")
FLAC = FileType("audio", "audio/flac", "flac", "flac")
WAV = FileType("audio", "audio/wav", "wav", "wav")

# ISO base media files say what they are by their brands (ISO/IEC 14496-12, ftyp; registered at mp4ra.org).
_BRANDS = {
    AVIF: "avif avis",
    HEIF: "heic heix heim heis hevc hevx mif1 msf1",
    M4A: "M4A_ M4B_ F4A_",
    MOV: "qt__",
    MP4: "M4V_ M4VH M4VP isom iso2 iso3 iso4 iso5 iso6 iso7 iso8 iso9 mp41 mp42 avc1 av01 hvc1 dby1 MSNV XAVC NDSC "
    "NDSH 3gp4 3gp5 3gp6 3gp7 3gp8 3gp9 3g2a 3g2b 3g2c 3gr6 3gs6 mmp4 dash cmfc cmf2 hlsf f4v_ F4V_",
}
BRANDS = {brand.replace("_", " ").encode(): known for known, brands in _BRANDS.items() for brand in brands.split()}
# Raw photos, JPEG 2000 and XL, and protected files wear the clothes of MP4, with its brands among the compatible ones.
STRANGERS = {b"crx ", b"jp2 ", b"jpx ", b"jpm ", b"mjp2", b"jxl ", b"M4P ", b"odcf", b"pana"}
STARTS = [
    (b"\xff\xd8\xff", JPEG),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
    (b"II*\x00", TIFF),
    (b"MM\x00*", TIFF),
    (b"II+\x00\x08\x00\x00\x00", TIFF),
    (b"MM\x00+\x00\x08\x00\x00", TIFF),
    (b"fLaC", FLAC),
    (b"\x00\x00\x01\xba", MPEG),
    (b"\x00\x00\x01\xb3", MPEG_VIDEO),
]
RIFF = {b"WEBP": WEBP, b"WAVE": WAV, b"AVI ": AVI}
OGG_SOUNDS = (b"OpusHead", b"\x01vorbis", b"\x7fFLAC", b"Speex   ")
OGG_FILMS = (b"\x80theora", b"\x01video", b"BBCD\x00")
TS_PACKETS = ((0, 188), (4, 192))  # broadcasts, and cameras with a time before each packet


def sniff(head: bytes) -> FileType | None:
    """Return what a file beginning with ``head`` (up to HEAD bytes) is; ``None`` for everything we do not take."""
    for start, known in STARTS:
        if head.startswith(start):
            return known
    return next((found for look in LOOKS if (found := look(head))), None)


def _riff(head: bytes) -> FileType | None:
    if head.startswith(b"RF64"):  # more than 4 GB was allowed for (EBU Tech 3306)
        return WAV if head[8:12] == b"WAVE" else None
    return RIFF.get(head[8:12]) if head.startswith(b"RIFF") else None


def _bmp(head: bytes) -> FileType | None:
    """Two letters are little: the header's own length must be one of those that exist, too."""
    is_bmp = head.startswith(b"BM") and head[14:18] in {bytes([n, 0, 0, 0]) for n in (12, 40, 52, 56, 64, 108, 124)}
    return BMP if is_bmp else None


def _iso(head: bytes) -> FileType | None:
    """The major brand decides, or where it is unknown the first compatible one that is not."""
    length = int.from_bytes(head[:4], "big")
    if head[4:8] != b"ftyp" or not 16 <= length <= HEAD:
        # QuickTime's oldest files have no brand and begin with their first atom.
        return MOV if head[4:8] in {b"moov", b"mdat", b"wide", b"free"} and length != 1 and length >= 8 else None
    brands = [head[8:12], *(head[n : n + 4] for n in range(16, length, 4))]
    if brands[0] in STRANGERS:
        return None
    if brands[0] in {b"mif1", b"msf1"}:  # "some picture": the others say which
        brands = [*brands[1:], brands[0]]
    return next((BRANDS[brand] for brand in brands if brand in BRANDS), None)


def _matroska(head: bytes) -> FileType | None:
    """EBML with its DocType (RFC 8794, RFC 9559)."""
    if not head.startswith(b"\x1a\x45\xdf\xa3"):
        return None
    at = head.find(b"\x42\x82", 4, 64)
    name = head[at + 3 : at + 3 + (head[at + 2] & 0x7F)] if 0 < at < len(head) - 3 else b""
    return {b"webm": WEBM, b"matroska": MKV}.get(name.rstrip(b"\x00"))


def _ogg(head: bytes) -> FileType | None:
    """Each stream begins with a page that names its codec (RFC 3533); films in Ogg are not taken."""
    if not head.startswith(b"OggS") or any(film in head for film in OGG_FILMS):
        return None
    return OGG if any(sound in head for sound in OGG_SOUNDS) else None


def _tagged(head: bytes) -> FileType | None:
    """An ID3 tag stands before MPEG audio, but some tools put it before AAC and FLAC as well (id3.org, 2.4.0, 3.1)."""
    if not head.startswith(b"ID3") or len(head) < 10:
        return None
    after = 10 + (head[6] << 21 | head[7] << 14 | head[8] << 7 | head[9])
    if max(head[6:10]) > 127:
        return None
    rest = head[after:]
    return FLAC if rest.startswith(b"fLaC") else _adts(rest) or MP3


def _adts(head: bytes) -> FileType | None:
    """Three frames of AAC as broadcasts have it (ISO/IEC 13818-7, 6.2)."""
    at = 0
    for _frame in range(3):
        length = _adts_length(head[at : at + 7])
        if not length:
            return None
        at += length
    return AAC


def _adts_length(head: bytes) -> int:
    if len(head) < 7 or head[0] != 0xFF or head[1] & 0xF6 != 0xF0 or head[2] >> 2 & 15 > 12:
        return 0
    length = (head[3] & 3) << 11 | head[4] << 3 | head[5] >> 5
    return length if length > 7 else 0


def _transport_stream(head: bytes) -> FileType | None:
    """Packets of one length that begin with the same byte (ISO/IEC 13818-1, 2.4.3.2)."""
    for first, length in TS_PACKETS:
        if len(head) > first + 4 * length and set(head[first : first + 5 * length : length]) == {0x47}:
            return MPEG_TS
    return None


def _mpeg_audio(head: bytes) -> FileType | None:
    """A frame of MPEG audio layer III, followed by another (ISO/IEC 11172-3, 2.4.1.3)."""
    length = _frame_length(head)
    return MP3 if length and _frame_length(head[length:]) else None


def _frame_length(data: bytes) -> int:
    """Return the bytes of the layer III frame that ``data`` begins with, 0 if it begins with none."""
    if len(data) < 4 or data[0] != 0xFF or data[1] & 0xE6 != 0xE2 or data[1] & 0x18 == 0x08:
        return 0
    is_v1 = data[1] & 0x18 == 0x18
    rate_index, frequency_index = data[2] >> 4, data[2] >> 2 & 3
    if rate_index in (0, 15) or frequency_index == 3:
        return 0
    kbits = (KBITS_1 if is_v1 else KBITS_2)[rate_index]
    frequency = (44_100, 48_000, 32_000)[frequency_index] // {0x18: 1, 0x10: 2, 0x00: 4}[data[1] & 0x18]
    return (144 if is_v1 else 72) * kbits * 1000 // frequency + (data[2] >> 1 & 1)


KBITS_1 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
KBITS_2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
LOOKS: list[Callable[[bytes], FileType | None]] = [
    _riff, _bmp, _iso, _matroska, _ogg, _tagged, _mpeg_audio, _adts, _transport_stream,
]  # fmt: skip
