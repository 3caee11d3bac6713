"""Apps and what they get, as they are told themselves."""

from __future__ import annotations

from typing import TypedDict

from api.oauth.models import Application as App
from notifications.push import public_key


class Application(TypedDict):
    """An app as anybody may know it."""

    id: str
    name: str
    website: str | None
    scopes: list[str]
    redirect_uri: str
    redirect_uris: list[str]
    vapid_key: str


class CredentialApplication(Application):
    """An app as it learns of itself, once."""

    client_id: str
    client_secret: str
    client_secret_expires_at: int


class UserInfo(TypedDict):
    """Who somebody is, in the words of OpenID."""

    iss: str
    sub: str
    name: str
    preferred_username: str
    profile: str
    picture: str


class ServerMetadata(TypedDict):
    """Where apps find what they need to be let in (RFC 8414)."""

    issuer: str
    service_documentation: str
    authorization_endpoint: str
    token_endpoint: str
    app_registration_endpoint: str
    revocation_endpoint: str
    userinfo_endpoint: str
    scopes_supported: list[str]
    response_types_supported: list[str]
    response_modes_supported: list[str]
    code_challenge_methods_supported: list[str]
    grant_types_supported: list[str]
    token_endpoint_auth_methods_supported: list[str]


def application_of(app: App) -> Application:
    """Return an app without its secret."""
    return {
        "id": str(app.pk),
        "name": app.name,
        "website": app.website or None,
        "scopes": app.scopes.split(),
        "redirect_uri": app.redirect_uris,
        "redirect_uris": app.addresses,
        "vapid_key": public_key(),
    }


def credentials_of(app: App, secret: str) -> CredentialApplication:
    """Return an app with its secret, which is known at this one moment only."""
    return {
        **application_of(app),
        "client_id": app.client_id,
        "client_secret": secret,
        "client_secret_expires_at": 0,
    }
