"""Who asks: the token in the ``Authorization`` header, and nothing else. A cookie means nothing here."""

from __future__ import annotations

from typing import Any

from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from api import limits
from api.errors import BAD_TOKEN, Refused
from api.oauth.tokens import token_of


class TokenAuthentication(BaseAuthentication):  # type: ignore[misc]
    """Bearer tokens (RFC 6750, section 2.1)."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        """Return the person (None for an app of its own) and the token; None without a token, 401 for a bad one."""
        kind, _, raw = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if not kind:
            return None
        token = token_of(raw.strip()) if kind.lower() == "bearer" else None
        if token is None:
            limits.count_for(request._request, limits.address_key(request._request), "api")
            raise Refused(401, BAD_TOKEN)
        return token.user, token
