"""What people read when something is refused or goes wrong. Nothing they typed is ever lost on the way."""

from __future__ import annotations

import errno
import logging
import re
import sys
from typing import Any, NamedTuple

from django.conf import settings
from django.core.exceptions import DisallowedHost, RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import DataError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from api.answers import json_response
from community.logs import error_number, request_id
from core.ratelimit import wait_words

BUSY_SECONDS = 5
PAUSE_SECONDS = 5 * 60  # what allauth's strictest limit lasts; it does not say which one was reached
DISK_FULL = {errno.ENOSPC, errno.EDQUOT}
MADE = re.compile(r"[0-9a-f-]{32,36}|\d{4}-\d\d-\d\dT[\d:.+Z-]+")  # keys and moments, which nobody typed
logger = logging.getLogger("community.errors")


class Kept(NamedTuple):
    """What somebody typed into a form, ready to be sent once more."""

    texts: list[tuple[str, str]]  # shown, to be read and copied
    hidden: list[tuple[str, str]]
    passwords: list[str]  # names of fields that have to be typed again
    files: list[str]  # names of fields whose files have to be chosen again
    can_send: bool


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer what cannot be read (400), or is too much at once (413)."""
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        return refused(request, 413)
    return refused(request, 400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer what is seen but not allowed (403)."""
    return refused(request, 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer what is not there, or not for this viewer (404): word for word the same."""
    return refused(request, 404)


def too_many_requests(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer somebody who goes too fast (429), with the seconds to wait."""
    seconds = int(getattr(exception, "retry_after", None) or PAUSE_SECONDS)
    sentence = _("That was a lot at once. Try again in %(wait)s.") % {"wait": wait_words(seconds)}
    response = _answer(request, 429, _("A short break"), sentence)
    response.headers["Retry-After"] = str(seconds)
    return response


def refused(request: HttpRequest, status: int) -> HttpResponse:
    """Answer with one of the plain refusals."""
    signed_in = hasattr(request, "user") and request.user.is_authenticated
    title, sentence = _refusals(settings.UPLOAD_LIMIT if signed_in else settings.FORM_LIMIT)[status]
    return _answer(request, status, title, sentence)


def refused_method(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Give Django's empty answer to a wrong method (405) some words."""
    if response.content:
        return response
    page = refused(request, 405)
    page.headers["Allow"] = response.headers.get("Allow", "")
    return page


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer an exception that nobody caught; some of them are no fault of the program."""
    error = sys.exc_info()[1]
    if _is_unreadable(error):
        return refused(request, 400)
    if _is_disk_full(error):
        return _trouble(request, 507, *_refusals(0)[507])
    if _is_away(error):
        sentence = _("The database is busy or away for a moment. Try again in a few seconds.")
        response = _trouble(request, 503, _("One moment"), sentence)
        response.headers["Retry-After"] = str(BUSY_SECONDS)
        return response
    sentence = _("It is written down as %(number)s.") % {"number": error_number(request_id.get())}
    return _trouble(request, 500, _("Our mistake"), sentence)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Offer what was typed once more, under a fresh token, unless the form came from another site."""
    kept = keep_typed(request)
    context = {"kept": kept, "csrf_token": get_token(request), "action": request.get_full_path()}
    if _wants_plain(request):
        return _plain(request, 403, _("This page was open for too long. Load it again, then send once more."))
    return HttpResponse(render_to_string("403_csrf.html", context, request), status=403)


def keep_typed(request: HttpRequest) -> Kept | None:
    """Return what was typed into the form that was just sent; nothing where there was none, or it cannot be read."""
    if request.method != "POST":
        return None
    try:
        pairs = [(name, value) for name, values in request.POST.lists() for value in values]
        files = list(dict.fromkeys(request.FILES))
    except Exception:  # the body itself may be what failed
        logger.info("A form could not be read to be offered again", exc_info=True)
        return None
    open_pairs = [(name, value) for name, value in pairs if not _is_secret(name)]
    texts = [(name, value) for name, value in open_pairs if _is_prose(value)]
    return Kept(
        texts=texts,
        hidden=[pair for pair in open_pairs if pair not in texts],
        passwords=[name for name, _value in pairs if "password" in name],
        files=files,
        can_send=_is_from_here(request),
    )


# --- how it is said -------------------------------------------------------------------------------------------------
def _refusals(limit: int) -> dict[int, tuple[str, str]]:
    """Return title and sentence by status; ``limit`` is how many bytes may be sent at once."""
    return {
        400: (_("That cannot be read"), _("Something in this request is not text we can read. Go back and try again.")),
        403: (_("Not allowed"), _("This is not open to you.")),
        404: (_("Nothing here"), _("This page is not here, or not for you. We do not say which.")),
        405: (_("Not like this"), _("This address takes what a button sends; it cannot be opened by itself.")),
        413: (
            _("Too much at once"),
            _("At most %(limit)s MB fit at once. Go back, leave something out, and send again.")
            % {"limit": limit >> 20},
        ),
        507: (_("No space left"), _("The disk of this site is full. Whoever runs it has to make room.")),
    }


def _answer(request: HttpRequest, status: int, title: str, sentence: str) -> HttpResponse:
    """Answer within the site's frame; what is refused before anybody was recognised gets none."""
    if not hasattr(request, "user"):
        return _trouble(request, status, title, sentence)
    if _wants_plain(request):
        return _plain(request, status, sentence)
    kept = keep_typed(request) if status == 429 else None
    context = {"title": title, "sentence": sentence, "kept": kept, "action": request.get_full_path()}
    return HttpResponse(render_to_string("community/error.html", context, request), status=status)


def _trouble(request: HttpRequest, status: int, title: str, sentence: str) -> HttpResponse:
    """Answer without the site's frame, which would ask the very database that may be away."""
    if _wants_plain(request):
        return _plain(request, status, f"{title}. {sentence}")
    context = {
        "title": title,
        "sentence": sentence,
        "kept": keep_typed(request),
        "action": request.get_full_path(),
        "csrf_token": get_token(request),
    }
    try:
        page = render_to_string("community/trouble.html", context)
    except Exception:  # the last page there is must not fail because of another fault
        logger.exception("The page for errors cannot be made")
        return _plain(request, status, f"{title}. {sentence}")
    return HttpResponse(page, status=status)


def _wants_plain(request: HttpRequest) -> bool:
    """Whether a script asks, which shows the sentence itself."""
    return hasattr(request, "is_api") or "HX-Request" in request.headers or not request.accepts("text/html")


def _plain(request: HttpRequest, status: int, sentence: str) -> HttpResponse:
    if hasattr(request, "is_api") or (request.accepts("application/json") and not request.accepts("text/html")):
        return json_response({"error": sentence}, status)
    return HttpResponse(sentence, status=status, content_type="text/plain; charset=utf-8")


# --- what went wrong ------------------------------------------------------------------------------------------------
def _is_unreadable(error: Any) -> bool:
    """Whether text came that no database holds: NUL bytes (PostgreSQL), lone surrogates (both)."""
    if isinstance(error, UnicodeEncodeError):
        return "surrogates not allowed" in error.reason
    return isinstance(error, DataError | ValueError) and "NUL (0x00)" in str(error)


def _is_disk_full(error: Any) -> bool:
    if isinstance(error, OSError):
        return error.errno in DISK_FULL
    return isinstance(error, OperationalError) and ("disk is full" in str(error) or "No space left" in str(error))


def _is_away(error: Any) -> bool:
    """Whether the database is busy, slow or gone; a table that is missing is a fault of ours."""
    if isinstance(error, OperationalError):
        return not str(error).startswith("no such")
    return isinstance(error, InterfaceError)


def _is_secret(name: str) -> bool:
    return name == "csrfmiddlewaretoken" or "password" in name


def _is_prose(value: str) -> bool:
    return "\n" in value or (len(value) > 30 and not MADE.fullmatch(value))


def _is_from_here(request: HttpRequest) -> bool:
    """Whether the form stood on a page of this site: a button that sends what another site filled in is a trap."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    try:
        return request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"
    except DisallowedHost:
        return False
