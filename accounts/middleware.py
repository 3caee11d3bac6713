"""What is settled about a request before its view: whether the site is set up, its language, the session's activity."""

from collections.abc import Callable
from typing import Final, cast

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware, get_user
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import User
from accounts.services.presence import note_presence
from accounts.site import current_site

GetResponse = Callable[[HttpRequest], HttpResponse]

# What answers before there is an owner: probes, files, programs, and what the set-up page itself needs.
BEFORE_SETUP: Final = (
    "/healthz", "/readyz", "/theme.css", "/favicon", "/preferences/", "/language", "/oauth/", "/.well-known/",
)  # fmt: skip
SEEN_EVERY = 600  # seconds between two notes that a session is in use


class PersonMiddleware(AuthenticationMiddleware):
    """Say at once who asks: the language of every page depends on it, and a stand-in that waits costs each look."""

    def process_request(self, request: HttpRequest) -> None:
        """Find the person of the session."""
        super().process_request(request)
        request.user = get_user(request)


class SetupMiddleware:
    """Lead everybody to the set-up page while nobody lives here."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.open = (*BEFORE_SETUP, f"/{settings.STATIC_URL.strip('/')}/")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on, or lead to the set-up page."""
        setup = reverse("accounts:setup")
        if request.path == setup or request.path.startswith(self.open) or is_set_up(request):
            return self.get_response(request)
        return HttpResponseRedirect(setup)

    def process_template_response(self, request: HttpRequest, response: TemplateResponse) -> TemplateResponse:
        """Keep ``site`` ours: allauth's pages bring one of their own, which is only the name of the host."""
        if response.context_data:
            response.context_data.pop("site", None)
        return response


class PreferencesMiddleware:
    """Speak the language of the person, else of the cookie, else of the browser, else of the site."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Choose the language for this request."""
        language = choose_language(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


class SessionActivityMiddleware:
    """Note now and then that a session is in use, for the list of sessions; most requests write nothing."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, then take note."""
        response = self.get_response(request)
        if request.user.is_authenticated and request.session.session_key:
            note_activity(request)
        return response


def is_set_up(request: HttpRequest) -> bool:
    """Whether the site has an owner; asks the database only as long as it has no settings of its own either."""
    return bool(request.user.is_authenticated or not current_site()._state.adding or _has_people())


def choose_language(request: HttpRequest) -> str:
    """Return the code of the language to answer in."""
    known = dict(settings.LANGUAGES)
    user = request.user
    if user.is_authenticated and user.language in known:
        return user.language
    if request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME) or request.headers.get("accept-language"):
        return translation.get_language_from_request(request)
    return current_site().language


def note_activity(request: HttpRequest) -> None:
    """Write when the session was last used, at most every ten minutes; a session that is not listed yet, list it.

    The first use of a day counts the person among those who were here.
    """
    now = timezone.now()
    if now.timestamp() - request.session.get("seen", 0) < SEEN_EVERY:
        return
    request.session["seen"] = int(now.timestamp())
    note_presence(cast(User, request.user))
    listed = UserSession.objects.filter(session_key=request.session.session_key, user_id=request.user.pk)
    if not listed.update(last_seen_at=now):
        UserSession.objects.create_from_request(request)


def _has_people() -> bool:
    if cache.get("has-people"):
        return True
    found: bool = User.objects.exists()
    if found:
        cache.set("has-people", True, None)
    return found
