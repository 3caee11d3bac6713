"""Films: kept where browsers play them, converted where not; and how they are seen."""

import io

import av
import pytest
from PIL import Image

from media.work import tracks
from media.work.film_writer import fit
from media.work.task import Refused
from tests.media import files


def codecs(name):
    with av.open(name) as media:
        return [track.codec_context.name for track in media.streams]


def frames(name):
    with av.open(name) as media:
        return sum(1 for _ in media.decode(video=0))


def pixels(content):
    """Every decoded number of a film, to tell a copy from something like it."""
    with av.open(io.BytesIO(content)) as media:
        return [list(lines(frame.planes[0])) for frame in media.decode(video=0)]


def lines(plane):
    """A decoder may leave anything at all beside the picture."""
    content = bytes(plane)
    for start in range(0, plane.height * plane.line_size, plane.line_size):
        yield content[start : start + plane.width]


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("film.mp4", "original.mp4"),
        ("film.mov", "original.mp4"),
        ("film.mkv", "original.mp4"),
        ("film.webm", "original.webm"),
        ("film.m4v", "original.mp4"),
        ("film.ts", "original.mp4"),
        ("av1.mp4", "original.mp4"),
        ("av1.mkv", "original.mp4"),
        ("av1.webm", "original.webm"),
        ("vp8.webm", "original.webm"),
    ],
)
def test_what_browsers_play_is_copied(made, name, kept, tmp_path):
    content = files.KINDS[name][0]()
    done = made(content)
    assert done.variants["original"]["file"] == kept
    assert pixels((tmp_path / kept).read_bytes()) == pixels(content)
    assert (done.width, done.height, round(done.duration)) == (64, 48, 1)


@pytest.mark.parametrize("name", ["hevc.mp4", "film.avi", "untimed.mp4", "film.3gp", "film.mpg"])
def test_what_they_do_not_play_is_converted(made, name):
    done = made(files.KINDS[name][0]())
    assert codecs("original.mp4") == ["h264", "aac"]
    assert done.duration == pytest.approx(1.0, abs=0.1)
    assert frames("original.mp4") == 20


def test_ten_bits_are_made_eight(made):
    made(files.film(pix_fmt="yuv420p10le", sound=""))
    with av.open("original.mp4") as media:
        assert media.streams.video[0].codec_context.pix_fmt == "yuv420p"


def test_only_the_sound_is_converted_where_the_pictures_are_fine(made, tmp_path):
    content = files.film("matroska", sound="flac")
    made(content)
    assert codecs("original.mp4") == ["h264", "aac"]
    assert pixels((tmp_path / "original.mp4").read_bytes()) == pixels(content)


@pytest.mark.parametrize("codec", ["libx264", "libx265", "libsvtav1"])
@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_film_that_was_turned_is_seen_upright(made, codec, turn):
    done = made(files.film("mp4" if codec == "libsvtav1" else "mov", codec, "", turn=turn))
    assert (done.width, done.height) == ((64, 48) if turn == 180 else (48, 64))
    with av.open("original.mp4") as media:  # a copy says how it is to be turned; what is written anew stands upright
        assert next(media.decode(video=0)).rotation % 360 == (0 if codec == "libx265" else turn)
    seen = files.drawing((64, 48)).rotate(turn, expand=True)
    poster = Image.open(done.variants["poster"]["file"]).convert("RGB")
    for x, y in ((4, 4), (poster.width - 5, 4), (4, poster.height - 5), (poster.width - 5, poster.height - 5)):
        expected, found = seen.getpixel((x, y)), poster.getpixel((x, y))
        assert (expected[0] > 100, expected[2] > 100) == (found[0] > 100, found[2] > 100)


def test_the_index_is_at_the_front(made, tmp_path):
    made(files.film())
    content = (tmp_path / "original.mp4").read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")


def test_a_film_without_sound_stays_silent(made):
    made(files.film("mp4", "libx265", ""))
    assert codecs("original.mp4") == ["h264"]


def test_a_container_of_sound_alone_is_a_sound(made):
    done = made(files.sound("mp4", "aac"))
    assert (done.kind, done.variants["original"]["file"]) == ("audio", "original.m4a")


def test_s39_too_long_is_refused(made, monkeypatch):
    monkeypatch.setattr(tracks, "MAX_AUDIO_SECONDS", 0.5)
    monkeypatch.setattr(tracks, "MAX_VIDEO_SECONDS", 0.5)
    for content in (files.sound("wav", "pcm_s16le"), files.film()):
        with pytest.raises(Refused, match="too_long"):
            made(content)


def test_s39_frames_of_enormous_size_are_refused(made, monkeypatch):
    monkeypatch.setattr(tracks, "FILM_PIXELS", 1000)
    with pytest.raises(Refused, match="too_large"):
        made(files.film())


@pytest.mark.parametrize("cut", [0.3, 0.6, 0.9])
def test_a_film_that_was_cut_off_is_refused_or_shown_as_far_as_it_goes(made, cut):
    content = files.KINDS["film.webm"][0]()
    try:
        done = made(content[: int(len(content) * cut)])
    except Refused as refused:
        assert refused.code == "broken"
    else:
        assert done.duration < 1.1


@pytest.mark.parametrize(
    ("size", "fitting"),
    [
        ((640, 480), (640, 480)),
        ((3840, 2160), (1920, 1080)),
        ((2160, 3840), (1080, 1920)),
        ((4000, 100), (1920, 48)),
        ((31, 21), (32, 20)),
        ((1, 1), (2, 2)),
    ],
)
def test_fit(size, fitting):
    assert fit(size, (1920, 1080)) == fitting
