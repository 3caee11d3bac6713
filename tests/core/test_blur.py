from __future__ import annotations

import blurhash
import pytest
from PIL import Image

from core.blur import read_blur


def test_one_component_is_one_colour() -> None:
    assert read_blur("005?}k", 2, 1) == [["#336699", "#336699"]]


def test_colours_are_those_of_the_reference() -> None:
    code = _red_beside_blue()
    picture = blurhash.decode(code, 64, 48)
    middles = [[picture.getpixel((8 + 16 * x, 8 + 16 * y))[:3] for x in range(4)] for y in range(3)]
    assert read_blur(code, 4, 3) == [["#{:02x}{:02x}{:02x}".format(*colour) for colour in row] for row in middles]


@pytest.mark.parametrize("code", ["", "L", "nonsense", "L5H2EC=PM+yV0g-mq.wG9c010J}é", "😀" * 28])
def test_what_is_no_blur_hash_is_refused(code: str) -> None:
    with pytest.raises(ValueError):
        read_blur(code, 4, 3)


def _red_beside_blue() -> str:
    picture = Image.new("RGB", (32, 24), (255, 0, 0))
    picture.paste((0, 0, 255), (16, 0, 32, 24))
    return str(blurhash.encode(picture, 4, 3))
