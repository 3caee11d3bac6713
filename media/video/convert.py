"""Making the qualities of a film. It may be begun many times; it is done once.

First the lowest quality alone: it takes a tenth of the time, and the film can be watched to its end. Then all the
others in one pass. What a killed worker had finished is not done again; what it was at is begun anew.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from datetime import timedelta
from enum import Enum, auto
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, Final

from django.db import transaction
from django.db.models import F
from django.dispatch import Signal
from django.utils import timezone

from media import sandbox, store
from media.derived import weights
from media.lease import LeaseLost, kept, lease_end
from media.models import Attachment, Conversion, State
from media.sandbox import GIVEN_UP, REASONS, Limits
from media.signals import attachment_opened, attachment_processed, attachment_progressed
from media.sniff import HEAD, sniff
from media.store import StorageFull
from media.variants import keep_variants
from media.video import board, hls, opening
from media.video.hls import Stream
from media.video.opening import Opening
from media.work.task import PROGRESS, Job, Made, Refused, Variant

PUBLISHED = ("variants", "state", "duration", "percent", "raw", "size", "content_type", "weight", "spare")
FAILURES = 5
BEGINNINGS: Final = 60  # a film that saw that many workers vanish is what they vanish of
RETRY = timedelta(seconds=60)
MEMORY = 1536  # MiB of address space: five encoders at once
logger = logging.getLogger(__name__)


class Stage(Enum):
    """How much of a film there is to be shown."""

    OPENING = auto()
    """The beginning of its lowest quality."""
    DRAFT = auto()
    """Its lowest quality."""
    WHOLE = auto()


def make_qualities(pk: int) -> bool:
    """Make what is missing of the film ``pk``; returns whether it is done, false when it is not ours or went wrong."""
    conversion = _take(pk)
    if conversion is None:
        return False
    try:
        _make(conversion)
    except LeaseLost:
        logger.info("A film was taken over by somebody else", extra={"attachment": pk})
        _clear_if_vanished(conversion.attachment)
    except Refused as refused:
        _park(conversion, REASONS.get(refused.code, REASONS["broken"]))
    except (OSError, StorageFull) as error:  # the disk, not the film
        logger.exception("A film could not be converted", extra={"attachment": pk})
        _try_again_later(conversion, counts=not store.is_full(error))
    else:
        return True
    return False


def _take(pk: int) -> Conversion | None:
    """Take the lease of a film that waits, or whose worker is not heard of any more."""
    now = timezone.now()
    rows = Conversion.objects.filter(pk=pk, due__isnull=False)
    free = rows.filter(is_leased=False) | rows.filter(due__lt=now)
    taken = free.update(is_leased=True, due=lease_end(), begun=F("begun") + 1)
    conversion = Conversion.objects.select_related("attachment").filter(pk=pk).first() if taken else None
    if conversion is not None and conversion.begun > BEGINNINGS:
        _park(conversion, GIVEN_UP)
        return None
    return conversion


# --- the two passes --------------------------------------------------------------------------------------------------
def _make(conversion: Conversion) -> None:
    film = conversion.attachment
    with ExitStack() as open_files:
        with kept(partial(_beat, conversion)):
            source = open_files.enter_context(store.fetched(film.raw or film.variants["original"]["file"]))
        found = sniff(source.read(HEAD))
        if found is None:
            raise Refused("broken")
        job: Job = {"step": "draft", "reader": found.reader, "purpose": film.purpose, "limits": {}}
        if not _has_draft(film):
            _draft(conversion, source, job)
        _finish(conversion, source, {**job, "step": "replace" if film.raw else "finish"})


def _has_draft(film: Attachment) -> bool:
    """Whether the first pass was finished, and what it made is still there."""
    made = [variant for name, variant in film.variants.items() if name in {"hls", "board"} or hls.is_quality(name)]
    return "hls" in film.variants and not any(variant.get("gone") for variant in made)


def _draft(conversion: Conversion, source: BinaryIO, job: Job) -> None:
    """Make and publish the lowest quality, its beginning as soon as there is one: now the film can be watched."""
    film = conversion.attachment
    with store.work_folder() as folder, store.work_folder() as aside:
        begun = Opening(film, folder, aside)

        def beat() -> None:
            _beat(conversion, folder)
            if (beginning := begun.grown()) is not None:
                with suppress(OSError, StorageFull):  # it is done without: the whole is what matters
                    _publish(conversion, beginning, aside, Stage.OPENING)

        made = sandbox.run(job, _limits(film), source, folder, beat)
        streams = _streams(made, folder)
        _add_playlists(made, folder, streams)
        track = board.board_track(made.duration or 0.0, (made.width or 1, made.height or 1))
        _add(made, folder, "board.vtt", board.TYPE, track)
        made.duration = round(streams[0].seconds, 3)
        _publish(conversion, made, folder, Stage.DRAFT)


def _finish(conversion: Conversion, source: BinaryIO, job: Job) -> None:
    """Make and publish all other qualities in one pass; what was uploaded is not needed any more then."""
    film = conversion.attachment
    lowest = next(name for name in film.variants if hls.is_quality(name))
    first: Variant = {**film.variants[lowest], "file": f"{lowest}.mp4"}  # type: ignore[typeddict-item]
    with store.work_folder() as folder:
        with (
            kept(partial(_beat, conversion)),
            store.fetched(film.variants[lowest]["file"]) as content,
            (folder / first["file"]).open("wb") as copy,
        ):
            shutil.copyfileobj(content, copy)
        made = sandbox.run(job, _limits(film), source, folder, partial(_beat, conversion, folder))
        qualities = Made("video", variants={lowest: first, **made.variants})
        _add_playlists(made, folder, _streams(qualities, folder))
        _publish(conversion, made, folder, Stage.WHOLE)


def _limits(film: Attachment) -> Limits:
    """Forty seconds of the processor for one of the film, and six times that while others use it as well."""
    seconds = int(film.duration or 60) + 1
    cpu = 300 + 40 * seconds
    return Limits(cpu=cpu, wall=6 * cpu, file_size=64 + 2 * seconds, memory=MEMORY)


def _streams(made: Made, folder: Path) -> list[Stream]:
    """Return how the qualities are cut; Refused when their files are not what they should be."""
    try:
        return [
            hls.read_stream(folder / variant["file"], name, (variant["width"], variant["height"]))
            for name, variant in made.variants.items()
            if hls.is_quality(name)
        ]
    except (ValueError, KeyError) as error:
        logger.warning("A quality is not as it should be: %r", error)
        raise Refused("broken") from error


def _add_playlists(made: Made, folder: Path, streams: Sequence[Stream]) -> None:
    for stream in streams:
        _add(made, folder, hls.playlist_name(stream.name), hls.TYPE, hls.stream_playlist(stream))
    _add(made, folder, "hls.m3u8", hls.TYPE, hls.main_playlist(streams))


def _add(made: Made, folder: Path, file: str, media_type: str, text: str) -> None:
    (folder / file).write_text(text)
    made.variants[Path(file).stem] = {"file": file, "type": media_type}


# --- the lease and what is told --------------------------------------------------------------------------------------
def _mine(conversion: Conversion) -> Any:
    return Conversion.objects.filter(pk=conversion.pk, is_leased=True, begun=conversion.begun)


def _beat(conversion: Conversion, folder: Path | None = None) -> None:
    """Say that the work goes on, and how far what is made in ``folder`` is; LeaseLost when it is not ours by now."""
    before = conversion.percent
    if folder is not None:
        with suppress(OSError, ValueError):
            conversion.percent = max(0, min(99, int((folder / PROGRESS).read_bytes()[:3])))
    if not _mine(conversion).update(due=lease_end(), percent=conversion.percent):
        raise LeaseLost
    film = conversion.attachment
    waiting = Attachment.objects.filter(pk=film.pk, state=State.WAITING)
    if waiting.update(percent=conversion.percent) and conversion.percent != before:
        attachment_progressed.send_robust(sender=Attachment, about=film)


def _publish(conversion: Conversion, made: Made, folder: Path, stage: Stage) -> None:
    """Keep what was made and show it; with the last of it the work is over. LeaseLost when it is not ours any more."""
    _beat(conversion)
    with kept(partial(_beat, conversion)):
        variants = keep_variants(conversion.attachment, made, folder)
    with transaction.atomic():
        if not _mine(conversion).select_for_update().exists():
            raise LeaseLost
        film = Attachment.objects.select_for_update().get(pk=conversion.pk)
        gone: list[str] = []
        news = _news(film, stage)
        film.variants |= variants
        if stage != Stage.OPENING:
            gone += _forget_opening(film)
            film.state, film.percent = State.READY, 100
            film.duration = made.duration or film.duration
        if stage == Stage.WHOLE:
            gone += [film.raw, film.variants.pop("draft", {}).get("file", "")]
            _settle(film)
            _mine(conversion).delete()
        _weigh(film)
        film.save(update_fields=PUBLISHED)
        transaction.on_commit(partial(_tell, film, gone, news))
    conversion.attachment = film


def _news(film: Attachment, stage: Stage) -> Signal | None:
    """Return what is to be told of a film that could not be watched before, or not whole."""
    if film.state != State.WAITING:
        return None
    if stage != Stage.OPENING:
        return attachment_processed
    return None if opening.PLAYLIST in film.variants else attachment_opened


def _forget_opening(film: Attachment) -> list[str]:
    """Return what is stored of the beginning, perhaps by a worker that vanished before it could say so."""
    for name in opening.NAMES:
        film.variants.pop(name, None)
    return [f"{film.folder}/{file}" for file in opening.NAMES.values()]


def _weigh(film: Attachment) -> None:
    facts = weights(film.kind, film.variants)
    film.weight, film.spare = facts["weight"], facts["spare"]


def _settle(film: Attachment) -> None:
    """Let the original take the place of what was uploaded."""
    film.raw = ""
    film.size, film.content_type = film.variants["original"]["bytes"], film.variants["original"]["type"]


def _tell(film: Attachment, gone: list[str], news: Signal | None) -> None:
    for name in filter(None, gone):
        store.delete(name)
    if news is not None:
        news.send_robust(sender=Attachment, about=film)


def _park(conversion: Conversion, reason: str) -> None:
    """Give a film up. One that plays in its original quality goes on doing so; one that does not has failed."""
    with transaction.atomic():
        if not _mine(conversion).update(is_leased=False, due=None, error=reason):
            return
        failed = Attachment.objects.filter(pk=conversion.pk, state=State.WAITING)
        if failed.update(state=State.FAILED, error=reason, raw="", variants={}):
            Conversion.objects.filter(pk=conversion.pk).delete()
            transaction.on_commit(partial(_tell_failure, conversion.pk))
        else:
            _close(conversion)


def _close(conversion: Conversion) -> None:
    """Let a film that plays in its original quality no longer promise more of another."""
    film = Attachment.objects.select_for_update().filter(pk=conversion.pk).first()
    if film is not None and film.is_growing:
        gone = _forget_opening(film)
        _weigh(film)
        film.save(update_fields=["variants", "weight", "spare"])
        transaction.on_commit(partial(_tell, film, gone, None))


def _tell_failure(pk: int) -> None:
    film = Attachment.objects.get(pk=pk)
    store.remove(film.folder)
    attachment_processed.send_robust(sender=Attachment, about=film)


def _try_again_later(conversion: Conversion, *, counts: bool) -> None:
    """Put a film back; that the disk is full may last for hours and is no failure of the film's."""
    if conversion.failures + counts >= FAILURES:
        _park(conversion, GIVEN_UP)
        return
    _mine(conversion).update(is_leased=False, due=timezone.now() + RETRY, failures=F("failures") + int(counts))


def _clear_if_vanished(film: Attachment) -> None:
    """The row went while we worked, and its folder may have been emptied before we filled it."""
    if not Attachment.objects.filter(pk=film.pk).exists():
        store.remove(film.folder)
