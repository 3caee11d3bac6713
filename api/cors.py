"""Apps that run in a browser: pages of any other site may call what is for programs.

They come without cookies, so they see what everybody sees, or what the token they bring allows. Everything else of this
site stays closed to them. Refusals are covered as well: a page that cannot read an error can only say "network error".
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

GetResponse = Callable[[HttpRequest], HttpResponse]

METHODS: Final = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"
EXPOSED: Final = (
    "Link, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, X-Request-Id, Mastodon-Async-Refresh, "
    "Location, Tus-Resumable, Tus-Version, Tus-Extension, Tus-Max-Size, Tus-Checksum-Algorithm, Upload-Attachment, "
    "Upload-Concat, Upload-Expires, Upload-Length, Upload-Metadata, Upload-Offset"
)
DAY: Final = "86400"
FOLDERS: Final = ("/api/", "/.well-known/", "/nodeinfo/")
PLACES: Final = frozenset({"/oauth/token", "/oauth/revoke", "/oauth/userinfo"})
_names = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+(?: *, *[A-Za-z0-9!#$%&'*+.^_`|~-]+)*")


class CorsMiddleware:
    """Says so in headers, and answers browsers that ask before they call."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.files = f"/{settings.MEDIA_URL.strip('/')}/"

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the question, or pass on and add the headers."""
        path = request.path_info
        is_file = path.startswith(self.files)
        if not (is_file or path.startswith(FOLDERS) or path.rstrip("/") in PLACES):
            return self.get_response(request)
        if request.method == "OPTIONS" and "access-control-request-method" in request.headers:
            return _allow(request)
        response = self.get_response(request)
        if not is_file or _is_for_everybody(response):
            response.headers["Access-Control-Allow-Origin"] = "*"
            response.headers["Access-Control-Expose-Headers"] = EXPOSED
        return response


def _allow(request: HttpRequest) -> HttpResponse:
    """Answer a question before a call. A star would not stand for ``Authorization``, so headers are named as asked."""
    response = HttpResponse(status=204)
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Allow-Methods"] = METHODS
    response.headers["Access-Control-Max-Age"] = DAY
    asked = request.headers.get("access-control-request-headers", "")
    if _names.fullmatch(asked):
        response.headers["Access-Control-Allow-Headers"] = asked
    patch_vary_headers(response, ["Access-Control-Request-Headers"])
    return response


def _is_for_everybody(response: HttpResponse) -> bool:
    """Whether a file, or the refusal of one, is nobody's own: a browser that keeps it must not hand it to a page."""
    return response.status_code != 200 or response.headers.get("Cross-Origin-Resource-Policy") == "cross-origin"
