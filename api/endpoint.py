"""Declaring endpoints: one line says method, path, who may call it, what it takes and what it gives.

Everything else follows from the declaration: the addresses (api/urls.py), the check of scopes, the reading of
parameters, and the published description (api/schema.py). Nothing but what everybody may read can be declared without
a scope, unless it is named here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar

from django.core.exceptions import ImproperlyConfigured
from django.http import Http404, HttpResponse
from django.utils import translation
from django.utils.functional import cached_property
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import MultiPartParser
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from api import errors, limits
from api.answers import Paged, Reply, json_response
from api.authentication import TokenAuthentication
from api.paging import link_header
from api.parameters import JsonParser, PairsParser, read_parameters
from api.scopes import allows

if TYPE_CHECKING:
    from accounts.models import User
    from api.fields import Params
    from api.oauth.models import AccessToken

PUBLIC: Final = "public"
"""Anybody; who brings a token needs the scope all the same."""
APP: Final = "app"
"""Any app with a token, whether a person stands behind it or not."""
PERSON: Final = "person"
"""An app that acts for a person."""

NEWCOMER: Final = "newcomer"
"""The same, and also while the person's address is not confirmed or they wait to be let in."""

WITHOUT_SCOPE: Final = frozenset(
    {
        "POST api/v1/apps",  # what comes before any token
        "GET api/v1/apps/verify_credentials",  # what every token may know of itself
        "GET api/v1/announcements",  # what everybody signed in may read
    }
)

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One method of one address."""

    method: str
    path: str
    view: Callable[..., Any]
    who: str
    scopes: tuple[str, ...]
    takes: type[Params] | None
    gives: Any
    limit: str
    statuses: tuple[int, ...]
    """Answers besides 200 that this endpoint gives on purpose."""
    media_type: str
    """Of what it gives."""


ENDPOINTS: Final[list[Endpoint]] = []


def endpoint(
    method: str,
    path: str,
    *scopes: str,
    who: str = PERSON,
    takes: type[Params] | None = None,
    gives: Any = dict,
    limit: str = "",
    statuses: tuple[int, ...] = (),
    media_type: str = "application/json",
) -> Callable[[View], View]:
    """Declare a view as an endpoint; it is called with a Call and the parts of the path.

    ``scopes``: one of them is needed; ImproperlyConfigured without, where it is more than reading what is PUBLIC.
    ``takes`` says what the parameters are, ``gives`` the type of the answer. PUT and PATCH are one method, as clients
    mix them up. ``limit`` names a stricter limit in api/limits.py.
    """
    is_open_reading = method == "GET" and who == PUBLIC
    if not (scopes or is_open_reading or f"{method} {path}" in WITHOUT_SCOPE):
        raise ImproperlyConfigured(f"{method} {path} has no scope")

    def declare(view: View) -> View:
        methods = ("PUT", "PATCH") if method in {"PUT", "PATCH"} else (method,)
        for name in methods:
            ENDPOINTS.append(Endpoint(name, path, view, who, scopes, takes, gives, limit, statuses, media_type))
        return view

    return declare


class Call:
    """One request to an endpoint: who asks, and with what."""

    def __init__(self, request: Request, declared: Endpoint) -> None:
        self.request = request
        self.endpoint = declared

    @cached_property
    def token(self) -> AccessToken | None:
        """The token that came with the request."""
        token: AccessToken | None = self.request.auth
        return token

    @cached_property
    def viewer(self) -> User | None:
        """The person the app acts for, if any."""
        return self.request.user if self.request.auth is not None and self.request.user else None

    @property
    def person(self) -> User:
        """The same where there has to be one, which the declaration has seen to."""
        if self.viewer is None:
            raise errors.Refused(422, errors.NEEDS_PERSON)
        return self.viewer

    @cached_property
    def given(self) -> dict[str, Any]:
        """What came with the request, as it came; ParseError (400) for what cannot be read."""
        return read_parameters(self.request)

    @property
    def language(self) -> str:
        """The language to answer in: the one that ``lang`` asks for, else the person's; nothing: the request's own."""
        asked = self.given.get("lang") if self.endpoint.takes else None
        person = self.viewer
        return spoken(asked) if isinstance(asked, str) and spoken(asked) else person.language if person else ""

    @cached_property
    def params(self) -> dict[str, Any]:
        """What the endpoint takes, checked; ValidationError (400, 422) where it cannot be that."""
        if self.endpoint.takes is None:
            return {}
        checked = self.endpoint.takes(data=self.given)
        checked.is_valid(raise_exception=True)
        return dict(checked.validated_data)


class OneFormat(BaseContentNegotiation):  # type: ignore[misc]
    """Answers are JSON, whatever the client says it would like."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        """Return the parser for the body's type; None (415) for a type we do not read."""
        kind = (request.content_type or "").partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == kind), None)

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        """Return the only one."""
        return renderers[0], renderers[0].media_type


class EndpointView(APIView):  # type: ignore[misc]
    """One address; it finds the endpoint by the request's method."""

    endpoints: Mapping[str, Endpoint] = {}

    authentication_classes = [TokenAuthentication]
    permission_classes: list[Any] = []
    parser_classes = [JsonParser, PairsParser, MultiPartParser]
    renderer_classes = [JSONRenderer]
    content_negotiation_class = OneFormat

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Check who asks before anything is read."""
        self.perform_authentication(request)
        declared = self.endpoints.get(str(request.method))
        limits.count(request, declared.limit if declared else "")
        if declared is not None:
            check_access(request, declared)

    def http_method_not_allowed(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """Not there, like an address that is none: in this dialect an endpoint is a path and a method."""
        raise Http404

    def handle_exception(self, exc: Exception) -> HttpResponse:
        """Say it as JSON; a fault of ours goes on to the site's own handling."""
        answer = errors.handle(exc)
        if answer is None:
            raise exc
        return answer

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """Pass the answer on; it is complete."""
        answer: HttpResponse = response
        limits.tell(request, answer)
        is_personal = "HTTP_AUTHORIZATION" in request.META
        answer.headers.setdefault("Cache-Control", "private, no-store" if is_personal else "no-cache")
        return answer


def run(view: EndpointView, request: Request, **path: Any) -> HttpResponse:
    """Answer a request with the endpoint of its method; the ``get``, ``post`` and so on of each view."""
    declared = view.endpoints[str(request.method)]
    call = Call(request, declared)
    language = call.language
    if language:
        with translation.override(language):
            return to_response(call, declared.view(call, **path))
    return to_response(call, declared.view(call, **path))


def spoken(language: str) -> str:
    """Return the language nearest to the one named (``de-AT``); nothing for one that the site does not speak."""
    try:
        return translation.get_supported_language_variant(language.lower())
    except LookupError:
        return ""


def check_access(request: Request, declared: Endpoint) -> None:
    """Raise Refused for a token that is missing, of nobody, or without the scope."""
    token = request.auth
    if token is None:
        if declared.who != PUBLIC:
            raise errors.Refused(401, errors.BAD_TOKEN)
        return
    if declared.who != NEWCOMER:
        check_standing(token)
    if declared.scopes and not allows(token.granted, declared.scopes):
        raise errors.Refused(403, errors.OUTSIDE_SCOPES)
    if not request.user and (declared.who == PERSON or (declared.who == NEWCOMER and not token.waits)):
        raise errors.Refused(422, errors.NEEDS_PERSON)


def check_standing(token: AccessToken) -> None:
    """Raise Refused for the token of somebody who may not act: not yet, or not any more."""
    if token.waits:
        raise errors.Refused(403, errors.UNCONFIRMED)
    if token.user is not None and not token.user.is_active:
        raise errors.Refused(403, errors.DISABLED if token.user.approved_at else errors.PENDING)


def to_response(call: Call, answer: Any) -> HttpResponse:
    """Return what a view gave as a response."""
    match answer:
        case HttpResponse():
            return answer
        case Reply():
            response = json_response(answer.data, answer.status)
            for name, value in answer.headers.items():
                response.headers[name] = value
            return response
        case Paged():
            response = json_response(answer.items)
            link = link_header(call.request, answer.older, answer.newer)
            if link:
                response.headers["Link"] = link
            return response
    return json_response(answer)
