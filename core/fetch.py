"""The one way out: every request this site makes to an address that somebody else chose goes through here (S33, S34).

Only https, only public addresses, no redirects, one deadline for the whole exchange, and no more is read than asked
for. The name is looked up once and the connection is made to an address that was checked, so an answer of the DNS that
changes between the look and the call changes nothing.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Self, TypeVar
from urllib.parse import SplitResult, urlsplit

import certifi

SECONDS = 10.0  # for the whole exchange
MOST = 64 * 1024  # bytes of an answer that are read
ADDRESS_LENGTH = 2048
MOST_TRIES = 3  # addresses of one host
_PUBLIC_V6 = ipaddress.ip_network("2000::/3")
_SIX_TO_FOUR = ipaddress.ip_network("2002::/16")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Socket = TypeVar("Socket", socket.socket, ssl.SSLSocket)


class Refused(Exception):
    """An address this site does not call, now or later."""


class Unreachable(Exception):
    """Nobody answered in time, or not in HTTP over TLS; later it may be different."""


@dataclass(frozen=True)
class Answer:
    """What came back; ``body`` is cut where more came than was asked for. Names of headers are in small letters."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


def send(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
    seconds: float = SECONDS,
    most: int = MOST,
) -> Answer:
    """Send one request and return the answer, whatever its status; a redirect is an answer like any other.

    Raises Refused for an address that is not to be called, Unreachable where no answer came.
    """
    parts = check_address(url)
    host, port = _host_of(parts), parts.port or 443
    place = parts.path or "/"
    try:
        with Deadline(seconds) as deadline:
            line = http.client.HTTPSConnection(host, port)
            line.sock = _connect(host, port, deadline)
            target = f"{place}?{parts.query}" if parts.query else place
            line.request(method, target, body=body or None, headers={"Accept-Encoding": "identity", **(headers or {})})
            answer = line.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            read = answer.read(most)
            deadline.check()  # a line that was cut looks like one that ended
            return Answer(answer.status, found, read)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Unreachable(f"{type(error).__name__}: {error}") from None


def check_address(url: str) -> SplitResult:
    """Return the parts of an address that may be called as far as one can tell without asking the DNS, or raise
    Refused."""
    if len(url) > ADDRESS_LENGTH or not url.isascii() or any(char <= " " or char in '\\"<>^`{|}\x7f' for char in url):
        raise Refused("The address is too long or has characters no address has.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise Refused(str(error)) from None
    if parts.scheme != "https" or not parts.hostname or parts.username is not None or parts.password is not None:
        raise Refused("Only addresses of the form https://host/path are called.")
    if port == 0:
        raise Refused("There is no port 0.")
    literal = _literal(parts.hostname)
    if literal is not None and not is_public(literal):
        raise Refused("This is an address of a private network.")
    return parts


def is_public(address: Address) -> bool:
    """Whether an address belongs to the public internet, in whatever notation an IPv4 address hides in it."""
    if isinstance(address, ipaddress.IPv4Address):
        return address.is_global and not address.is_multicast and not address.is_reserved
    if address.ipv4_mapped is not None:
        return is_public(address.ipv4_mapped)
    if address in _NAT64:
        return is_public(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return address in _PUBLIC_V6 and address not in _SIX_TO_FOUR and address.is_global


@cache
def tls_context() -> ssl.SSLContext:
    """Return what certificates are checked with."""
    return ssl.create_default_context(cafile=certifi.where())


def _host_of(parts: SplitResult) -> str:
    host = parts.hostname or ""
    if _literal(host) is None and ("." not in host.strip(".") or len(host) > 253):
        raise Refused("This is no name of a public host.")
    return host


def _literal(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None


def _connect(host: str, port: int, deadline: Deadline) -> ssl.SSLSocket:
    """Connect to the first public address of the host that answers; Refused where it has none."""
    found = _look_up(host, port, deadline.left)
    public = [place for place in found if is_public(ipaddress.ip_address(place[0].partition("%")[0]))]
    if not public:
        raise Refused("The host has no public address.")
    trouble = OSError("no connection")
    for place in public[:MOST_TRIES]:
        try:
            plain = deadline.watch(socket.create_connection(place, timeout=deadline.left))
            return deadline.watch(tls_context().wrap_socket(plain, server_hostname=host))
        except OSError as error:
            trouble = error
    raise trouble


def _look_up(host: str, port: int, seconds: float) -> list[tuple[str, int]]:
    """Return the addresses of a host. The system's resolver has no time limit of ours, so it works in a thread."""
    outcome: list[list[tuple[str, int]] | OSError] = []

    def ask() -> None:
        try:
            rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            outcome.append([(str(place[0]), int(place[1])) for *_kind, place in rows])
        except (OSError, UnicodeError) as error:
            outcome.append(OSError(str(error)))

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(seconds)
    found = outcome[0] if outcome else TimeoutError("the name was not found in time")
    if isinstance(found, OSError):
        raise found
    return found


class Deadline:
    """Cuts the line when the time is over: the time-out of a socket begins anew with every byte that drips in."""

    def __init__(self, seconds: float) -> None:
        self.end = time.monotonic() + seconds
        self.timer = threading.Timer(seconds, self._cut)
        self.timer.daemon = True
        self.watched: socket.socket | None = None

    @property
    def left(self) -> float:
        """How many seconds are left; TimeoutError when none are."""
        self.check()
        return max(self.end - time.monotonic(), 0.001)

    def check(self) -> None:
        """Raise TimeoutError when the time is over."""
        if time.monotonic() >= self.end:
            raise TimeoutError("the time is over")

    def watch(self, connected: Socket) -> Socket:
        """Make this the line that is cut."""
        self.watched = connected
        return connected

    def __enter__(self) -> Self:
        self.timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.timer.cancel()
        if self.watched is not None:
            self.watched.close()

    def _cut(self) -> None:
        try:
            if self.watched is not None:
                self.watched.shutdown(socket.SHUT_RDWR)
        except OSError:
            return
