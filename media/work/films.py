"""Films: copied as they are where browsers play them, with a poster, without place and device (else ``video``)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, Final

import av

from media.work.film_writer import MP4_OPTIONS, SoundTrack
from media.work.posters import look_at_film
from media.work.sound import decoded, layout_of
from media.work.task import Job, Made
from media.work.tracks import LOOKED_AT, Tracks, is_timed, open_tracks

PLAIN_FORMATS = {"yuv420p", "yuvj420p"}
# What all present browsers play: container -> (film codecs, sound codecs).
PLAYED: Final = {
    "mp4": ({"h264", "av1", "libdav1d"}, {"aac", "mp3", "mp3float"}),
    "webm": ({"vp8", "vp9", "libvpx", "libvpx-vp9", "av1", "libdav1d"}, {"opus", "vorbis", "libopus", "libvorbis"}),
}


@dataclass
class Plan:
    """Into which container a film goes, and which of its tracks can be copied."""

    container: str
    copies_video: bool
    copies_audio: bool

    @property
    def is_copy(self) -> bool:
        """Whether nothing has to be encoded."""
        return self.copies_video and self.copies_audio


def keep_film(source: BinaryIO, job: Job, tracks: Tracks) -> Made:
    """Copy a film into a clean container, or say that it has to be converted; in both cases with its poster."""
    plan = _plan(tracks)
    if plan.copies_video and (plan.copies_audio or plan.container == "mp4") and is_timed(tracks):
        made = look_at_film(source, job)
        try:
            _copy(open_tracks(source, job["reader"]), plan.container, encodes_sound=not plan.copies_audio)
        except av.error.FFmpegError:  # its times or headers do not fit a new container: only decoding helps
            return _to_convert(made, tracks)
        return _finish(made, plan.container)
    return _to_convert(look_at_film(source, job), tracks)


def _to_convert(made: Made, tracks: Tracks) -> Made:
    made.duration, made.needs_converting = tracks.seconds, True
    return made


def _finish(made: Made, container: str) -> Made:
    """Note what came out, measured on the file itself."""
    name = f"original.{container}"
    with av.open(name) as film:
        made.duration = round((film.duration or 0) / av.time_base, 3)
    made.variants["original"] = {"file": name, "type": f"video/{container}"}
    if made.width and made.height:
        made.variants["original"] |= {"width": made.width, "height": made.height}
    return made


def _plan(tracks: Tracks) -> Plan:
    """Choose the container that takes the film as it is; MP4 where none does."""
    film = tracks.video.codec_context
    sound = tracks.audio.codec_context.name if tracks.audio else None
    is_plain = film.pix_fmt in PLAIN_FORMATS
    plans = [
        Plan(container, is_plain and film.name in films, sound is None or sound in sounds)
        for container, (films, sounds) in PLAYED.items()
    ]
    return next((plan for plan in plans if plan.is_copy), plans[0])


def _copy(tracks: Tracks, container: str, *, encodes_sound: bool = False) -> None:
    """Copy packets into a new container that knows nothing but them."""
    with av.open(f"original.{container}", "w", format=container, options=MP4_OPTIONS) as film:
        # Opaque: what it is called now will do. Else PyAV looks for an encoder, and none is called like AV1's decoder.
        targets = {tracks.video.index: film.add_stream_from_template(tracks.video, opaque=True)}
        sound = None
        if tracks.audio and encodes_sound:
            sound = SoundTrack(film, layout_of(tracks.audio))
        elif tracks.audio:
            targets[tracks.audio.index] = film.add_stream_from_template(tracks.audio)
        for packet in _dated(tracks.media.demux(tracks.used)):
            if sound and packet.stream.index == tracks.audio.index:
                _hear(sound, packet)
            elif packet.size:
                packet.stream = targets[packet.stream.index]
                film.mux(packet)
        if sound:
            sound.end()


def _dated(packets: Iterable[Any]) -> Iterator[Any]:
    """Give the first packets a decoding time where the container (Matroska) has none: before the first that has one."""
    held: list[Any] = []
    for packet in packets:
        if packet.size and packet.dts is None and len(held) < LOOKED_AT:
            held.append(packet)
            continue
        if held and packet.stream.index == held[0].stream.index and packet.dts is not None:
            for place, early in enumerate(held):
                early.dts = packet.dts - (len(held) - place) * (early.duration or 1)
            yield from held
            held = []
        yield packet
    yield from held


def _hear(sound: Any, packet: Any) -> None:
    for frame in decoded(packet):
        sound.write(frame)
