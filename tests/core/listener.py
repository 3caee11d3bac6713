"""A web server with TLS on this machine, for tests of the way out."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import tempfile
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

NAME = "push.localhost.example"


@dataclass
class Asked:
    """A request as it arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Reply:
    """What is answered."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


class Listener:
    """Answers every request with ``reply`` and remembers it; ``drips`` says which part comes byte by byte."""

    usual = {"server": "listener", "date": "now"}

    def __init__(self) -> None:
        self.reply = Reply()
        self.asked: list[Asked] = []
        self.drips = ""
        self.over = threading.Event()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.server.daemon_threads = True
        own, self.trusted = contexts()
        self._own = own

    def url(self, path: str) -> str:
        """The address of a path here."""
        return f"https://127.0.0.1:{self.server.server_port}{path}"

    def __enter__(self) -> Self:
        self.server.get_request = self._accept  # type: ignore[method-assign]
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.server.shutdown()
        self.server.server_close()

    def _accept(self) -> tuple[socket.socket, Any]:
        plain, address = self.server.socket.accept()
        if self.drips == "handshake":
            threading.Thread(target=self._drip, args=[plain], daemon=True).start()
            raise OSError("dripping")
        plain.settimeout(5)
        return self._own.wrap_socket(plain, server_side=True), address

    def _drip(self, line: socket.socket) -> None:
        for byte in b"\x16\x03\x03\x40\x00" + bytes(10_000):
            if self.over.wait(0.1):
                return
            try:
                line.send(bytes([byte]))
            except OSError:
                return

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def version_string(self) -> str:
                return listener.usual["server"]

            def date_time_string(self, timestamp: float | None = None) -> str:
                return listener.usual["date"]

            def answer(self) -> None:
                length = int(self.headers.get("Content-Length", 0))
                headers = {name.lower(): value for name, value in self.headers.items()}
                listener.asked.append(Asked(self.command, self.path, headers, self.rfile.read(length)))
                reply = listener.reply
                if listener.drips:
                    return self.drip(listener.drips)
                self.send_response(reply.status)
                for name, value in {**reply.headers, "Content-Length": str(len(reply.body))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(reply.body)
                return None

            def drip(self, part: str) -> None:
                self.wfile.write(b"HTTP/1.1 200 OK\r\n" if part == "head" else b"HTTP/1.1 200 OK\r\n\r\n")
                while not listener.over.is_set():
                    self.wfile.write(b"x")
                    time.sleep(0.1)

            do_GET = do_POST = answer

            def log_message(self, *_: Any) -> None:
                return

        return Handler


@cache
def contexts() -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """One context that answers as 127.0.0.1, and one that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    alternatives = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(alternatives, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    own = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "both.pem"
        path.write_bytes(secret + pem)
        own.load_cert_chain(path)
    trusted = ssl.create_default_context(cadata=pem.decode())
    return own, trusted
