"""The two addresses for machines."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest
from django.db import OperationalError, connection
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from community import health
from community.beat import beat, is_beating, living, stop_beating


def test_alive_asks_nobody(
    client: Client, settings: Settings, django_assert_num_queries: DjangoAssertNumQueries, db: None
) -> None:
    settings.SECURE_SSL_REDIRECT, settings.ALLOWED_HOSTS = True, ["example.org"]
    client.cookies[settings.SESSION_COOKIE_NAME] = "unknown"
    with django_assert_num_queries(0):
        response = client.get("/healthz", headers={"host": "10.0.0.7"})
    assert (response.status_code, json.loads(response.content)) == (200, {"alive": True})
    assert response.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in response.headers


def test_ready_when_all_are_there(client: Client, db: None) -> None:
    beat("worker-1")
    response = client.get("/readyz")
    assert (response.status_code, json.loads(response.content)) == (
        200,
        {"ready": True, "database": "ok", "layer": "ok", "worker": "ok"},
    )


def test_not_ready_says_what_is_missing_and_no_more(client: Client, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise OperationalError("connection to server at 10.0.0.9 failed: password")

    with monkeypatch.context() as patch:
        patch.setattr(connection, "cursor", broken)
        patch.setattr(connection, "close", lambda: None)
        response = client.get("/readyz")
    assert (response.status_code, json.loads(response.content)) == (
        503,
        {"ready": False, "database": "down", "layer": "ok", "worker": "down"},
    )


def test_redis_that_does_not_answer_is_down(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "redis_url", lambda: "redis://127.0.0.1:1")
    assert health.CHECKS["layer"]() is False


def test_a_worker_that_fell_silent_is_dead(settings: Settings) -> None:
    beat("here")
    beat("gone")
    past = time.time() - 60
    os.utime(Path(settings.DATA_DIR) / "workers" / "gone", (past, past))
    assert (is_beating(), living()) == (True, {"here"})
    stop_beating("here")
    assert (is_beating(), living()) == (False, set())
