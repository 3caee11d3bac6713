"""The two passes over a film: first its lowest quality, so that it can be watched soon, then all the others at once."""

from __future__ import annotations

from typing import Any, BinaryIO, Final

from media.work import loudness
from media.work.film_writer import SoundTrack
from media.work.ladder import Quality, qualities
from media.work.sheet import board_of
from media.work.sound import layout_of
from media.work.storyboard import Storyboard
from media.work.task import Job, Made
from media.work.tracks import Tracks, open_tracks
from media.work.video_rendition import CopiedSound, Rendition, write_progressive
from media.work.video_shots import open_film

DRAFT_PART: Final = (0.0, 0.12)  # of all the work
FINISH_PART: Final = (0.12, 0.99)
PROGRESSIVE_SIDE: Final = 720  # lines of the file for programs that know no playlists


def draft_film(source: BinaryIO, job: Job) -> Made:
    """Write the lowest quality of a film, its sound as loud as others, and its storyboard."""
    heard = loudness.measure(open_tracks(source, job["reader"]))
    film = open_film(source, job, DRAFT_PART)
    quality = qualities(film.size)[0]
    rendition = Rendition(quality, film.rate)
    sound = LevelSound(rendition, film.tracks, heard) if film.tracks.audio else None
    claimed = round(film.tracks.seconds, 3)
    board = Storyboard(board_of(claimed, film.size))
    for shot in film.shots(sound.hear if sound else None):
        small = rendition.resize(shot.frame)
        board.look(small, shot.at)
        rendition.write(small, shot.at, shot.is_key)
    if sound:
        sound.end()
    made = Made("video", *film.size, duration=claimed or round(film.end, 3))
    made.variants = {quality.name: rendition.close(), "sheet": board.save()}
    made.variants["draft"] = write_progressive(rendition.file, "draft.mp4")
    return made


def finish_film(source: BinaryIO, job: Job) -> Made:
    """Write all other qualities; the lowest is in the working folder. ``replace`` writes an original from the best."""
    film = open_film(source, job, FINISH_PART)
    lowest, *others = qualities(film.size)
    made = Made("video", *film.size)
    renditions = [Rendition(quality, film.rate) for quality in reversed(others)]
    if renditions:
        _write_all(film, renditions, CopiedSound.of(f"{lowest.name}.mp4", renditions))
        made.variants = {one.quality.name: one.close() for one in renditions}
        made.duration = round(film.end, 3)
    whole = [lowest, *others]
    made.variants["film"] = write_progressive(f"{_progressive(whole).name}.mp4", "film.mp4")
    if job["step"] == "replace":
        made.variants["original"] = write_progressive(f"{whole[-1].name}.mp4", "original.mp4")
    return made


class LevelSound:
    """The sound of a film on its way into a quality."""

    def __init__(self, rendition: Rendition, tracks: Tracks, heard: loudness.Loudness | None) -> None:
        self.level = loudness.leveller(tracks.audio, heard)
        self.track = SoundTrack(rendition.film, layout_of(tracks.audio))

    def hear(self, packet: Any) -> None:
        """Take in a packet; ``None`` brings the rest."""
        for part in self.level.write(packet):
            self.track.write(part)

    def end(self) -> None:
        """Write what is left."""
        self.hear(None)
        self.track.end()


def _write_all(film: Any, renditions: list[Rendition], sound: CopiedSound | None) -> None:
    """Decode once and write each frame in every size, each made from the next larger one."""
    for shot in film.shots():
        if sound:
            sound.write_until(shot.at)
        picture = shot.frame
        for rendition in renditions:
            picture = rendition.resize(picture)
            rendition.write(picture, shot.at, shot.is_key)
    if sound:
        sound.write_until(float("inf"))


def _progressive(qualities: list[Quality]) -> Quality:
    """Return the best quality that is not too much for a telephone."""
    fitting = [one for one in qualities if min(one.width, one.height) <= PROGRESSIVE_SIDE]
    return fitting[-1] if fitting else qualities[0]
