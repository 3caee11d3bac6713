"""How often an app may ask, and what it costs to count."""

from __future__ import annotations

from time import process_time

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from api import limits
from api.oauth.services import issue_token, own_app
from core.ratelimit import LIMITS, RateLimited, forget_all, spend

HEADERS = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset")


def ask(key: str, name: str = "") -> dict[str, str]:
    request, response = RequestFactory().get("/"), HttpResponse()
    try:
        limits.count_for(request, key, "api", *([f"api-{name}"] if name else []))
    finally:
        limits.tell(request, response)
    return {header: response.headers[header] for header in HEADERS if header in response.headers}


def test_each_answer_says_what_is_left():
    assert [ask("user:1")["X-RateLimit-Remaining"] for _ in range(3)] == ["299", "298", "297"]
    assert ask("user:2")["X-RateLimit-Limit"] == "300"


def test_the_end_of_the_window_is_a_date_with_three_digits(monkeypatch):
    monkeypatch.setattr("core.ratelimit.time.time", lambda: 1_700_000_100.5)
    assert ask("user:1")["X-RateLimit-Reset"] == "2023-11-14T22:20:00.000Z"


def test_beyond_the_limit_is_refused_until_the_window_ends(monkeypatch, settings):
    settings.RATE_LIMITS = {"api": "2/5 minutes"}
    ask("user:1"), ask("user:1")
    with pytest.raises(RateLimited):
        ask("user:1")
    now = spend("api", "user:1").until
    monkeypatch.setattr("core.ratelimit.time.time", lambda: now)
    assert ask("user:1")["X-RateLimit-Remaining"] == "1"


def test_the_nearest_limit_is_told():
    assert ask("user:1", "delete")["X-RateLimit-Limit"] == "30"
    assert ask("user:1")["X-RateLimit-Remaining"] == "298"


@pytest.mark.parametrize("name", ["media", "delete", "signup", "confirm", "register", "token", "password"])
def test_the_stricter_limits_end(name):
    most = int(LIMITS[f"api-{name}"].partition("/")[0])
    for _ in range(most):
        ask("user:1", name)
    with pytest.raises(RateLimited):
        ask("user:1", name)


def test_a_lifted_limit_says_nothing(settings):
    settings.RATE_LIMITS = {"api": ""}
    assert ask("user:1") == {}


def test_while_redis_is_away_it_counts_in_memory(settings):
    settings.RATE_LIMIT_STORAGE = "redis://127.0.0.1:1/0"
    forget_all()
    assert [spend("api", "user:1").left for _ in range(2)] == [299, 298]


def test_every_answer_of_the_api_tells_and_each_person_has_their_own_count(client, alice, bob):
    def left(person) -> str:
        raw = issue_token(own_app("App"), person, ["read"])[1]
        answer = client.get("/api/v1/apps/verify_credentials/", headers={"Authorization": f"Bearer {raw}"})
        return answer.headers["X-RateLimit-Remaining"]

    assert [left(person) for person in (alice, alice, bob, None, alice)] == ["299", "298", "299", "299", "297"]


def test_bad_tokens_are_counted_for_the_address(client, alice, settings):
    settings.RATE_LIMITS = {"api": "2/5 minutes"}
    answers = [client.get("/api/v1/lists", headers={"Authorization": "Bearer wrong"}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [401, 401, 429]
    assert [answer.headers["X-RateLimit-Remaining"] for answer in answers] == ["1", "0", "0"]


def test_counting_costs_little():
    forget_all()
    start = process_time()
    for _ in range(2000):
        spend("api", "user:1")
    assert (process_time() - start) / 2000 < 0.000_2
