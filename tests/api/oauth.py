"""The ways through OAuth, as clients go them."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs

from django.http import HttpResponse
from django.test import Client

OOB = "urn:ietf:wg:oauth:2.0:oob"
ALL = "read write follow push"


def register(client: Client, *, uris: str = OOB, scopes: str = ALL, **more: Any) -> dict[str, Any]:
    """Register an app by a form."""
    data = {"client_name": "Tusky", "redirect_uris": uris, "scopes": scopes, **more}
    answer = client.post("/api/v1/apps", data)
    assert answer.status_code == 200, answer.content
    return answer.json()


def ask(app: dict[str, Any], **more: str) -> dict[str, str]:
    """What an app puts into the address of the consent page."""
    base = {"response_type": "code", "client_id": app["client_id"], "redirect_uri": app["redirect_uris"][0]}
    return {**base, "scope": " ".join(app["scopes"]), **more}


def allow(client: Client, app: dict[str, Any], **more: str) -> HttpResponse:
    """Press the button."""
    return client.post("/oauth/authorize", {**ask(app, **more), "decision": "allow"})


def code_of(answer: HttpResponse) -> str:
    """The code in the address that people are sent to."""
    return parse_qs(answer["Location"].partition("?")[2])["code"][0]


def shown_code(answer: HttpResponse) -> str:
    """The code on the page."""
    return answer.content.decode().partition('value="')[2].partition('"')[0]


def exchange(client: Client, app: dict[str, Any], code: str, *, as_json: bool = False, **more: str) -> HttpResponse:
    """Fetch the token for a code."""
    data = {
        "grant_type": "authorization_code",
        "code": code,
        "client_id": app["client_id"],
        "client_secret": app["client_secret"],
        "redirect_uri": app["redirect_uris"][0],
        **more,
    }
    if as_json:
        return client.post("/oauth/token", json.dumps(data), content_type="application/json")
    return client.post("/oauth/token", data)
