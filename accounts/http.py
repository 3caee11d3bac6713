"""Who asks, and where to go next."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast
from urllib.parse import urlsplit

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.models import User

View = Callable[..., HttpResponse]


def signed_in(request: HttpRequest) -> User:
    """Return who asks, in a view behind ``login_required``."""
    return cast(User, request.user)


def sign_in_required(view: View) -> View:
    """Ask people to sign in first; a script that wanted a fragment is told to go there instead of showing it."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if "HX-Request" not in request.headers:
            return redirect_to_login(request.get_full_path())
        here = request.headers.get("HX-Current-URL", "")
        path = urlsplit(here).path if is_own_address(request, here) else ""
        door = redirect_to_login(path or "/").headers["Location"]
        return HttpResponse(status=401, headers={"HX-Redirect": door})

    return guarded


def is_own_address(request: HttpRequest, address: str) -> bool:
    """Whether ``address`` leads to the host that was asked; nothing that a browser might read otherwise does (S28)."""
    if any(ord(char) <= 0x20 or char in "\\\x7f" for char in address):
        return False
    hosts = {request.get_host()}
    return url_has_allowed_host_and_scheme(address, allowed_hosts=hosts, require_https=request.is_secure())


def follows_confirming_link(request: HttpRequest) -> bool:
    """Whether the page asked is the one that the link in a mail leads to, where people say that they signed up."""
    page = request.resolver_match
    return page is not None and page.url_name == "account_confirm_email"


def back(request: HttpRequest, otherwise: str) -> HttpResponseRedirect:
    """Return to where the form says it stood (``next``), else to ``otherwise`` (an address or the name of a page)."""
    wanted = request.POST.get("next", "")
    return HttpResponseRedirect(wanted if is_own_address(request, wanted) else resolve_url(otherwise))
