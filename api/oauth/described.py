"""OAuth's addresses in the published description (RFC 6749, 7009, 7636)."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from api.described import DESCRIBED, Described

ANYBODY = "Anybody."
AN_APP = "Any app that is registered, by its id and secret."


class AuthorizeQuestion(TypedDict):
    """What an app puts into the address of the page."""

    response_type: Literal["code"]
    client_id: str
    redirect_uri: str
    scope: NotRequired[str]
    state: NotRequired[str]
    code_challenge: NotRequired[str]
    code_challenge_method: NotRequired[Literal["S256"]]
    force_login: NotRequired[bool]
    lang: NotRequired[str]


class TokenQuestion(TypedDict):
    """How an app asks for a token; id and secret may come as HTTP Basic instead."""

    grant_type: Literal["authorization_code", "client_credentials", "password"]
    client_id: NotRequired[str]
    client_secret: NotRequired[str]
    code: NotRequired[str]
    redirect_uri: NotRequired[str]
    code_verifier: NotRequired[str]
    scope: NotRequired[str]
    username: NotRequired[str]
    password: NotRequired[str]


class Token(TypedDict):
    """A token; it lasts until it is taken back."""

    access_token: str
    token_type: Literal["Bearer"]
    scope: str
    created_at: int


class RevokeQuestion(TypedDict):
    """Which token is taken back; id and secret may come as HTTP Basic instead."""

    token: str
    client_id: NotRequired[str]
    client_secret: NotRequired[str]
    token_type_hint: NotRequired[str]


class Revoked(TypedDict):
    """Nothing: the token is none any more."""


DESCRIBED.extend(
    [
        Described(
            "GET",
            "/oauth/authorize",
            "oauth",
            "The page on which a person decides whether an app may act for them; who is signed out signs in first.",
            ANYBODY,
            AuthorizeQuestion,
            {200: str, 302: None},
            (400, 429, 503),
            media_type="text/html",
        ),
        Described(
            "POST",
            "/oauth/token",
            "oauth",
            "Give out a token for a code, for an app alone, or (where the site allows it) for name and password.",
            AN_APP,
            TokenQuestion,
            {200: Token},
            (400, 401, 413, 429, 503, 507),
        ),
        Described(
            "POST",
            "/oauth/revoke",
            "oauth",
            "Take a token back; what is no token any more needs nothing done.",
            AN_APP,
            RevokeQuestion,
            {200: Revoked},
            (400, 401, 403, 413, 429, 503, 507),
        ),
    ]
)
