"""The one way out: nothing private is reached in any notation, nothing lasts or grows without end (S33, S34)."""

from __future__ import annotations

import ipaddress
import socket
import time
from collections.abc import Iterator

import pytest

from core import fetch
from core.fetch import Answer, Refused, Unreachable, check_address, is_public, send
from tests.core.listener import Listener, Reply

PRIVATE = [
    "0.0.0.0", "10.0.0.1", "100.64.0.1", "127.0.0.1", "127.1.2.3", "169.254.169.254", "172.16.0.1", "172.31.255.255",
    "192.0.0.1", "192.0.2.1", "192.168.1.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "224.0.1.1",
    "240.0.0.1", "255.255.255.255", "::", "::1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1",
    "64:ff9b::a00:1", "64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1", "2002:7f00:1::", "2002:808:808::", "fc00::1",
    "fd12:3456::1", "fe80::1", "fec0::1", "ff02::1", "::127.0.0.1",
]  # fmt: skip
PUBLIC = [
    "1.1.1.1",
    "8.8.8.8",
    "172.32.0.1",
    "2606:4700::1111",
    "2a00:1450:4001::1",
    "::ffff:8.8.8.8",
    "64:ff9b::808:808",
]


@pytest.fixture
def listener(monkeypatch: pytest.MonkeyPatch) -> Iterator[Listener]:
    """A server on this machine that the way out takes for a public one."""
    with Listener() as server:
        monkeypatch.setattr(fetch, "is_public", lambda address: True)
        monkeypatch.setattr(fetch, "tls_context", lambda: server.trusted)
        yield server


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_are_none_of_the_internet(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "url",
    [
        "", "example.org", "http://example.org/", "ftp://example.org/", "file:///etc/passwd", "https:///path",
        "https://user@example.org/", "https://user:secret@example.org/", "https://:secret@example.org/",
        "https://example.org:0/", "https://example.org:99999/", "https://example.org:port/", "https://[::1/",
        "https://example.org/a b", "https://example.org/\r\nX: y", "https://example.org/\0", "https://exämple.org/",
        "https://example.org/" + "a" * 2048, "https://127.0.0.1/", "https://[::1]:8000/", "https://169.254.169.254/",
        "https://[fe80::1%25eth0]/", "https://a\\@b.org/",
    ],
)  # fmt: skip
def test_addresses_that_are_not_called(url: str) -> None:
    with pytest.raises(Refused):
        check_address(url)


@pytest.mark.parametrize(
    "host", ["localhost", "intranet", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "127.0.0.1.", "localhost."]
)
def test_names_and_numbers_of_this_machine_reach_nothing(host: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as trap:
        trap.settimeout(0.05)
        with pytest.raises((Refused, Unreachable)):
            send("GET", f"https://{host}:{trap.getsockname()[1]}/", seconds=1)
        with pytest.raises(TimeoutError):
            trap.accept()


def test_a_name_that_leads_to_a_private_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(2, 1, 6, "", ("10.0.0.1", 443))])
    with pytest.raises(Refused, match="no public address"):
        send("GET", "https://rebound.example.org/")


def test_the_checked_address_is_the_one_that_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that is looked up a second time could lead elsewhere; it is looked up once."""
    asked, called = [], []
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda *at, **__: asked.append(at[0]) or [(2, 1, 6, "", ("8.8.8.8", 443))]
    )
    monkeypatch.setattr(socket, "create_connection", lambda place, **_: called.append(place) or raise_refused())
    with pytest.raises(Unreachable):
        send("GET", "https://push.example.org/")
    assert (asked, called) == (["push.example.org"], [("8.8.8.8", 443)])


def raise_refused() -> None:
    raise ConnectionRefusedError


def test_an_answer_comes_back(listener: Listener) -> None:
    listener.reply = Reply(201, b"Done", {"Location": "https://elsewhere.example.org/"})
    answer = send("POST", listener.url("/box?a=1"), headers={"TTL": "60"}, body=b"words")
    assert (answer.status, answer.body, answer.headers["location"]) == (201, b"Done", "https://elsewhere.example.org/")
    (asked,) = listener.asked
    assert (asked.method, asked.path, asked.headers["ttl"], asked.body) == ("POST", "/box?a=1", "60", b"words")


def test_a_redirect_is_an_answer(listener: Listener) -> None:
    listener.reply = Reply(307, b"", {"Location": listener.url("/second")})
    assert send("GET", listener.url("/first")).status == 307
    assert [asked.path for asked in listener.asked] == ["/first"]


def test_no_more_is_read_than_was_asked_for(listener: Listener) -> None:
    listener.reply = Reply(200, b"x" * 500_000)
    assert send("GET", listener.url("/"), most=1000) == Answer(
        200, {**listener.usual, "content-length": "500000"}, b"x" * 1000
    )


@pytest.mark.parametrize("drips", ["head", "body", "handshake"])
def test_what_drips_is_cut_off(listener: Listener, drips: str) -> None:
    listener.drips = drips
    begin = time.monotonic()
    with pytest.raises(Unreachable):
        send("GET", listener.url("/"), seconds=0.5)
    assert time.monotonic() - begin < 3


def test_a_certificate_nobody_vouches_for_is_no_answer(listener: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    monkeypatch.setattr(fetch, "is_public", lambda address: True)
    with pytest.raises(Unreachable, match="CERTIFICATE_VERIFY_FAILED"):
        send("GET", listener.url("/"))
    assert listener.asked == []
