"""Where a person decides whether an app may act for them."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlencode

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods
from oauth2_provider.exceptions import FatalClientError, OAuthToolkitError
from oauthlib.oauth2 import OAuth2Error

from accounts.models import User
from api.oauth.models import OUT_OF_BAND, Application
from api.oauth.parameters import Pairs, read_pairs
from api.oauth.server import core, with_query
from api.oauth.words import sentences_of
from core.http import viewer_of

# What goes from the address through the form and back; anything else in it is not for us.
CARRIED = ("response_type", "client_id", "redirect_uri", "scope", "state", "code_challenge", "code_challenge_method")
DENIED = {"error": "access_denied", "error_description": "The resource owner denied the request."}


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def authorize(request: HttpRequest) -> HttpResponse:
    """Ask, and go back to the app with the answer. ``lang`` says in which language."""
    language = _language_of(request)
    with translation.override(language):
        response = _authorize(request)
    response.headers["Content-Language"] = language
    return response


def _authorize(request: HttpRequest) -> HttpResponse:
    try:
        pairs = request.oauth = read_pairs(request)  # type: ignore[attr-defined]
        scopes, credentials = core().validate_authorization_request(request)
    except OAuth2Error as error:
        return _refuse(request, error)
    except OAuthToolkitError as error:
        return _refuse(request, error.oauthlib_error, can_go_back=not isinstance(error, FatalClientError))
    person = viewer_of(request)
    if person is None:
        return redirect_to_login(_address(request, pairs))
    if request.method == "POST":
        return _decide(request, scopes, credentials)
    if _is_true(dict(pairs).get("force_login", "")) and get_adapter().get_reauthentication_methods(person):
        again = urlencode({"next": _address(request, pairs)})
        return HttpResponseRedirect(f"{reverse('account_reauthenticate')}?{again}")
    return _ask(request, person, pairs, scopes, credentials)


def _ask(
    request: HttpRequest, person: User, pairs: Pairs, scopes: list[str], credentials: dict[str, Any]
) -> HttpResponse:
    """Show what the app wants, and the two buttons."""
    app: Application = credentials["request"].client
    target = str(credentials["redirect_uri"])
    context = {
        "app": app,
        "person": person,
        "sentences": sentences_of(scopes),
        "target": "" if target == OUT_OF_BAND else place_of(target),
        "carried": [(name, value) for name, value in pairs if name in CARRIED or name == "lang"],
        "here": _address(request, pairs),
    }
    response = render(request, "api/consent.html", context)
    if target != OUT_OF_BAND:
        # Browsers hold the redirect that follows a form against form-action, and every further one after that.
        response._csp_update = {"form-action": [f"{target.partition(':')[0].lower()}:"]}  # type: ignore[attr-defined]
    return response


def _decide(request: HttpRequest, scopes: list[str], credentials: dict[str, Any]) -> HttpResponse:
    """Do as the person says, and tell the app; where an app has no address, the page shows the code."""
    app: Application = credentials.pop("request").client
    target = str(credentials["redirect_uri"])
    if request.POST.get("decision") != "allow":
        if target == OUT_OF_BAND:
            return render(request, "api/code.html", {"app": app, "code": ""})
        return _go(with_query(target, {**DENIED, **_state_of(credentials)}))
    uri, _headers, _body, _status = core().create_authorization_response(request, scopes, credentials, allow=True)
    if target == OUT_OF_BAND:
        code = parse_qs(uri.partition("?")[2])["code"][0]
        return render(request, "api/code.html", {"app": app, "code": code})
    return _go(uri)


def _refuse(request: HttpRequest, error: OAuth2Error, *, can_go_back: bool = False) -> HttpResponse:
    """Say what is wrong with what the app asks.

    Where its address is known to be its own, a link leads back; nobody is sent there without a click, as anybody can
    register an app (RFC 9700, section 4.11.2).
    """
    uri = str(error.redirect_uri or "")
    back = with_query(uri, dict(error.twotuples)) if can_go_back and uri != OUT_OF_BAND else ""
    context = {"error": error.error, "description": error.description, "back_to_app": back}
    return render(request, "api/refused.html", context, status=400)


def _go(uri: str) -> HttpResponse:
    """Go where the app wants, byte for byte; Django's own redirects know only the web."""
    return HttpResponse(status=302, headers={"Location": uri})


def place_of(uri: str) -> str:
    """Return what people can make of an address: the host of a page, or the scheme to which an app answers."""
    scheme, _, rest = uri.partition(":")
    if scheme.lower() in {"http", "https"}:
        return rest.removeprefix("//").partition("/")[0].partition("?")[0]
    return f"{scheme}:"


def _address(request: HttpRequest, pairs: Pairs) -> str:
    """Return this page's address to come back to, signed in: it need not ask for that once more."""
    kept = [(name, value) for name, value in pairs if name in CARRIED or name == "lang"]
    return f"{request.path}?{urlencode(kept)}"


def _state_of(credentials: dict[str, Any]) -> dict[str, str]:
    return {"state": credentials["state"]} if credentials.get("state") else {}


def _is_true(text: str) -> bool:
    return text.lower() in {"true", "1", "on", "yes"}


def _language_of(request: HttpRequest) -> str:
    """Return the language to speak: the one the app asks for if we know it, else the reader's own."""
    wanted = request.GET.get("lang") or request.POST.get("lang") or ""
    try:
        return translation.get_supported_language_variant(wanted[:20])
    except LookupError:
        return translation.get_language() or settings.LANGUAGE_CODE
