"""What a file has beyond the dialect: chapters, captions, frames to choose from, the wave of a sound."""

from __future__ import annotations

from typing import Any, Literal, TypedDict

from django.http import Http404
from rest_framework import serializers

from accounts.models import User
from api.endpoint import PUBLIC, Call, endpoint
from api.entities.forms import address
from api.errors import Refused
from api.fields import Many, Params, Text
from core.ratelimit import check
from media.access import Access, access_to
from media.models import Attachment, Caption, Kind, State
from media.services.chapters import chapters_text, set_chapters
from media.tickets import with_ticket
from media.video.captions import delete_captions, save_captions
from media.video.poster import choose_poster, frames_of
from media.video.vtt import MOST_BYTES, Cue, parse_captions, read_captions

LONGEST = 1000 * 3600  # seconds: more than any line of chapters can say


class Chapter(TypedDict):
    """Where a part of a sound begins (seconds), and what it is called."""

    start: float
    title: str


class CaptionsLink(TypedDict):
    """Captions in one language, and where they are (WebVTT)."""

    language: str
    url: str


class CaptionsText(TypedDict):
    """Captions in one language, as WebVTT."""

    language: str
    text: str


class Frame(TypedDict):
    """A picture that may stand for a film until it is played."""

    name: str
    url: str
    is_chosen: bool


class FileFacts(TypedDict):
    """A file; ``frames`` are for whoever brought it alone, ``wave`` are 64 loudness values from 0 to 100."""

    id: str
    kind: Literal["image", "video", "audio"]
    state: Literal["waiting", "working", "ready", "failed"]
    percent: int
    description: str
    color: str
    duration: float | None
    focus: list[float]
    wave: list[int]
    chapters: list[Chapter]
    captions: list[CaptionsLink]
    frames: list[Frame]
    cover_url: str | None
    playlist_url: str | None


class ChapterParams(Params):
    """A chapter."""

    start = serializers.FloatField(required=True, min_value=0, max_value=LONGEST, help_text="Seconds.")
    title = Text(required=True, allow_blank=False, max_length=1000)


class Chapters(Params):
    """All chapters of a sound, in order; none takes them away."""

    chapters = Many(child=ChapterParams(), max_length=500)


class NewCaptions(Params):
    """What is said in a film or a sound: as text, or as a file."""

    text = Text(max_length=MOST_BYTES, help_text="WebVTT or SubRip.")
    file = serializers.FileField(required=False, help_text="The same as a file.")


class Chosen(Params):
    """Which frame."""

    frame = Text(required=True, max_length=20, help_text="A name in ``frames``.")


@endpoint("GET", "api/polylog/v1/media/<id:pk>", "read:statuses", who=PUBLIC, gives=FileFacts)
def show(call: Call, pk: int) -> FileFacts:
    """What is known of a file that the viewer may see."""
    file, access = _seen(pk, call.viewer)
    return _facts_of(file, access, call.viewer)


@endpoint("PUT", "api/polylog/v1/media/<id:pk>/chapters", "write:media", takes=Chapters, gives=FileFacts)
def change_chapters(call: Call, pk: int) -> FileFacts:
    """Say where the parts of one's own sound begin."""
    sound = _own(call.person, pk, Kind.AUDIO)
    rows = [(row["start"], row["title"]) for row in call.params.get("chapters", [])]
    set_chapters(call.person, sound, chapters_text(rows))
    return show(call, pk)


@endpoint("PUT", "api/polylog/v1/media/<id:pk>/poster", "write:media", takes=Chosen, gives=FileFacts)
def change_poster(call: Call, pk: int) -> FileFacts:
    """Choose the frame that stands for one's own film."""
    choose_poster(call.person, _own(call.person, pk, Kind.VIDEO), call.params["frame"])
    return show(call, pk)


CAPTIONS = "api/polylog/v1/media/<id:pk>/captions/<str:language>"


@endpoint("GET", CAPTIONS, "read:statuses", who=PUBLIC, gives=CaptionsText)
def show_captions(call: Call, pk: int, language: str) -> CaptionsText:
    """The captions of a film or a sound in one language."""
    file, _access = _seen(pk, call.viewer)
    found = Caption.objects.filter(attachment=file, language=language).first()
    if found is None:
        raise Http404
    return {"language": found.language, "text": found.text}


@endpoint("PUT", CAPTIONS, "write:media", takes=NewCaptions, gives=CaptionsText)
def write_captions(call: Call, pk: int, language: str) -> CaptionsText:
    """Write the captions of one's own film or sound in one language, in place of those there were."""
    file = _own(call.person, pk, Kind.VIDEO, Kind.AUDIO)
    check("upload", f"user:{call.person.pk}")
    kept = save_captions(call.person, file, language, _cues(call.params))
    return {"language": kept.language, "text": kept.text}


@endpoint("DELETE", CAPTIONS, "write:media")
def remove_captions(call: Call, pk: int, language: str) -> dict[str, str]:
    """Take the captions in one language away."""
    delete_captions(call.person, _own(call.person, pk, Kind.VIDEO, Kind.AUDIO), language)
    return {}


def _seen(pk: int, viewer: User | None) -> tuple[Attachment, Access]:
    """Return a file and how far it may travel; Http404 for one the viewer may not see."""
    file = Attachment.objects.filter(pk=pk).first()
    access = access_to(file, viewer) if file else Access.NONE
    if file is None or not access:
        raise Http404
    return file, access


def _own(person: User, pk: int, *kinds: Kind) -> Attachment:
    file = Attachment.objects.filter(owner=person, pk=pk, kind__in=kinds, state=State.READY).first()
    if file is None:
        raise Http404
    return file


def _cues(said: dict[str, Any]) -> list[Cue]:
    """Return what came: the file, where there is one, else the text."""
    if "file" in said:
        return read_captions(said["file"].read(MOST_BYTES + 1))
    if "text" not in said:
        raise Refused(400, "param is missing or the value is empty: text")
    return parse_captions(said["text"])


def _facts_of(file: Attachment, access: Access, viewer: User | None) -> FileFacts:
    def url_of(path: str) -> str:
        url = address(path)
        return url if access == Access.EVERYBODY or viewer is None else with_ticket(url, file, viewer.pk)

    is_own = viewer is not None and file.owner_id == viewer.pk
    has = file.variants.keys()
    return {
        "id": str(file.pk),
        "kind": file.kind,  # type: ignore[typeddict-item]
        "state": file.state,  # type: ignore[typeddict-item]
        "percent": file.percent,
        "description": file.description,
        "color": file.color,
        "duration": file.duration,
        "focus": [file.focus_x, file.focus_y],
        "wave": file.wave,
        "chapters": [{"start": float(one["start"]), "title": one["title"]} for one in file.chapters],
        "captions": [
            {"language": code, "url": url_of(f"/media/{file.key}/captions/{code}.vtt")} for code in file.captions_in
        ],
        "frames": [
            {"name": name, "url": url_of(file.url(name)), "is_chosen": is_chosen}
            for name, is_chosen in (frames_of(file) if is_own else [])
        ],
        "cover_url": url_of(file.url("cover")) if "cover" in has else None,
        "playlist_url": address(file.url("hls")) if "hls" in has and access == Access.EVERYBODY else None,
    }
