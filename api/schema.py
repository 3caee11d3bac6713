"""The published description of the API (OpenAPI 3.1), made of what the endpoints declare by drf-spectacular.

Answers are described from the same types that mypy checks the code against, and the tests the answers.
"""

from __future__ import annotations

import re
import types
from collections.abc import Callable, Iterable, Mapping
from functools import cache, partial
from inspect import getdoc
from typing import (
    Any,
    Final,
    Literal,
    NotRequired,
    TypedDict,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

from django.utils import translation
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ComponentRegistry, ResolvedComponent

from api.described import DESCRIBED, Described
from api.endpoint import PUBLIC, Endpoint
from api.scopes import SCOPES
from core.version import VERSION

Schema = dict[str, Any]

TITLE: Final = "Polylog"
ABOUT: Final = (
    "The Mastodon client API as this site speaks it. Parameters may come in the query string, as a form, as multipart "
    "or as JSON, for every method; lists also as `name[]`. Every refusal is an object with `error`, a sentence."
)
WORDS: Final = {
    400: "Something is missing, or cannot be read.",
    401: "The token is missing, or in force no more.",
    403: "The token's scopes, or its person's rights, do not reach so far.",
    404: "Not there, or not for this person.",
    409: "This upload goes on at another place, or some of its parts are not complete.",
    410: "Parts of this upload are missing; it has to be sent anew.",
    412: "`Tus-Resumable` has to be `1.0.0`.",
    413: "More than may be sent at once.",
    415: "The body is of a type that is not read.",
    422: "Something given cannot be taken; the sentence says what.",
    423: "Another connection is still writing; try again in a moment.",
    429: "Too many requests; `X-RateLimit-Reset` says when to go on.",
    460: "The checksum does not fit; these bytes have to be sent again.",
    503: "The database is busy; try again in a moment.",
    507: "There is no space left on this site.",
}
ACCEPTED: Final = {
    101: "The protocol changes.",
    200: "Done.",
    201: "Begun.",
    202: "Taken; it is still being prepared.",
    204: "Done; the headers say how far it is.",
    206: "It is still being prepared.",
    302: "It goes on elsewhere.",
}
BODIES: Final = ("application/json", "application/x-www-form-urlencoded", "multipart/form-data")


class Refusal(TypedDict):
    """Why something was not done."""

    error: str
    error_description: NotRequired[str]
    details: NotRequired[dict[str, Any]]


class EndpointSchema(AutoSchema):
    """Describes one endpoint."""

    @property
    def endpoint(self) -> Endpoint:
        """What is described."""
        declared: Endpoint = self.view.endpoints[self.method]
        return declared

    def get_operation_id(self) -> str:
        """Return a name made of the method and the address."""
        return name_of(self.method, self.path)

    def get_tags(self) -> list[str]:
        """Return the module that declares it."""
        return [self.endpoint.view.__module__.rpartition(".")[2]]

    def get_summary(self) -> str:
        """Return the first sentence about it."""
        return (getdoc(self.endpoint.view) or "").split("\n\n")[0].replace("\n", " ")

    def get_description(self) -> str:
        """Return all that is said about it, and what it takes to be let in."""
        scopes = " or ".join(f"`{scope}`" for scope in self.endpoint.scopes)
        who = {
            "public": "Anybody",
            "app": "Any app",
            "person": "An app that acts for a person",
            "newcomer": "An app in which a person signed up",
        }[self.endpoint.who]
        return f"{getdoc(self.endpoint.view)}\n\n{who}{f', with the scope {scopes}' if scopes else ''}."

    def get_auth(self) -> list[Schema]:
        """Return which scopes open it."""
        needed = [{"oauth2": [scope]} for scope in self.endpoint.scopes] or [{"oauth2": []}]
        return [{}, *needed] if self.endpoint.who == PUBLIC else needed

    def is_deprecated(self) -> bool:
        """Nothing is: older forms are for older apps."""
        return False

    def get_request_serializer(self) -> Any:
        """Return what a body may hold."""
        return self.endpoint.takes

    def get_override_parameters(self) -> list[Any]:
        """Return what the query string may hold where there is no body."""
        return [self.endpoint.takes] if self.endpoint.takes and self.method in {"GET", "DELETE"} else []

    def _get_serializer_name(self, serializer: Any, direction: str, bypass_extensions: bool = False) -> str:
        """Return the name of a component; the parameters of our own endpoints may be called like those of apps."""
        name: str = super()._get_serializer_name(serializer, direction, bypass_extensions)
        return component_name(name, type(serializer).__module__)

    def _is_list_view(self, serializer: Any = None) -> bool:
        """No list is paged in the way this would describe."""
        return False

    def _get_response_bodies(self, direction: str = "response") -> Schema:
        declared = self.endpoint
        done = [200, *(status for status in declared.statuses if status < 400)]
        answers = dict.fromkeys(done, declared.gives)
        return responses(self.registry, answers, self._refusals(), declared.media_type)

    def _refusals(self) -> list[int]:
        declared = self.endpoint
        statuses = {400, 401, 403, 429, 503} | ({422} if declared.takes or declared.who != PUBLIC else set())
        statuses |= {404} if "{" in self.path or declared.takes or self.method != "GET" else set()
        statuses |= {413, 415} if self.method == "GET" else {413, 415, 507}
        return sorted(statuses | {status for status in declared.statuses if status >= 400})


class Generator(SchemaGenerator):
    """Describes the endpoints, and what is answered elsewhere."""

    def parse(self, input_request: Any, public: bool) -> Schema:
        """Return the operations by path and method."""
        paths: Schema = super().parse(input_request, public)  # type: ignore[no-untyped-call]
        for one in DESCRIBED:
            paths.setdefault(one.path, {})[one.method.lower()] = operation_of(self.registry, one)
        return paths


def operation_of(registry: ComponentRegistry, one: Described) -> Schema:
    """Return the operation of an address that is no endpoint."""
    about = {"operationId": name_of(one.method, one.path), "description": f"{one.about}\n\n{one.who}"}
    made: Schema = {**about, "summary": one.about, "tags": [one.tag], "security": list(one.security) or [{}]}
    named = [
        {"in": "path", "name": name, "schema": {"type": "string"}, "required": True}
        for name in re.findall(r"{(\w+)}", one.path)
    ]
    named += _said(registry, "header", one.headers)
    if one.method == "GET":
        named += _said(registry, "query", one.takes)
    elif one.takes:
        body = {"schema": schema_of(registry, one.takes)}
        made["requestBody"] = {"content": dict.fromkeys(BODIES, body)}
    elif one.body:
        made["requestBody"] = {"content": {one.body: {"schema": {"type": "string", "format": "binary"}}}}
    answers = responses(registry, one.answers, one.refusals, one.media_type)
    for status in one.answers if one.answered else ():
        answers[str(status)]["headers"] = {
            said["name"]: {"schema": said["schema"], "required": said["required"]}
            for said in _said(registry, "header", one.answered)
        }
    return {**made, **({"parameters": named} if named else {}), "responses": answers}


def _said(registry: ComponentRegistry, where: str, kind: Any) -> list[Schema]:
    """Return the members of a TypedDict as parameters in one place of a request."""
    return [
        {"in": where, "name": name, "schema": schema_of(registry, hint), "required": is_needed(hint)}
        for name, hint in (get_type_hints(kind, include_extras=True) if kind else {}).items()
    ]


def responses(registry: ComponentRegistry, answers: Mapping[int, Any], refusals: Iterable[int], kind: str) -> Schema:
    """Return the answers (of the media type ``kind``) and the refusals of an operation."""
    made: Schema = {}
    for status, answer in answers.items():
        content = {} if answer is None else {"content": {kind: {"schema": schema_of(registry, answer)}}}
        made[str(status)] = {"description": ACCEPTED[status], **content}
    how, what = ("text/html", str) if kind == "text/html" else ("application/json", Refusal)
    refused = {how: {"schema": schema_of(registry, what)}}
    return made | {str(status): {"description": WORDS[status], "content": refused} for status in refusals}


def name_of(method: str, path: str) -> str:
    """Return a name made of the method and the address."""
    return f"{method.lower()}_{re.sub(r'[^a-z0-9]+', '_', path.lower()).strip('_')}"


def component_name(name: str, module: str) -> str:
    """Return what a type is called in the description, where all share one space of names."""
    return f"Own{name}" if module.startswith("api.views.own") else name


def is_needed(hint: Any) -> bool:
    """Whether a member of a TypedDict has to be there."""
    return get_origin(hint) is not NotRequired


def schema_of(registry: ComponentRegistry, kind: Any) -> Schema:
    """Return the schema of a type; entities become components of their own."""
    if is_typeddict(kind):
        return _component(registry, kind)
    compose = _COMPOSED.get(get_origin(kind))
    return compose(partial(schema_of, registry), get_args(kind)) if compose else dict(_PLAIN.get(kind, {}))


def _component(registry: ComponentRegistry, kind: Any) -> Schema:
    name = component_name(kind.__name__, kind.__module__)
    component: Any = ResolvedComponent(name, ResolvedComponent.SCHEMA, object=kind)  # type: ignore[no-untyped-call]
    if component in registry:
        return dict(registry[component].ref)
    registry.register(component)  # before its fields, which may speak of it
    hints = get_type_hints(kind, include_extras=True)
    component.schema = {
        "type": "object",
        "description": getdoc(kind),
        "properties": {name: schema_of(registry, hint) for name, hint in hints.items()},
        "required": [name for name, hint in hints.items() if is_needed(hint)],
    }
    return dict(component.ref)


_PLAIN: dict[Any, Schema] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    type(None): {"type": "null"},
    None: {"type": "null"},
    dict: {"type": "object"},
}


Of = Callable[[Any], Schema]
_COMPOSED: dict[Any, Callable[[Of, tuple[Any, ...]], Schema]] = {
    NotRequired: lambda of, inner: of(inner[0]),
    Union: lambda of, inner: {"anyOf": [of(one) for one in inner]},
    types.UnionType: lambda of, inner: {"anyOf": [of(one) for one in inner]},
    Literal: lambda of, inner: {"type": "string", "enum": list(inner)},
    list: lambda of, inner: {"type": "array", "items": of(inner[0])},
    dict: lambda of, inner: {"type": "object", "additionalProperties": of(inner[1])},
}


@cache
def document() -> Schema:
    """Return the whole description; made once, in English, whatever language the asking person speaks."""
    with translation.override("en"):
        generator = Generator(urlconf="api.urls")  # type: ignore[no-untyped-call]
        made: Schema = generator.get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    made["info"] = {"title": TITLE, "version": VERSION, "description": ABOUT}
    flows = {"authorizationUrl": "/oauth/authorize", "tokenUrl": "/oauth/token", "scopes": dict.fromkeys(SCOPES, "")}
    made.setdefault("components", {})["securitySchemes"] = {
        "oauth2": {"type": "oauth2", "flows": {"authorizationCode": flows}}
    }
    return made
