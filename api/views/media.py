"""Files for posts."""

from __future__ import annotations

from django.http import Http404
from rest_framework import serializers

from api.answers import Reply
from api.endpoint import Call, endpoint
from api.entities.media import MediaAttachment, media_of
from api.errors import Refused
from api.fields import Params, Text
from api.views.statuses import read_focus
from core.ratelimit import check
from media.models import Attachment, Kind, Purpose, State
from media.services import discard_attachment, receive_file, set_description, set_focus
from posts.storage import unused_file


class Facts(Params):
    """What is said about a file."""

    description = Text(help_text="What there is to see or hear, for those who cannot.")
    focus = Text(help_text="Where the important part is: two numbers from -1 to 1, with a comma between.")


class Brought(Facts):
    """A file."""

    file = serializers.FileField(allow_empty_file=True, help_text="Its kind is told by its content.")


@endpoint(
    "POST", "api/v2/media", "write:media", takes=Brought, gives=MediaAttachment, limit="media", statuses=(202,)
)  # fmt: skip
def bring(call: Call) -> Reply:
    """Take in a file. What is no picture is prepared afterwards (202): ask again until it has an address."""
    return _state(_received(call, at_once={Kind.IMAGE}), waiting=202)


@endpoint("POST", "api/v1/media", "write:media", takes=Brought, gives=MediaAttachment, limit="media", statuses=(202,))
def bring_and_wait(call: Call) -> Reply:
    """Take in a file and prepare it before answering, unless that takes long (a film that has to be converted)."""
    return _state(_received(call, at_once=set(Kind)), waiting=202)


@endpoint("GET", "api/v1/media/<id:pk>", "write:media", gives=MediaAttachment, statuses=(206,))
def show(call: Call, pk: int) -> Reply:
    """One's own file; 206 while it is being prepared."""
    return _state(_own(call, pk), waiting=206)


@endpoint("PUT", "api/v1/media/<id:pk>", "write:media", takes=Facts, gives=MediaAttachment)
def change(call: Call, pk: int) -> MediaAttachment:
    """Say what there is to see, and where."""
    file = _own(call, pk)
    _describe(call, file)
    return media_of(file, file.owner_id)


@endpoint("DELETE", "api/v1/media/<id:pk>", "write:media")
def discard(call: Call, pk: int) -> dict[str, str]:
    """Throw away a file that is in no post."""
    file = _own(call, pk)
    if unused_file(call.person, pk) is None:
        raise Refused(422, "Media attachment is currently used by a post")
    discard_attachment(call.person, file)
    return {}


def _received(call: Call, at_once: set[Kind]) -> Attachment:
    check("upload", f"user:{call.person.pk}")
    said = call.params
    file = receive_file(call.person, said["file"], description=said.get("description", ""), at_once=at_once)
    _describe(call, file, only_focus=True)
    return file


def _describe(call: Call, file: Attachment, *, only_focus: bool = False) -> None:
    said = call.params
    if "description" in said and not only_focus:
        set_description(call.person, file, said["description"])
    if said.get("focus"):
        set_focus(call.person, file, *read_focus(said["focus"]))


def _own(call: Call, pk: int) -> Attachment:
    file = Attachment.objects.filter(owner=call.person, purpose=Purpose.POST, pk=pk).first()
    if file is None:
        raise Http404
    return file


def _state(file: Attachment, waiting: int) -> Reply:
    if file.state == State.FAILED:
        raise Refused(422, f"Validation failed: {file.problem}")
    return Reply(media_of(file, file.owner_id), 200 if file.state == State.READY else waiting)
