"""How large a picture may be, in pixels: known to who decodes (without Django) and to who says it to apps."""

from typing import Final

IMAGE_PIXELS: Final = 50_000_000
JPEG_SHRINKS: Final = 4  # a JPEG may have this many times more: it can be decoded smaller than it is
FILM_PIXELS: Final = 8192 * 4320
