"""Addresses of OAuth. Clients put a slash at the end of some now and then; both forms answer."""

from __future__ import annotations

from django.urls import path

from api.oauth import described, endpoints
from api.oauth.views import apps, consent, tokens

__all__ = ["described", "endpoints", "urlpatterns"]  # importing the first two declares what they name

urlpatterns = [
    path("oauth/authorize", consent.authorize, name="authorize"),
    path("oauth/authorize/", consent.authorize),
    path("oauth/token", tokens.token, name="token"),
    path("oauth/token/", tokens.token),
    path("oauth/revoke", tokens.revoke, name="revoke_token"),
    path("oauth/revoke/", tokens.revoke),
    path("settings/apps", apps.apps, name="settings_apps"),
    path("settings/apps/revoke", apps.revoke, name="revoke_app"),
]
