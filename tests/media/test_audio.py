"""Sounds: kept as they are and offered to everybody at one loudness, with cover, chapters and wave."""

import io
import json
import math
import struct
from array import array
from fractions import Fraction
from pathlib import Path

import av
import pytest
from PIL import Image

from media.work import audio, audio_listen, audio_tags
from media.work.audio_listen import bars, listen
from media.work.audio_tags import plain_title
from media.work.task import Refused
from media.work.tracks import open_tracks
from tests.media import files


def id3(*frames):
    """An ID3 tag of version 2.3."""
    body = b"".join(name + struct.pack(">I", len(content)) + b"\0\0" + content for name, content in frames)
    length = len(body)
    return b"ID3\x03\0\0" + bytes((length >> 21 & 127, length >> 14 & 127, length >> 7 & 127, length & 127)) + body


def chap(name, start, end, title):
    """A chapter (id3.org, ID3v2 chapter frame addendum): times in milliseconds."""
    text = b"\x03" + title.encode()
    inner = b"TIT2" + struct.pack(">I", len(text)) + b"\0\0" + text
    return b"CHAP", name.encode() + b"\0" + struct.pack(">IIII", start, end, 0xFFFFFFFF, 0xFFFFFFFF) + inner


def loudness(name):
    with Path(name).open("rb") as source:
        return listen(open_tracks(source, {"m4a": "mov", "ogg": "ogg", "mp3": "mp3"}[name[-3:]])).loudness


def codec(name):
    with av.open(name) as media:
        return [track.codec_context.name for track in media.streams]


@pytest.mark.parametrize(
    ("name", "kept", "media_type"),
    [
        ("sound.mp3", "original.mp3", "audio/mpeg"),
        ("sound.m4a", "original.m4a", "audio/mp4"),
        ("sound.aac", "original.m4a", "audio/mp4"),
        ("alac.m4a", "aac.m4a", "audio/mp4"),
        ("sound.ogg", "original.ogg", "audio/ogg"),
        ("vorbis.ogg", "original.ogg", "audio/ogg"),
        ("flac.ogg", "original.flac", "audio/flac"),
        ("sound.flac", "original.flac", "audio/flac"),
        ("sound.wav", "original.wav", "audio/wav"),
    ],
)
def test_what_browsers_play_is_kept_as_it_is(made, name, kept, media_type):
    done = made(files.KINDS[name][0]())
    assert done.variants["original"] == {"file": kept, "type": media_type}
    assert done.duration == pytest.approx(1.0, abs=0.1)
    assert codec(kept)[0] not in {"alac", "mjpeg"}


@pytest.mark.parametrize("name", ["sound.mp3", "sound.wav", "vorbis.ogg"])
def test_everything_is_there_as_aac_and_opus(made, name):
    done = made(files.KINDS[name][0]())
    assert sorted(set(done.variants) - {"cover", "thumb"}) == ["aac", "opus", "original", "peaks"]
    assert (codec("aac.m4a"), codec("opus.ogg")) == (["aac"], ["opus"])
    for rendition in ("aac.m4a", "opus.ogg"):
        with av.open(rendition) as media:
            assert media.duration / av.time_base == pytest.approx(done.duration, abs=0.08)


@pytest.mark.parametrize("level", [1500, 4000, 30_000])
def test_everything_becomes_as_loud_as_everything_else(made, level):
    made(files.sound("wav", "pcm_s16le", seconds=4, level=level))
    assert loudness("aac.m4a") == pytest.approx(audio.LOUDNESS, abs=1)
    assert loudness("opus.ogg") == pytest.approx(audio.LOUDNESS, abs=1)


def test_hiss_does_not_become_a_song(made):
    made(files.sound("wav", "pcm_s16le", seconds=4, level=40))
    assert loudness("aac.m4a") == pytest.approx(20 * math.log10(40 / 32_767) - 0.69 + audio.LOUDER_AT_MOST, abs=2)


def test_what_is_loud_enough_and_aac_already_is_not_written_twice(made):
    level = round(32_767 * 10 ** ((audio.LOUDNESS + 0.69) / 20))  # BS.1770 takes 0.69 from a tone on both sides
    done = made(files.sound("ipod", "aac", seconds=4, level=level))
    assert abs(loudness("original.m4a") - audio.LOUDNESS) < audio.NEAR
    assert ("aac" in done.variants, "opus" in done.variants) == (False, True)


def test_peaks_stay_below_full(made):
    """A click over a quiet voice: it has to be made louder, and the click must not be cut off."""
    samples = array("h", (int(math.sin(i / 20) * 1500) for i in range(48_000 * 4)))
    samples[96_000:96_040] = array("h", [32_767] * 40)
    target = io.BytesIO()
    with av.open(target, "w", format="wav") as out:
        stream = out.add_stream("pcm_s16le", rate=48_000, layout="mono")
        frame = av.AudioFrame(format="s16", layout="mono", samples=len(samples))
        frame.sample_rate, frame.pts, frame.time_base = 48_000, 0, Fraction(1, 48_000)
        frame.planes[0].update(samples.tobytes())
        out.mux(stream.encode(frame))
        out.mux(stream.encode())
    made(target.getvalue())
    assert loudness("aac.m4a") == pytest.approx(audio.LOUDNESS, abs=1.5)
    with Path("aac.m4a").open("rb") as source:
        assert listen(open_tracks(source, "mov")).peak < 1


def test_the_wave_shows_where_it_is_loud(made):
    wave = made(files.sound("wav", "pcm_s16le")).wave
    assert len(wave) == 64
    assert min(wave[2:30]) > 80
    assert max(wave[36:]) == 0


def test_the_fine_wave_is_a_file_of_its_own(made):
    done = made(files.sound("wav", "pcm_s16le", seconds=4))
    assert done.variants["peaks"] == {"file": "peaks.json", "type": "application/json"}
    fine = json.loads(Path("peaks.json").read_text())
    assert fine["seconds"] == done.duration
    assert len(fine["peaks"]) == math.ceil(done.duration / 0.05)
    assert min(fine["peaks"][2:38]) > 80


def test_the_wave_of_silence_is_flat_and_silence_stays_silent(made):
    assert made(files.sound("flac", "flac", level=0)).wave == [0] * 64
    assert loudness("aac.m4a") == audio_listen.SILENCE


@pytest.mark.parametrize("count", [1, 3, 63, 64, 65, 1000])
def test_bars_of_any_number_of_blocks(count):
    found = bars(list(range(1, count + 1)))
    assert (len(found), found[-1]) == (64, 100)
    assert found == sorted(found)


def test_chapters_of_an_mp3(made):
    tag = id3(
        chap("b", 500, 1000, "Second – zweites"), chap("a", 0, 500, "First"), chap("c", 9000, 9900, "After the end")
    )
    done = made(tag + files.sound("mp3", "libmp3lame"))
    assert done.chapters == [{"start": 0.0, "title": "First"}, {"start": 0.5, "title": "Second – zweites"}]


def test_chapters_of_an_m4a(made):
    target = io.BytesIO()
    with (
        av.open(io.BytesIO(files.sound("ipod", "aac", seconds=2))) as media,
        av.open(target, "w", format="ipod") as out,
    ):
        second = Fraction(1, 1000)
        out.set_chapters([
            {"id": 1, "start": 0, "end": 900, "time_base": second, "metadata": {"title": "Ouverture"}},
            {"id": 2, "start": 900, "end": 2000, "time_base": second, "metadata": {"title": "Aria"}},
        ])  # fmt: skip
        stream = out.add_stream_from_template(media.streams.audio[0])
        for packet in media.demux(audio=0):
            if packet.dts is not None:
                packet.stream = stream
                out.mux(packet)
    done = made(target.getvalue())
    assert done.chapters == [{"start": 0.0, "title": "Ouverture"}, {"start": 0.9, "title": "Aria"}]
    for variant in done.variants.values():
        assert b"Ouverture" not in Path(variant["file"]).read_bytes()


@pytest.mark.parametrize(
    ("title", "plain"),
    [
        (" a\n b\0 ", "a b"),
        ("\u202egnp.exe", "gnp.exe"),
        ("x" * 300, "x" * 120),
        ("\ufffd\ud800", ""),
        ("\u00a0é", "é"),
    ],
)
def test_titles_are_one_plain_line(title, plain):
    assert plain_title(title) == plain


def test_chapters_are_counted(made, monkeypatch):
    monkeypatch.setattr(audio_tags, "MAX_CHAPTERS", 3)
    tag = id3(*(chap(f"c{n}", n * 100, n * 100 + 100, f"Part {n}") for n in range(8)))
    assert len(made(tag + files.sound("mp3", "libmp3lame")).chapters) == 3


def test_the_cover_is_taken_out_without_its_own_secrets(made):
    done = made(files.tagged_mp3())
    assert {name: done.variants[name]["type"] for name in ("cover", "thumb")} == {
        "cover": "image/jpeg",
        "thumb": "image/webp",
    }
    cover = Image.open("cover.jpg")
    assert (cover.size, dict(cover.getexif())) == ((60, 40), {})
    assert (len(done.blurhash), done.color[0]) == (28, "#")
    assert codec("original.mp3") == ["mp3float"]


@pytest.mark.parametrize("body", [b"", b"rubbish" * 9, b"\x89PNG\r\n\x1a\n" + bytes(40)])
def test_a_cover_that_cannot_be_read_is_none(made, body):
    tag = id3((b"APIC", b"\0image/png\0\x03\0" + body))
    done = made(tag + files.sound("mp3", "libmp3lame"))
    assert ("cover" in done.variants, done.blurhash) == (False, "")


def test_a_cover_that_would_be_too_large_is_none(made):
    bomb = files.png((60, 40)).replace(struct.pack(">II", 60, 40), struct.pack(">II", 30_000, 30_000), 1)
    done = made(id3((b"APIC", b"\0image/png\0\x03\0" + bomb)) + files.sound("mp3", "libmp3lame"))
    assert (done.kind, "cover" in done.variants) == ("audio", False)


def test_a_lossy_recording_gets_no_more_bits_than_it_has(made):
    made(files.sound("ogg", "libopus", seconds=8))
    with av.open("aac.m4a") as media:
        assert media.streams.audio[0].bit_rate < 80_000


def test_a_long_recording_goes_to_the_other_queue(made, monkeypatch):
    monkeypatch.setattr(audio, "SOON", 0.5)
    seen = []
    convert = audio.convert_sound
    monkeypatch.setattr("media.work.recordings.convert_sound", lambda *job: seen.append(1) or convert(*job))
    assert made(files.sound("wav", "pcm_s16le")).duration == pytest.approx(1, abs=0.1)
    assert seen == [1]


def test_s39_what_says_it_is_short_and_is_not_is_found_out(made, monkeypatch):
    monkeypatch.setattr(audio, "SOON", 0.5)
    monkeypatch.setattr(audio, "MAX_AUDIO_SECONDS", 0.8)
    monkeypatch.setattr(audio_listen.Tracks, "seconds", 0.1)
    with pytest.raises(Refused, match="too_long"):
        made(files.sound("wav", "pcm_s16le"))


def test_one_recording_in_two_forms_is_heard_to_its_end(made):
    """Recordings of radio change between mono and stereo, and their rate."""
    both = files.sound("mp3", "libmp3lame", 1) + files.sound("mp3", "libmp3lame", 1, layout="stereo")
    assert made(both).duration == pytest.approx(2.0, abs=0.3)


@pytest.mark.parametrize(
    "path", [path for path in files.samples() if path.name.startswith("speech")], ids=lambda p: p.name
)
def test_samples(made, path):
    done = made(path.read_bytes())
    assert done.duration > 5
    assert loudness("aac.m4a" if "aac" in done.variants else "original.m4a") == pytest.approx(audio.LOUDNESS, abs=1)
    assert loudness("opus.ogg") == pytest.approx(audio.LOUDNESS, abs=1.2)
