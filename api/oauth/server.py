"""The toolkit's and oauthlib's parts, put together for the dialect that the clients speak (docs/api.md, "OAuth").

Ways in: a code (with PKCE by S256 if the app likes), an app for itself alone, and, where the setting allows it, name
and password. No implicit way, no refresh tokens.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.utils import has_verified_email
from allauth.core import context
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare
from oauth2_provider.oauth2_backends import OAuthLibCore
from oauth2_provider.oauth2_validators import OAuth2Validator
from oauthlib.common import Request
from oauthlib.oauth2 import AuthorizationEndpoint, RevocationEndpoint, TokenEndpoint
from oauthlib.oauth2.rfc6749 import errors
from oauthlib.oauth2.rfc6749.grant_types import (
    AuthorizationCodeGrant,
    ClientCredentialsGrant,
    ResourceOwnerPasswordCredentialsGrant,
)
from oauthlib.oauth2.rfc6749.grant_types.authorization_code import code_challenge_method_s256
from oauthlib.oauth2.rfc6749.tokens import BearerToken

from accounts.models import User
from accounts.permissions import may_come_unconfirmed
from api.limits import address_key, count_for
from api.oauth.models import AccessToken, Application, Grant, digest
from api.oauth.services import issue_token, revoke_token
from api.scopes import allows

TOKEN_KEYS: Final = ("access_token", "token_type", "scope", "created_at")
DESCRIPTIONS: Final = {
    "invalid_client": "Client authentication failed: unknown app, no secret, or a wrong one.",
    "invalid_grant": "The code is wrong, used, too old, or was meant for another app or address.",
    "invalid_scope": "The requested scope is unknown, or more than the app registered for.",
    "unsupported_grant_type": "This way of getting a token is not supported.",
    "invalid_request": "A parameter is missing or cannot be read.",
    "unauthorized_client": "This app may not do that.",
    "unsupported_response_type": "Only codes are given out here.",
}
"""What is said where oauthlib has no words; clients show it to people."""


class CodeGrant(AuthorizationCodeGrant):  # type: ignore[misc]
    """Codes. Addresses to go back to are never taken apart: some would not survive it (``icecubesapp://``)."""

    refresh_token = False

    def __init__(self, validator: Validator) -> None:
        super().__init__(validator)
        self._code_challenge_methods = {"S256": code_challenge_method_s256}  # "plain" protects nothing

    def prepare_authorization_response(
        self, request: Request, token: dict[str, str], headers: dict[str, str], body: Any, status: int
    ) -> tuple[dict[str, str], Any, int]:
        """Return the answer with where to go."""
        return {**headers, "Location": with_query(request.redirect_uri, token)}, body, status


class PasswordGrant(ResourceOwnerPasswordCredentialsGrant):  # type: ignore[misc]
    """Name and password."""

    def __init__(self, validator: Validator) -> None:
        super().__init__(validator, refresh_token=False)


class Server(AuthorizationEndpoint, TokenEndpoint, RevocationEndpoint):  # type: ignore[misc]
    """What of OAuth 2 this site speaks."""

    def __init__(self, validator: Validator, **options: Any) -> None:
        code = CodeGrant(validator)
        grants = {"authorization_code": code, "client_credentials": ClientCredentialsGrant(validator)}
        if settings.OAUTH_PASSWORD_GRANT:
            grants["password"] = PasswordGrant(validator)
        bearer = BearerToken(validator, options.get("token_generator"), options.get("token_expires_in"))
        AuthorizationEndpoint.__init__(self, "code", bearer, {"code": code})
        TokenEndpoint.__init__(self, "authorization_code", bearer, grants)
        RevocationEndpoint.__init__(self, validator)


class Validator(OAuth2Validator):  # type: ignore[misc]
    """The rules of this site."""

    def validate_grant_type(self, client_id: str, grant_type: str, client: Any, request: Request, *_: Any) -> bool:
        """Whatever the server has been given, every app may use."""
        return True

    def validate_response_type(self, client_id: str, response_type: str, client: Any, request: Request) -> bool:
        """Only a code."""
        return response_type == "code"

    def validate_scopes(self, client_id: str, scopes: list[str], client: Application, request: Request) -> bool:
        """Whether the app registered for each of them, or for one that covers it."""
        return all(allows(client.registered, [scope]) for scope in scopes)

    def get_default_scopes(self, client_id: str, request: Request, *_: Any) -> list[str]:
        """Return what an app gets that asks for nothing."""
        return ["read"]

    def is_pkce_required(self, client_id: str, request: Request) -> bool:
        """Not: older clients do without, and have a secret."""
        return False

    def validate_code(self, client_id: str, code: str, client: Application, request: Request, *_: Any) -> bool:
        """Whether the code is good. Whoever asks at the same moment waits here, and then finds it used."""
        Grant.objects.select_for_update().filter(code=code, application=client).first()
        return bool(super().validate_code(client_id, code, client, request))

    def validate_user(self, username: str, password: str, client: Any, request: Request, *_: Any) -> bool:
        """Whether somebody signs in with name or address and password; the same people as through the door.

        RateLimited after too many tries. Nobody passes here by their second factor or with an unconfirmed address.
        """
        web = context.request
        count_for(web, address_key(web), "api-password")
        field = "email" if "@" in username else "username"
        user = get_adapter(web).authenticate(web, password=password, **{field: username})
        if not isinstance(user, User) or not user.is_active or is_mfa_enabled(user):
            return False
        if not has_verified_email(user) and not may_come_unconfirmed(user):
            return False
        request.user = user
        return True

    def _load_application(self, client_id: str | None, request: Request) -> Application | None:
        """Find the app; an id that none can have is not asked for."""
        if not client_id or len(client_id) > 255 or not client_id.isascii() or not client_id.isprintable():
            return None
        app: Application | None = super()._load_application(client_id, request)
        return app

    def _authenticate_basic_auth(self, request: Request) -> bool:
        """Read the header; one that is no Base64 is nobody."""
        try:
            return bool(super()._authenticate_basic_auth(request))
        except ValueError:
            return False

    def revoke_token(self, token: str, token_type_hint: str, request: Request, *_: Any) -> None:
        """Take back a token of this app; what is no token (any more) needs nothing, another's is refused."""
        found = AccessToken.objects.filter(token_checksum=digest(token)).first()
        if found is None:
            return
        if found.application_id != request.client.pk:
            raise errors.UnauthorizedClientError("You are not authorized to revoke this token", status_code=403)
        revoke_token(found)

    def _check_secret(self, provided_secret: str, stored_secret: str) -> bool:
        """Whether the secret is the one of which the digest was kept."""
        return constant_time_compare(digest(provided_secret), stored_secret)

    def _save_bearer_token(self, token: dict[str, Any], request: Request, *_: Any, **__: Any) -> None:
        """Keep the new token, and make the answer what clients expect: these four keys, and no others."""
        person = None if request.grant_type == "client_credentials" else request.user
        kept, _raw = issue_token(request.client, person, request.scopes, token["access_token"])
        token["created_at"] = int(kept.created.timestamp())
        for name in set(token) - set(TOKEN_KEYS):
            del token[name]


class Core(OAuthLibCore):  # type: ignore[misc]
    """Hands requests of the web to oauthlib: one flat list of parameters, wherever they came from."""

    def __init__(self, server: Server | None = None) -> None:
        super().__init__(server or Server(Validator()))

    def _extract_params(self, request: HttpRequest) -> tuple[str, str, str, dict[str, Any]]:
        """Return address, method, body and headers; oauthlib wants the parameters in one place, we take them in any."""
        query = urlencode(request.oauth)  # type: ignore[attr-defined]
        headers = {name: request.META[name] for name in ("HTTP_AUTHORIZATION",) if name in request.META}
        if request.method == "POST":
            return request.path, "POST", query, headers
        return f"{request.path}?{query}", "GET", "", headers


def ways_in() -> list[str]:
    """Return the ways to a token that are open."""
    return ["authorization_code", "client_credentials", *(["password"] if settings.OAUTH_PASSWORD_GRANT else [])]


@lru_cache(maxsize=2)
def core_for(password_grant: bool) -> Core:
    """Return the part that answers; made once."""
    return Core()


def core() -> Core:
    """Return the same for the settings as they are."""
    return core_for(settings.OAUTH_PASSWORD_GRANT)


def with_query(uri: str, parameters: dict[str, str]) -> str:
    """Return an address with parameters appended, the rest of it byte for byte."""
    return f"{uri}{'&' if '?' in uri else '?'}{urlencode(parameters)}"
