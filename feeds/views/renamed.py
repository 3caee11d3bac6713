"""Addresses of people who changed their names."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect

from accounts.models import User
from core.http import viewer_of

View = Callable[..., HttpResponse]


def keeps_old_addresses(view: View) -> View:
    """Lead from the name somebody gave up to the one they have now, as long as the old one is kept for them."""

    @wraps(view)
    def guarded(request: HttpRequest, username: str, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, username, **kwargs)
        except Http404:
            person = User.objects.visible_to(viewer_of(request)).formerly(username).first()
            if person is None:
                raise
            _name, slash, rest = request.path.removeprefix("/@").partition("/")
            place = f"{person.get_absolute_url()}{slash}{rest}"
            query = request.META["QUERY_STRING"]
            return HttpResponsePermanentRedirect(f"{place}?{query}" if query else place)

    return guarded
