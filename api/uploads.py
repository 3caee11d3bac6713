"""Files that come in parts, from programs: the pages' own protocol (tus 1.0), with a token instead of a session.

No endpoints as others are: a body passes straight from the connection to where it is kept, and the server asks twice
(``community/parts.py``). The answers are the protocol's own.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final, Literal, NotRequired, TypedDict

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils import translation
from rest_framework.request import Request

from accounts.models import User
from api import errors
from api.answers import JSON
from api.authentication import TokenAuthentication
from api.described import DESCRIBED, Described
from api.endpoint import check_standing
from api.scopes import allows
from media.uploads import views as tus
from media.uploads.protocol import CONTENT_TYPE, FOR_APPS

PATH: Final = FOR_APPS.removeprefix("/")
METHODS: Final = {PATH: ("POST",), f"{PATH}/<slug:key>": ("HEAD", "PATCH", "DELETE")}
SCOPE: Final = "write:media"


def uploads(request: HttpRequest) -> HttpResponse:
    """Say what is spoken (OPTIONS), or begin an upload (POST)."""
    return _as_person(request, tus.uploads)


def upload(request: HttpRequest, key: str) -> HttpResponse:
    """Say how far an upload is (HEAD), go on with it (PATCH), or end it (DELETE)."""
    return _as_person(request, tus.upload, key=key)


def _as_person(request: HttpRequest, view: Callable[..., HttpResponse], **where: Any) -> HttpResponse:
    """Let the person behind the token do it; refusals are as everywhere in the API."""
    if request.method == "OPTIONS":
        return view(request, **where)
    try:
        person = _person(request)
        request.user = person
        with translation.override(person.language or translation.get_language()):
            response = view(request, **where)
    except Exception as error:
        answer = errors.handle(error)
        if answer is None:
            raise
        return answer
    if response.headers.get("Content-Type") == "application/json":  # the API says in which letters, pages need not
        response.headers["Content-Type"] = JSON
    return response


def _person(request: HttpRequest) -> User:
    found = TokenAuthentication().authenticate(Request(request))
    if found is None:
        raise errors.Refused(401, errors.BAD_TOKEN)
    person, token = found
    check_standing(token)
    if not allows(token.granted, [SCOPE]):
        raise errors.Refused(403, errors.OUTSIDE_SCOPES)
    if not isinstance(person, User):
        raise errors.Refused(422, errors.NEEDS_PERSON)
    return person


# --- in the published description -----------------------------------------------------------------------------------
Spoken = TypedDict("Spoken", {"Tus-Resumable": Literal["1.0.0"]})
Begun = TypedDict(
    "Begun",
    {
        "Tus-Resumable": Literal["1.0.0"],
        "Upload-Length": NotRequired[int],
        "Upload-Metadata": NotRequired[str],
        "Upload-Concat": NotRequired[str],
        "Upload-Checksum": NotRequired[str],
    },
)
GoneOn = TypedDict(
    "GoneOn", {"Tus-Resumable": Literal["1.0.0"], "Upload-Offset": int, "Upload-Checksum": NotRequired[str]}
)
Progress = TypedDict("Progress", {"Upload-Offset": int, "Upload-Expires": str, "Upload-Attachment": NotRequired[str]})
Created = TypedDict(
    "Created", {"Location": str, "Upload-Offset": int, "Upload-Expires": str, "Upload-Attachment": NotRequired[str]}
)
Known = TypedDict(
    "Known",
    {
        "Upload-Length": int,
        "Upload-Offset": int,
        "Upload-Expires": str,
        "Upload-Attachment": NotRequired[str],
        "Upload-Concat": NotRequired[str],
        "Upload-Metadata": NotRequired[str],
    },
)
WHO: Final = f"An app that acts for a person, with the scope `{SCOPE}`."
REFUSED: Final = (400, 401, 403, 404, 412, 422, 429, 503)
NOT_WRITTEN: Final = (400, 401, 403, 404, 409, 410, 412, 413, 415, 422, 423, 429, 460, 503, 507)
# Nothing is a parameter: all is said in headers.
_each: Any = partial(Described, tag="uploads", who=WHO, takes=None, security=({"oauth2": [SCOPE]},))

DESCRIBED.extend(
    [
        _each(
            "POST",
            f"/{PATH}",
            about="Begin a file that comes in parts (tus 1.0); bytes may come along, parts may be joined.",
            headers=Begun,
            body=CONTENT_TYPE,
            answers={201: None},
            answered=Created,
            refusals=NOT_WRITTEN,
        ),
        _each(
            "HEAD",
            f"/{PATH}/{{key}}",
            about="Say how far a file is.",
            headers=Spoken,
            answers={200: None},
            answered=Known,
            refusals=REFUSED,
        ),
        _each(
            "PATCH",
            f"/{PATH}/{{key}}",
            about="Go on with a file; the answer to the last byte has the file's id in `Upload-Attachment`.",
            headers=GoneOn,
            body=CONTENT_TYPE,
            answers={204: None},
            answered=Progress,
            refusals=NOT_WRITTEN,
        ),
        _each(
            "DELETE",
            f"/{PATH}/{{key}}",
            about="End a file that is not whole yet.",
            headers=Spoken,
            answers={204: None},
            refusals=REFUSED,
        ),
    ]
)

urlpatterns = [path(PATH, uploads), path(f"{PATH}/<slug:key>", upload)]
