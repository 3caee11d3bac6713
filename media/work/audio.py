"""Sounds: a clean copy of what browsers play; AAC and Opus of one loudness for everybody; cover, chapters and wave."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any, BinaryIO, Final, NamedTuple

import av

from media.work.audio_listen import Heard, LoudnessMeter, listen
from media.work.audio_tags import read_chapters, write_cover
from media.work.sound import Resampler, frames_of, layout_of, pulled
from media.work.task import Job, Made, Refused, Variant
from media.work.tracks import MAX_AUDIO_SECONDS, Tracks, open_tracks

SOON = (
    15 * 60
)  # seconds of sound that are written while others wait; longer ones go to the queue where things take long
LOUDNESS: Final = -16.0  # LUFS, as Apple asks of podcasts
LOUDER_AT_MOST: Final = 20.0  # dB; more would make a song of the hiss
MADE_UP_AT_MOST: Final = 3.0  # dB of what holding back peaks costs
NEAR: Final = 1.0  # dB that nobody hears
CEILING: Final = 0.84  # -1.5 dB: what lies between two samples stays below full
RATE: Final = 48_000
# What all present browsers play: codec -> (muxer, suffix, type).
PLAYED: Final = {
    "mp3": ("mp3", "mp3", "audio/mpeg"),
    "mp3float": ("mp3", "mp3", "audio/mpeg"),
    "aac": ("ipod", "m4a", "audio/mp4"),
    "opus": ("ogg", "ogg", "audio/ogg"),
    "libopus": ("ogg", "ogg", "audio/ogg"),
    "vorbis": ("ogg", "ogg", "audio/ogg"),
    "flac": ("flac", "flac", "audio/flac"),
    "pcm_s16le": ("wav", "wav", "audio/wav"),
    "pcm_u8": ("wav", "wav", "audio/wav"),
    "pcm_s24le": ("wav", "wav", "audio/wav"),
    "pcm_f32le": ("wav", "wav", "audio/wav"),
}
LOSSLESS: Final = {"flac", "alac", "pcm_s16le", "pcm_u8", "pcm_s24le", "pcm_f32le"}
CLEAN: Final = {"fflags": "+bitexact"}  # writes nothing that is not asked for
MUXERS: Final = {"mp3": {"id3v2_version": "0"}, "ipod": {"movflags": "+faststart"}}


class Form(NamedTuple):
    """A form in which every sound is offered."""

    variant: str
    muxer: str
    suffix: str
    type: str
    encoder: str
    names: frozenset[str]
    """What its decoders are called."""
    bits: tuple[int, int]
    """Bits a second for one channel and for two: voices and music that nobody tells from the original."""


FORMS: Final = (
    Form("aac", "ipod", "m4a", "audio/mp4", "aac", frozenset({"aac"}), (80_000, 128_000)),
    Form("opus", "ogg", "ogg", "audio/ogg", "libopus", frozenset({"opus", "libopus"}), (48_000, 96_000)),
)
FEWEST_BITS = 32_000


def keep_sound(source: BinaryIO, job: Job, tracks: Tracks) -> Made:
    """Make all that a page needs of a short sound; of a long one, say that it has to be converted."""
    if tracks.seconds > SOON:
        return Made("audio", duration=tracks.seconds, needs_converting=True)
    try:
        return _make(source, job, tracks, SOON)
    except Refused as refused:
        if refused.code != "too_long":
            raise
        return Made("audio", duration=float(MAX_AUDIO_SECONDS), needs_converting=True)  # it had said less


def convert_sound(source: BinaryIO, job: Job, tracks: Tracks) -> Made:
    """Make the same of a sound of any length."""
    return _make(source, job, tracks, MAX_AUDIO_SECONDS)


def _make(source: BinaryIO, job: Job, tracks: Tracks, at_most: float) -> Made:
    chapters = read_chapters(tracks.media)
    heard = listen(tracks, at_most)
    made = Made("audio", duration=heard.seconds, wave=heard.wave)
    made.chapters = [chapter for chapter in chapters if chapter["start"] < heard.seconds]
    made.variants["peaks"] = _write_peaks(heard)
    write_cover(open_tracks(source, job["reader"]).media, made)
    codec = tracks.audio.codec_context.name
    if copied := _copied(source, job, codec):
        made.variants["original"] = copied
    gain = _gain(heard)
    forms = [form for form in FORMS if not (copied and codec in form.names and abs(gain) <= NEAR)]
    gain += _held_back(open_tracks(source, job["reader"]), gain, heard)
    made.variants |= _write(open_tracks(source, job["reader"]), forms, gain, heard)
    if not copied:
        made.variants["original"] = made.variants.pop("aac")
    return made


def _gain(heard: Heard) -> float:
    """Return by how many dB the sound has to become louder, or less."""
    if heard.loudness <= -69 or not heard.peak:  # nothing, or less than a meter can tell
        return 0.0
    return min(LOUDNESS - heard.loudness, LOUDER_AT_MOST)


def _held_back(tracks: Tracks, gain: float, heard: Heard) -> float:
    """Return by how many dB peaks that are kept below full make the whole less loud; nothing where there are none."""
    layout = layout_of(tracks.audio)
    leveller, meter = Leveller(layout, gain, heard.peak), LoudnessMeter(layout)
    if not leveller.limits:
        return 0.0
    for frame in (*frames_of(tracks), None):
        for part in leveller.level(frame):
            meter.hear(part)
    return min(max(heard.loudness + gain - meter.loudness, 0.0), MADE_UP_AT_MOST)


def _write_peaks(heard: Heard) -> Variant:
    Path("peaks.json").write_text(json.dumps({"seconds": heard.seconds, "peaks": heard.peaks}, separators=(",", ":")))
    return {"file": "peaks.json", "type": "application/json"}


# --- the copy --------------------------------------------------------------------------------------------------------
def _copied(source: BinaryIO, job: Job, codec: str) -> Variant | None:
    """Copy a sound into a clean file; ``None`` where no browser plays it, or its packets fit no new container."""
    if codec not in PLAYED:
        return None
    muxer, suffix, media_type = PLAYED[codec]
    try:
        _copy(open_tracks(source, job["reader"]), muxer, f"original.{suffix}")
    except (av.error.FFmpegError, ValueError):
        Path(f"original.{suffix}").unlink(missing_ok=True)
        return None
    return {"file": f"original.{suffix}", "type": media_type}


def _copy(tracks: Tracks, muxer: str, name: str) -> None:
    with av.open(name, "w", format=muxer, options=CLEAN | MUXERS.get(muxer, {})) as target:
        stream = target.add_stream_from_template(tracks.audio)
        for packet in tracks.media.demux(tracks.audio):
            if packet.dts is not None:
                packet.stream = stream
                target.mux(packet)


# --- the renditions --------------------------------------------------------------------------------------------------
def _write(tracks: Tracks, forms: list[Form], gain: float, heard: Heard) -> dict[str, Variant]:
    """Decode once more, and write every form at the loudness all sounds have here."""
    layout = layout_of(tracks.audio)
    leveller = Leveller(layout, gain, heard.peak)
    writers = [Writer(form, layout, _bits(form, layout, tracks)) for form in forms]
    for frame in (*frames_of(tracks), None) if writers else ():
        for part in leveller.level(frame):
            for writer in writers:
                writer.write(part)
    return {writer.form.variant: writer.close() for writer in writers}


def _bits(form: Form, layout: str, tracks: Tracks) -> int:
    """Return the bits a second: no more than a lossy recording has itself, which cannot become better."""
    bits, context = form.bits[layout == "stereo"], tracks.audio.codec_context
    said = tracks.audio.bit_rate or context.bit_rate or 0
    if context.name in LOSSLESS or not said:
        return bits
    return max(FEWEST_BITS, min(bits, said))


class Leveller:
    """Makes a sound louder or less, and keeps its peaks below full."""

    def __init__(self, layout: str, gain: float, peak: float) -> None:
        factor = 10 ** (gain / 20)
        self.limits = peak * factor > CEILING
        self.resampler = Resampler("flt", layout, RATE)
        self.graph = graph = av.filter.Graph()
        self.source = graph.add_abuffer(format="flt", layout=layout, sample_rate=RATE)
        self.sink = graph.add("abuffersink")
        steps = [graph.add("volume", f"volume={factor:.6f}:precision=float")]
        if self.limits:
            steps.append(graph.add("alimiter", f"limit={CEILING}:attack=5:release=60:level=false"))
        graph.link_nodes(self.source, *steps, graph.add("aformat", "sample_fmts=flt"), self.sink).configure()
        self.samples = 0

    def level(self, frame: av.AudioFrame | None) -> list[av.AudioFrame | None]:
        """Return what has come through; with ``None`` for the end, all that is left and ``None`` again."""
        for part in self.resampler.resample(frame):
            part.pts = self.samples
            self.samples += part.samples
            self.source.push(part)
        if frame is None:
            self.source.push(None)
        return [*pulled(self.sink), *([None] if frame is None else [])]


class Writer:
    """One rendition being written into the working folder."""

    def __init__(self, form: Form, layout: str, bits: int) -> None:
        self.form = form
        self.name = f"{form.variant}.{form.suffix}"
        self.target = av.open(self.name, "w", format=form.muxer, options=CLEAN | MUXERS.get(form.muxer, {}))
        self.stream: Any = self.target.add_stream(form.encoder, rate=RATE, layout=layout)
        self.stream.codec_context.bit_rate = bits
        self.stream.codec_context.open()
        context: Any = self.stream.codec_context
        self.resampler = Resampler(context.format.name, layout, RATE, context.frame_size or 960)
        self.samples = 0

    def write(self, frame: av.AudioFrame | None) -> None:
        """Add what is heard next; ``None`` empties what was kept back."""
        for part in self.resampler.resample(frame):
            part.pts, part.time_base = self.samples, Fraction(1, RATE)
            self.samples += part.samples
            self.target.mux(self.stream.encode(part))

    def close(self) -> Variant:
        """Finish the file."""
        self.target.mux(self.stream.encode(None))
        self.target.close()
        return {"file": self.name, "type": self.form.type}
