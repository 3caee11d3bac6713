"""A throw-away S3 server: moto's, with a door that checks every signature (which moto does not) and every hour.

``python -m tests.bucket`` runs it alone and prints its STORAGE_URL.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch
from urllib.parse import parse_qsl, quote, unquote

from boto3 import Session
from botocore.config import Config
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server

from community.env import _storage

KEY, SECRET, BUCKET, REGION = "polylogtest", "a/secret+with=signs", "uploads", "eu-central-1"
SKEW = timedelta(minutes=15)
Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Door:
    """Lets in what is signed with our key by AWS Signature Version 4, in the headers or in the address."""

    def __init__(self, app: Wsgi) -> None:
        self.app = app
        self.seen: list[str] = []

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Check one request and pass it on."""
        self.seen.append(f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}")
        problem = _problem(environ)
        if problem:
            body = f"<Error><Code>{problem}</Code><Message>No.</Message></Error>".encode()
            start_response("403 Forbidden", [("Content-Type", "application/xml"), ("Content-Length", str(len(body)))])
            return [body]
        return self.app(environ, start_response)


class _Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, *_args: Any) -> None:
        """Say nothing."""


@contextmanager
def bucket_server(port: int = 0) -> Iterator[tuple[str, Door]]:
    """Run the server with one empty private bucket in it; gives its STORAGE_URL and its door."""
    door = Door(DomainDispatcherApplication(create_backend_app))
    server = make_server("127.0.0.1", port, door, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        _make_bucket(f"http://127.0.0.1:{server.server_port}")
        yield storage_url(server.server_port), door
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


def storage(url: str) -> dict[str, Any]:
    """Return the entry of Django's STORAGES for what ``storage_url`` returns."""
    with patch.dict(os.environ, {"STORAGE_URL": url}):
        return _storage("STORAGE_URL")


def storage_url(port: int, secret: str = SECRET, bucket: str = BUCKET) -> str:
    """Return how STORAGE_URL names a bucket of the server."""
    return f"s3+http://{KEY}:{quote(secret, safe='')}@127.0.0.1:{port}/{bucket}?region={REGION}"


def _make_bucket(endpoint: str) -> None:
    session = Session(KEY, SECRET, region_name=REGION)
    session.client("s3", endpoint_url=endpoint, config=Config(s3={"addressing_style": "path"})).create_bucket(
        Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION}
    )


# --- Signature Version 4, read from its specification and not from the library that is tested with it ----------------
def _problem(environ: dict[str, Any]) -> str:
    """Return the code of what is wrong with a request, or nothing."""
    query = parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True)
    asked = dict(query)
    if "X-Amz-Signature" in asked:
        said = {name: asked.get(f"X-Amz-{name}", "") for name in ("Credential", "SignedHeaders", "Signature", "Date")}
        lasts, query = int(asked["X-Amz-Expires"]), [pair for pair in query if pair[0] != "X-Amz-Signature"]
        payload = "UNSIGNED-PAYLOAD"
    elif environ.get("HTTP_AUTHORIZATION", "").startswith("AWS4-HMAC-SHA256 "):
        fields = environ["HTTP_AUTHORIZATION"].removeprefix("AWS4-HMAC-SHA256 ").split(",")
        said = dict(field.strip().split("=", 1) for field in fields) | {"Date": environ["HTTP_X_AMZ_DATE"]}
        lasts, payload = 0, environ["HTTP_X_AMZ_CONTENT_SHA256"]
    else:
        return "AccessDenied"
    signed_at = datetime.strptime(said["Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    if not signed_at - SKEW <= datetime.now(UTC) <= signed_at + (timedelta(seconds=lasts) if lasts else SKEW):
        return "AccessDenied"
    key, *scope = said["Credential"].split("/")
    if key != KEY:
        return "InvalidAccessKeyId"
    right = _signature(environ, query, said, scope, payload)
    return "" if hmac.compare_digest(right, said["Signature"]) else "SignatureDoesNotMatch"


def _signature(
    environ: dict[str, Any], query: list[tuple[str, str]], said: dict[str, str], scope: list[str], payload: str
) -> str:
    names = said["SignedHeaders"].split(";")
    canonical = "\n".join([
        environ["REQUEST_METHOD"],
        quote(unquote(environ["RAW_URI"].partition("?")[0]), safe="/~"),
        "&".join(sorted(f"{quote(name, safe='~')}={quote(value, safe='~')}" for name, value in query)),
        *(f"{name}:{_header(environ, name)}" for name in names),
        "",
        said["SignedHeaders"],
        payload,
    ])  # fmt: skip
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    secret = f"AWS4{SECRET}".encode()
    for part in scope:
        secret = hmac.digest(secret, part.encode(), "sha256")
    text = "\n".join(["AWS4-HMAC-SHA256", said["Date"], "/".join(scope), digest])
    return hmac.new(secret, text.encode(), "sha256").hexdigest()


def _header(environ: dict[str, Any], name: str) -> str:
    plain = name.upper().replace("-", "_")
    value = environ.get(plain if plain in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{plain}", "")
    return " ".join(value.split())


if __name__ == "__main__":
    with bucket_server() as (url, _door):
        print(url, flush=True)
        threading.Event().wait()
