"""Cookies, headers, hosts (S27, T31 to T34)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from http.cookies import SimpleCookie
from pathlib import Path

import pytest
from django.test import Client
from django.utils import translation
from django.utils.formats import date_format
from pytest_django import Settings

from accounts.models import User
from tests import make

ROOT = Path(__file__).resolve().parents[2]
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' blob:",
    "media-src": "'self' blob:",
    "font-src": "'self'",
    "connect-src": "'self' ws://localhost:8000",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "X-Permitted-Cross-Domain-Policies": "none",
}
SHOW = """
import json
from django.conf import settings
names = '''SESSION_COOKIE_NAME SESSION_COOKIE_SECURE SESSION_COOKIE_HTTPONLY SESSION_COOKIE_SAMESITE
SESSION_COOKIE_DOMAIN CSRF_COOKIE_NAME CSRF_COOKIE_SECURE CSRF_COOKIE_HTTPONLY CSRF_COOKIE_SAMESITE LANGUAGE_COOKIE_NAME
LANGUAGE_COOKIE_SECURE SECURE_HSTS_SECONDS SECURE_SSL_REDIRECT ALLOWED_HOSTS'''.split()
print(json.dumps({name: getattr(settings, name) for name in names}))
"""


def manage(tmp_path: Path, *words: str, text: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the site under these variables."""
    surroundings = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "REDIS_URL", "SITE_URL"}}
    surroundings |= {"POLYLOG_DATA": str(tmp_path), **variables}
    command = [sys.executable, "manage.py", *words]
    return subprocess.run(command, cwd=ROOT, env=surroundings, input=text, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("site", ["https://community.example.org", "https://bücher.example:8443"])
def test_a_public_site_is_checked_without_a_warning(tmp_path: Path, site: str) -> None:
    ended = manage(tmp_path, "check", "--deploy", "--fail-level", "WARNING", SITE_URL=site)
    assert (ended.returncode, ended.stdout.strip()) == (0, "System check identified no issues (7 silenced).")


def test_cookies_of_a_public_site_belong_to_its_host_alone(tmp_path: Path) -> None:
    ended = manage(tmp_path, "shell", "--no-imports", text=SHOW, SITE_URL="https://example.org")
    assert json.loads(ended.stdout) == {
        "SESSION_COOKIE_NAME": "__Host-session",
        "SESSION_COOKIE_SECURE": True,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_DOMAIN": None,
        "CSRF_COOKIE_NAME": "__Host-csrf",
        "CSRF_COOKIE_SECURE": True,
        "CSRF_COOKIE_HTTPONLY": True,
        "CSRF_COOKIE_SAMESITE": "Lax",
        "LANGUAGE_COOKIE_NAME": "__Host-language",
        "LANGUAGE_COOKIE_SECURE": True,
        "SECURE_HSTS_SECONDS": 31_536_000,
        "SECURE_SSL_REDIRECT": True,
        "ALLOWED_HOSTS": ["example.org", "localhost", "127.0.0.1", "[::1]"],
    }


@pytest.mark.parametrize("path", ["/", "/accounts/login/", "/admin/", "/nothing-here", "/local"])
def test_every_page_carries_the_policy(client: Client, path: str, db: None) -> None:
    client.force_login(make.owner())
    response = client.get(path, follow=True)
    said = dict(part.strip().split(" ", 1) for part in response.headers["Content-Security-Policy"].split(";"))
    assert said == POLICY
    assert {name: response.headers.get(name) for name in HEADERS} == HEADERS


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "localhost:80:80", "localhost/a", "", "[::2]"]
)
def test_a_host_that_is_not_ours_is_refused(client: Client, settings: Settings, host: str, alice: User) -> None:
    settings.ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
    assert client.get("/local", headers={"host": "localhost:8000"}).status_code == 200
    refused = [client.get("/local", headers={"host": host}), client.post("/local", {"a": "b"}, headers={"host": host})]
    assert [response.status_code for response in refused] == [400, 400]
    assert "That cannot be read" in refused[0].content.decode()


def test_cookies_a_page_sets_cannot_be_read_by_scripts(client: Client, alice: User) -> None:
    form = {"login": "alice", "password": make.PASSWORD}
    cookies = SimpleCookie()
    for response in (client.get("/accounts/login/"), client.post("/accounts/login/", form)):
        cookies.update(response.cookies)
    assert {(name, cookie["httponly"], cookie["samesite"]) for name, cookie in cookies.items()} == {
        ("csrf", True, "Lax"),
        ("session", True, "Lax"),
    }


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["21 November 2026", "21 November", "21 Nov 2026, 17:32"]),
        ("de", ["21. November 2026", "21. November", "21. November 2026 17:32"]),
    ],
)
def test_days_are_written_one_way(language: str, words: list[str]) -> None:
    moment = datetime(2026, 11, 21, 17, 32, tzinfo=UTC)
    with translation.override(language):
        assert [date_format(moment, f"{form}_FORMAT") for form in ("DATE", "MONTH_DAY", "DATETIME")] == words
