"""Files that come in parts, from programs: the pages' own protocol (tus 1.0), with a token instead of a session.

No endpoints as others are: a body passes straight from the connection to where it is kept, and the server asks twice
(``community/parts.py``). The answers are the protocol's own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils import translation
from rest_framework.request import Request

from accounts.models import User
from api import errors
from api.answers import JSON
from api.authentication import TokenAuthentication
from api.endpoint import check_standing
from api.scopes import allows
from media.uploads import views as tus
from media.uploads.protocol import FOR_APPS

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


urlpatterns = [path(PATH, uploads), path(f"{PATH}/<slug:key>", upload)]
