"""Calling the API as an app does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import resolve

from accounts.models import User
from api.oauth.models import Application
from api.oauth.services import issue_token, register_app
from tests.api.typed import misfits

EVERYTHING = ["read", "write", "follow", "push", "profile", "admin:read", "admin:write"]


class Api:
    """An app with a token, or one without."""

    def __init__(self, raw: str = "") -> None:
        self.client = Client()
        self.headers = {"authorization": f"Bearer {raw}"} if raw else {}

    def __call__(self, method: str, path: str, data: Any = None, *, status: int = 200, **how: Any) -> Any:
        """Ask, expect the status and an answer of the declared type, and return it decoded."""
        response = self.ask(method, path, data, **how)
        assert response.status_code == status, response.content
        answer = response.json()
        if status < 400:
            declared = resolve(path.partition("?")[0].rstrip("/")).func.cls.endpoints[method]
            assert misfits(answer, declared.gives, declared.path) == []
        return answer

    def ask(self, method: str, path: str, data: Any = None, **how: Any) -> Any:
        """Ask and return the response; a body is sent as JSON, unless ``content_type`` says otherwise."""
        headers = {**self.headers, **how.pop("headers", {})}
        if method == "GET":
            return self.client.get(path, data, headers=headers, **how)
        if isinstance(data, dict):
            how.setdefault("content_type", "application/json")
        if how.get("content_type") == "multipart":
            data, how["content_type"] = encode_multipart(BOUNDARY, data), MULTIPART_CONTENT
            return self.client.generic(method, path, data, headers=headers, **how)
        if data is None and method != "POST":
            data = ""  # the client would send the word None
        return getattr(self.client, method.lower())(path, data, headers=headers, **how)


@pytest.fixture
def app(db) -> Application:
    return register_app("Tests", ["urn:ietf:wg:oauth:2.0:oob"], EVERYTHING)[0]


@pytest.fixture
def api_as(app) -> Callable[..., Api]:
    """An app that acts for somebody (``None``: for itself), allowed to do everything or just the scopes named."""

    def make(person: User | None, *scopes: str) -> Api:
        return Api(issue_token(app, person, scopes or EVERYTHING)[1])

    return make


@pytest.fixture
def api() -> Api:
    """An app without a token."""
    return Api()
