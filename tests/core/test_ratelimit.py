"""How often is too often, for whom, and what the answer says."""

import threading
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.test import RequestFactory

from core import ratelimit
from core.ratelimit import (
    RateLimited,
    RateLimitMiddleware,
    check,
    client_address,
    forget_all,
    key_of,
    limited,
    network_of,
    wait_words,
)


@pytest.fixture(autouse=True)
def _rules(settings):
    settings.RATE_LIMITS = {"post": "3/minute; 4/hour"}
    settings.RATE_LIMIT_STORAGE = "memory://"
    settings.TRUSTED_PROXIES = ["10.0.0.0/8", "::1/128"]
    forget_all()
    yield
    forget_all()


def request(address="203.0.113.7", forwarded="", **headers):
    if forwarded:
        headers["x-forwarded-for"] = forwarded
    made = RequestFactory().post("/posts", REMOTE_ADDR=address, headers=headers)
    made.user = AnonymousUser()
    return made


def count_until_refused(key, name="post"):
    for n in range(100):
        try:
            check(name, key)
        except RateLimited as refused:
            return n, refused.retry_after
    return None


def test_the_fourth_in_a_minute_waits_for_the_first_to_be_a_minute_old():
    n, seconds = count_until_refused("alice")
    assert n == 3
    assert 58 <= seconds <= 60


def test_each_key_has_its_own_count():
    assert count_until_refused("alice")[0] == count_until_refused("bob")[0] == 3


def test_an_empty_rule_lifts_the_limit(settings):
    settings.RATE_LIMITS = {"post": ""}
    assert count_until_refused("alice") is None


@pytest.mark.parametrize("name", ratelimit.LIMITS)
def test_every_rule_is_readable(name):
    check(name, "alice")


def test_s22_a_parallel_burst_gets_no_more():
    passed = []

    def attempt():
        try:
            check("post", "alice")
            passed.append(1)
        except RateLimited:
            pass

    threads = [threading.Thread(target=attempt) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(passed) == 3


def test_while_redis_is_away_it_counts_in_memory(settings):
    settings.RATE_LIMIT_STORAGE = "redis://127.0.0.1:1/0"
    forget_all()
    assert count_until_refused("alice")[0] == 3


@pytest.mark.parametrize(
    ("remote", "forwarded", "address"),
    [
        ("203.0.113.7", "", "203.0.113.7"),
        ("203.0.113.7", "198.51.100.1", "203.0.113.7"),
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "1.2.3.4, 198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "1.2.3.4, 198.51.100.1, 10.9.9.9", "198.51.100.1"),
        ("10.0.0.1", "rubbish", "10.0.0.1"),
        ("10.0.0.1", "198.51.100.1, rubbish", "10.0.0.1"),
        ("::1", "2001:db8::1", "2001:db8::1"),
        ("", "", "0.0.0.0"),
    ],
)
def test_s27_only_our_own_proxies_are_believed(remote, forwarded, address):
    assert client_address(request(remote, forwarded)) == address


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("rubbish", "unknown"),
    ],
)
def test_s22_the_key_is_what_one_household_cannot_vary(address, network):
    assert network_of(address) == network


def test_a_person_is_counted_wherever_they_are(django_user_model):
    asked = request()
    asked.user = django_user_model(pk=7, is_active=True)
    assert key_of(asked) == "user:7"
    assert key_of(request()) == "net:203.0.113.7"


def test_reading_is_never_counted():
    view = limited("post")(lambda request: HttpResponse("ok"))
    read = RequestFactory().get("/posts")
    read.user = AnonymousUser()
    assert {view(read).status_code for _ in range(9)} == {200}


def answer(**headers):
    view = limited("post")(lambda request: HttpResponse("ok"))
    for _ in range(3):
        view(request())
    with pytest.raises(RateLimited) as refused:
        view(request())
    middleware = RateLimitMiddleware(lambda request: HttpResponse())
    return middleware.process_exception(request(**headers), refused.value)


def test_readers_get_the_project_s_page(settings, monkeypatch):
    def page(request, exception):
        return HttpResponse(f"wait {exception.retry_after}", status=429)

    monkeypatch.setattr("community.urls.handler429", page, raising=False)
    response = answer(accept="text/html")
    assert response.content == f"wait {response.headers['Retry-After']}".encode()


@pytest.mark.parametrize("headers", [{"accept": "application/json"}, {"hx-request": "true"}])
def test_scripts_get_json(headers):
    response = answer(**headers)
    assert response.status_code == 429
    assert 58 <= int(response.headers["Retry-After"]) <= 60
    assert b'"error": "That was a lot at once. Try again in ' in response.content


def test_other_mistakes_are_not_ours():
    assert RateLimitMiddleware(lambda request: HttpResponse()).process_exception(request(), ValueError()) is None


@pytest.mark.parametrize(
    ("wait", "words"),
    [
        (timedelta(seconds=1), "1 second"),
        (timedelta(seconds=99), "99 seconds"),
        (timedelta(seconds=101), "2 minutes"),
        (timedelta(minutes=99), "99 minutes"),
        (timedelta(minutes=121), "3 hours"),
    ],
)
def test_wait_words_never_promise_too_little(wait, words):
    assert wait_words(int(wait.total_seconds())) == words


def test_counting_starts_no_thread_and_forgets_what_is_over(monkeypatch):
    memory = ratelimit._Memory()
    monkeypatch.setattr(threading.Thread, "start", lambda self: pytest.fail("a thread for a hit"))
    memory.incr("over", -1)
    assert memory.acquire_entry("hits", 3, 60) is True
    assert set(memory.expirations) == {"over"}
    memory.next_look = 0
    memory.incr("new", 60)
    assert (set(memory.expirations), set(memory.events)) == ({"new"}, {"hits"})
