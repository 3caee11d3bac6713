"""The two steps for what has a duration: keep it as it is, or convert it."""

from typing import BinaryIO

from media.work.audio import convert_sound, keep_sound
from media.work.films import keep_film
from media.work.task import Job, Made
from media.work.tracks import open_tracks


def keep(source: BinaryIO, job: Job) -> Made:
    """Copy without metadata what browsers play; of all else say that it has to be converted."""
    tracks = open_tracks(source, job["reader"])
    return keep_film(source, job, tracks) if tracks.video else keep_sound(source, job, tracks)


def convert(source: BinaryIO, job: Job) -> Made:
    """Write anew a sound that browsers do not play; films have passes of their own (``video``)."""
    return convert_sound(source, job, open_tracks(source, job["reader"]))
