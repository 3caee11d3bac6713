"""Apps: they register, look at themselves, and learn where everything is."""

from __future__ import annotations

from rest_framework import serializers

from api.endpoint import APP, PUBLIC, Call, endpoint
from api.entities.account import default_avatar
from api.entities.application import (
    Application,
    CredentialApplication,
    ServerMetadata,
    UserInfo,
    application_of,
    credentials_of,
)
from api.entities.forms import address
from api.errors import BAD_TOKEN, Refused
from api.fields import Many, Params, Text
from api.oauth import registration
from api.oauth.server import ways_in
from api.oauth.services import register_app
from api.scopes import SCOPES


class Registration(Params):
    """What an app says of itself."""

    client_name = Text(required=True, help_text="Its name, at most 60 characters.")
    redirect_uris = Many(
        required=True,
        child=serializers.CharField(max_length=40_000),
        help_text="Where it may be sent back to: a list, or a text with one on each line.",
    )
    scopes = Text(max_length=4000, help_text="What it may ask for, separated by blanks; `read` if empty.")
    website = Text(max_length=registration.MAX_ADDRESS, help_text="Its page.")


@endpoint(
    "POST",
    "api/v1/apps",
    who=PUBLIC,
    takes=Registration,
    gives=CredentialApplication,
    limit="register",
    statuses=(422,),
)
def register(call: Call) -> CredentialApplication:
    """Register an app. Its secret is in this answer and nowhere else."""
    params = call.params
    app, secret = register_app(
        registration.name_of(params["client_name"]),
        registration.addresses_of(params["redirect_uris"]),
        registration.scopes_of(params.get("scopes", "")),
        registration.website_of(params.get("website", "")),
    )
    return credentials_of(app, secret)


@endpoint("GET", "api/v1/apps/verify_credentials", who=APP, gives=Application)
def verify_credentials(call: Call) -> Application:
    """Show an app what is known of it."""
    if call.token is None or call.token.application is None:
        raise Refused(401, BAD_TOKEN)
    return application_of(call.token.application)


@endpoint("GET", "oauth/userinfo", "profile", gives=UserInfo)
@endpoint("POST", "oauth/userinfo", "profile", gives=UserInfo)
def userinfo(call: Call) -> UserInfo:
    """Show who the app acts for, and nothing more."""
    person = call.person
    page = address(person.get_absolute_url())
    return {
        "iss": address("/"),
        "sub": page,
        "name": person.name,
        "preferred_username": person.username,
        "profile": page,
        "picture": address(person.avatar_url or default_avatar(person.hue)),
    }


@endpoint("GET", ".well-known/oauth-authorization-server", who=PUBLIC, gives=ServerMetadata)
def metadata(call: Call) -> ServerMetadata:
    """Show where apps find what they need to be let in (RFC 8414)."""
    return {
        "issuer": address("/"),
        "service_documentation": address("/docs/api"),
        "authorization_endpoint": address("/oauth/authorize"),
        "token_endpoint": address("/oauth/token"),
        "app_registration_endpoint": address("/api/v1/apps"),
        "revocation_endpoint": address("/oauth/revoke"),
        "userinfo_endpoint": address("/oauth/userinfo"),
        "scopes_supported": list(SCOPES),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "code_challenge_methods_supported": ["S256"],
        "grant_types_supported": ways_in(),
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
    }
