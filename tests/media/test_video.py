"""The two passes over a film, as the throw-away process makes them."""

import io
import itertools
from fractions import Fraction

import av
import pytest
from PIL import Image

from media.video import hls
from media.work import loudness, video, video_shots
from media.work.film_writer import SOUND_RATE
from media.work.ladder import SEGMENT, qualities
from media.work.sheet import board_of
from media.work.tracks import open_tracks
from tests.media import files

LARGE = {"size": (640, 480), "seconds": 9}


def passes(content, reader="mov", last="finish"):
    job = {"step": "draft", "reader": reader, "purpose": "post", "limits": {}}
    draft = video.draft_film(io.BytesIO(content), job)
    return draft, video.finish_film(io.BytesIO(content), {**job, "step": last})


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("size", "names"),
    [
        ((1920, 1080), ["v240", "v360", "v480", "v720", "v1080"]),
        ((1080, 1920), ["v240", "v360", "v480", "v720", "v1080"]),
        ((3840, 2160), ["v240", "v360", "v480", "v720", "v1080"]),
        ((1280, 720), ["v240", "v360", "v480", "v720"]),
        ((960, 540), ["v240", "v360", "v480", "v540"]),
        ((800, 500), ["v240", "v360", "v480"]),
        ((64, 48), ["v48"]),
    ],
)
def test_qualities_go_up_to_the_film_s_own_and_no_further(size, names):
    assert [quality.name for quality in qualities(size)] == names


def test_every_quality_keeps_the_shape_in_even_numbers():
    for quality in qualities((1919, 1081)):
        assert (quality.width % 2, quality.height % 2) == (0, 0)
        assert quality.width / quality.height == pytest.approx(1919 / 1081, abs=0.02)


def key_times(name):
    with av.open(name) as media:
        packets = media.demux(video=0)
        return [
            round(float(packet.pts * packet.time_base), 2) for packet in packets if packet.size and packet.is_keyframe
        ]


def test_qualities_are_cut_at_the_same_times(place):
    draft, finish = passes(files.film(**LARGE))
    made = draft.variants | finish.variants
    cuts = {name: key_times(variant["file"]) for name, variant in made.items() if hls.is_quality(name)}
    first = cuts["v240"][0]  # what is sent before it is shown moves pictures and sound alike
    assert cuts == {name: [first, first + SEGMENT, first + 2 * SEGMENT] for name in ("v240", "v360", "v480")}
    assert first <= 0.1


def test_every_segment_can_be_decoded_by_itself(place):
    passes(files.film(**LARGE))
    stream = hls.read_stream(place / "v360.mp4", "v360", (480, 360))
    content = (place / "v360.mp4").read_bytes()
    for segment in stream.segments:
        part = content[: stream.init] + content[segment.start : segment.start + segment.length]
        with av.open(io.BytesIO(part)) as media:
            shown = sum(1 for _ in media.decode(video=0))
        assert shown == round(segment.seconds * 20)


def test_the_sound_is_encoded_once_and_the_same_in_every_quality(place):
    passes(files.film(**LARGE))
    heard = []
    for name in ("v240.mp4", "v360.mp4", "v480.mp4"):
        with av.open(name) as media:
            heard.append([bytes(packet) for packet in media.demux(audio=0) if packet.size])
    assert heard[0] == heard[1] == heard[2]
    assert len(heard[0]) * 1024 / SOUND_RATE == pytest.approx(9, abs=0.2)


def test_what_is_for_programs_has_its_index_at_the_front(place):
    _draft, finish = passes(files.film(**LARGE))
    content = (place / "film.mp4").read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")
    assert (finish.variants["film"]["width"], finish.variants["film"]["height"]) == (640, 480)
    assert "original" not in finish.variants


def test_what_no_browser_plays_is_replaced_by_the_best_quality(place):
    _draft, finish = passes(files.film("mp4", "libx265", **LARGE), last="replace")
    assert finish.variants["original"] == {"file": "original.mp4", "type": "video/mp4", "width": 640, "height": 480}


def test_no_quality_shows_more_than_sixty_frames_a_second(place, monkeypatch):
    monkeypatch.setattr(video_shots, "SHORTEST", 0.09)
    passes(files.film(size=(480, 360), seconds=4))
    for name in ("v240.mp4", "v360.mp4"):
        with av.open(name) as media:
            assert sum(1 for _ in media.decode(video=0)) == 40


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_what_was_filmed_on_its_side_stands_upright(place, turn):
    passes(files.film("mov", "libx264", "", turn=turn, size=(320, 240)))
    seen = files.drawing((320, 240)).rotate(turn, expand=True)
    with av.open("v240.mp4") as media:
        shown = next(media.decode(video=0))
    assert (shown.rotation, (shown.width < shown.height)) == (0, turn != 180)
    for corner in itertools.product((0.1, 0.9), repeat=2):
        found, expected = (
            picture.getpixel((int(corner[0] * picture.width), int(corner[1] * picture.height)))
            for picture in (shown.to_image(), seen)
        )
        assert (found[0] > 100, found[2] > 100) == (expected[0] > 100, expected[2] > 100)


def test_the_sheet_shows_the_film_in_small_pictures(place):
    draft, _finish = passes(files.film(**LARGE))
    board = board_of(draft.duration, (640, 480))
    assert (board.count, board.every, (board.width, board.height)) == (5, 2.0, (160, 120))
    sheet = Image.open("sheet.webp").convert("RGB")
    assert sheet.size == board.size
    for number in range(board.count):
        x, y = board.place(number)
        assert sheet.getpixel((x + 20, y + 20))[0] > 100  # red at the top left
        assert sheet.getpixel((x + 140, y + 100))[2] > 100


@pytest.mark.parametrize("seconds", [0, 0.5, 199, 200, 7200])
def test_a_sheet_is_never_larger_than_a_hundred_pictures(seconds):
    board = board_of(seconds, (1920, 1080))
    assert 1 <= board.count <= 100
    assert board.count * board.every >= seconds


def loudness_of(content, reader="mov"):
    return loudness.measure(open_tracks(io.BytesIO(content), reader))


@pytest.mark.parametrize("level", [400, 12_000])
def test_every_film_is_heard_equally_loud(place, level):
    content = files.film(sound="aac", seconds=5, level=level)
    assert abs(loudness_of(content).integrated - loudness.TARGET) > 2
    passes(content)
    made = loudness_of((place / "film.mp4").read_bytes())
    assert made.integrated == pytest.approx(loudness.TARGET, abs=1.0)
    assert made.peak <= -1.0


def test_silence_stays_silent(place):
    content = files.film(sound="aac", seconds=3, level=0)
    assert loudness_of(content) is None
    passes(content)
    assert loudness_of((place / "film.mp4").read_bytes()) is None


def test_a_film_without_times_runs_at_its_rate(place):
    passes(files.film(is_timed=False, seconds=2))
    with av.open("film.mp4") as media:
        times = [frame.time for frame in media.decode(video=0)]
    assert len(times) == 40
    assert [round(after - before, 3) for before, after in itertools.pairwise(times)] == [0.05] * 39


def test_halves_of_pictures_are_put_together(place):
    """An interlaced film: in moving parts its lines come from two moments."""
    target = io.BytesIO()
    with av.open(target, "w", format="mp4") as out:
        stream = out.add_stream("mpeg2video", rate=25, options={"flags": "+ildct+ilme"})
        stream.width, stream.height, stream.pix_fmt, stream.bit_rate = 320, 240, "yuv420p", 4_000_000
        for n in range(25):
            lines = Image.new("L", (320, 240))
            lines.putdata([255 if (y % 2) == (x // 40 + n) % 2 else 0 for y in range(240) for x in range(320)])
            frame = av.VideoFrame.from_image(lines.convert("RGB"))
            frame.pts, frame.time_base = n, Fraction(1, 25)
            out.mux(stream.encode(frame))
        out.mux(stream.encode())
    passes(target.getvalue())
    with av.open("v240.mp4") as media:
        assert sum(1 for _ in media.decode(video=0)) == 25
