"""The outermost layer: bodies, headers, files; and that nobody slow holds a thread (S27, S42)."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import AsyncIterator, Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from community import front as module
from community.bridge import Environ, Pages
from community.front import Front
from tests.community.asgi_client import ask, chunks

View = Callable[[Environ], tuple[str, list[tuple[str, str]], Iterable[bytes]]]


def front_of(view: View, threads: int = 1) -> Front:
    """The front with one view behind it, in a single thread."""

    def app(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        status, headers, body = view(environ)
        start_response(status, headers)
        return body

    async def nothing(*args: Any) -> None:
        return None

    return Front(Pages(app, threads), nothing, nothing)


def echo(environ: Environ) -> tuple[str, list[tuple[str, str]], Iterable[bytes]]:
    """Says what arrived."""
    return "200 OK", [("X-Method", environ["REQUEST_METHOD"])], [environ["wsgi.input"].read()]


def shown(environ: Environ) -> tuple[str, list[tuple[str, str]], Iterable[bytes]]:
    """Says which headers arrived."""
    names = sorted(f"{name}={value}" for name, value in environ.items() if name.startswith("HTTP_"))
    return "200 OK", [], ["\n".join(names).encode()]


def refusing(environ: Environ) -> tuple[str, list[tuple[str, str]], Iterable[bytes]]:
    """Says why it was asked to refuse."""
    return f"{environ['polylog.refused']} Refused", [], [environ["wsgi.input"].read()]


async def test_a_body_arrives_whole() -> None:
    said = await ask(
        front_of(echo), "POST", headers=[("transfer-encoding", "chunked")], body=chunks(b"one ", b"two ", b"three")
    )
    assert (said.status, said.body) == (200, b"one two three")
    assert said.headers == {"x-method": "POST", "content-length": "13"}


async def test_addresses_arrive_as_wsgi_wants_them() -> None:
    def view(environ: Environ) -> tuple[str, list[tuple[str, str]], Iterable[bytes]]:
        said = [environ[key] for key in ("PATH_INFO", "QUERY_STRING", "REMOTE_ADDR", "CONTENT_LENGTH")]
        return "200 OK", [], ["|".join(said).encode("latin1")]

    said = await ask(front_of(view), path="/tags/grün?q=%C3%BC")
    assert said.body.decode() == "/tags/grün|q=%C3%BC|203.0.113.9|0"


async def test_somebody_who_sends_slowly_holds_no_thread() -> None:
    front, rest = front_of(echo), asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        yield b"begin "
        await rest.wait()
        yield b"end"

    sending = asyncio.create_task(ask(front, "POST", headers=[("content-length", "9")], body=slow()))
    await asyncio.sleep(0)
    assert (await ask(front)).status == 200
    assert not sending.done()
    rest.set()
    assert (await sending).body == b"begin end"


async def test_somebody_who_reads_slowly_holds_no_thread() -> None:
    def long(environ: Environ) -> tuple[str, list[tuple[str, str]], Iterable[bytes]]:
        return "200 OK", [], (b"x" * 100_000 for _ in range(20))

    front, rest = front_of(long), asyncio.Event()
    reading = asyncio.create_task(ask(front, taking=lambda chunk: rest.wait()))
    assert len((await ask(front)).body) == 2_000_000
    assert not reading.done()
    rest.set()
    assert len((await reading).body) == 2_000_000


async def test_a_file_a_view_opened_is_sent_and_closed(tmp_path: Path) -> None:
    path = tmp_path / "style.css"
    path.write_bytes(b"a" * 200_000)
    opened = []

    def view(environ: Environ) -> tuple[str, list[tuple[str, str]], Iterable[bytes]]:
        opened.append(path.open("rb"))
        return "200 OK", [], environ["wsgi.file_wrapper"](opened[0], 4096)

    said = await ask(front_of(view))
    assert (len(said.body), opened[0].closed) == (200_000, True)


@pytest.mark.parametrize(
    "sending",
    [
        {"headers": [("content-length", "51")], "body": chunks()},
        {"headers": [("transfer-encoding", "chunked")], "body": chunks(b"x" * 30, b"x" * 30)},
        {"headers": [("content-length", "10")], "body": chunks(b"x" * 30, b"x" * 30)},
    ],
    ids=["said", "found", "lied"],
)
async def test_too_much_is_refused_before_a_view_sees_it(settings: Settings, sending: dict[str, Any]) -> None:
    settings.FORM_LIMIT, settings.UPLOAD_LIMIT = 50, 500
    said = await ask(front_of(refusing), "POST", **sending)
    assert (said.status, said.body) == (413, b"")


async def test_people_who_are_signed_in_may_send_files(settings: Settings) -> None:
    settings.FORM_LIMIT, settings.UPLOAD_LIMIT, settings.SESSION_COOKIE_NAME = 50, 500, "session"
    headers = [("content-length", "60"), ("cookie", "a=b; session=abc")]
    said = await ask(front_of(echo), "POST", headers=headers, body=chunks(b"x" * 60))
    assert (said.status, len(said.body)) == (200, 60)


async def test_a_full_disk_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    async def full(*args: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(module, "take_body", full)
    said = await ask(front_of(refusing), "POST", headers=[("content-length", "5")])
    assert said.status == 507


async def test_nobody_says_who_they_are_by_a_header() -> None:
    forged = [
        ("x-forwarded-for", "10.0.0.1"),
        ("x-forwarded-proto", "https"),
        ("x-forwarded-host", "evil.example"),
        ("forwarded", "for=10.0.0.1"),
        ("x_forwarded_for", "10.0.0.1"),
        ("content_length", "7"),
        ("x-accel-redirect", "/_files/secret"),
        ("x-real-ip", "10.0.0.1"),
        ("x-honest", "yes"),
    ]
    said = await ask(front_of(shown), headers=forged)
    assert said.body == b"HTTP_HOST=localhost\nHTTP_X_HONEST=yes"


async def test_headers_that_come_twice_are_joined() -> None:
    said = await ask(front_of(shown), headers=[("cookie", "a=1"), ("cookie", "b=2"), ("accept", "x"), ("accept", "y")])
    assert said.body == b"HTTP_ACCEPT=x,y\nHTTP_COOKIE=a=1; b=2\nHTTP_HOST=localhost"


async def test_the_scheme_is_the_one_people_see(settings: Settings) -> None:
    def view(environ: Environ) -> tuple[str, list[tuple[str, str]], Iterable[bytes]]:
        return "200 OK", [], [environ["wsgi.url_scheme"].encode()]

    schemes = []
    for settings.HTTPS, settings.TRUSTED_PROXIES in [(False, []), (True, []), (True, ["10.0.0.1"])]:
        schemes.append((await ask(front_of(view))).body)
    assert schemes == [b"http", b"https", b"http"]


async def test_a_crowd_is_told_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    front = front_of(echo)
    front.pages.waiting = 512
    said = await ask(front)
    assert (said.status, said.headers["retry-after"]) == (503, "5")


# --- files ----------------------------------------------------------------------------------------------------------
@pytest.fixture
def film(settings: Settings) -> Path:
    """A file in the upload folder, with a neighbour that is nobody's business."""
    folder = Path(settings.MEDIA_ROOT) / "ab"
    folder.mkdir(parents=True)
    (Path(settings.MEDIA_ROOT).parent / "secret_key").write_text("secret")
    (folder / "out.mp4").symlink_to(Path(settings.MEDIA_ROOT).parent / "secret_key")
    path = folder / "film 1.mp4"
    path.write_bytes(bytes(range(100)))
    return path


def accel(name: str) -> Front:
    """A front whose view answers with a file of the upload folder."""
    headers = [
        ("X-Accel-Redirect", name),
        ("Content-Type", "video/mp4"),
        ("Cache-Control", "private"),
        ("Content-Security-Policy", "sandbox"),
        ("X-Content-Type-Options", "nosniff"),
        ("Content-Length", "0"),
    ]

    def view(environ: Environ) -> tuple[str, list[tuple[str, str]], Iterable[bytes]]:
        if "polylog.refused" in environ:
            return refusing(environ)
        return "200 OK", headers, [b""]

    return front_of(view)


async def test_a_file_goes_out_under_the_headers_of_the_view(film: Path) -> None:
    said = await ask(accel("/_files/ab/film%201.mp4"))
    kept = ("content-type", "cache-control", "content-security-policy", "x-content-type-options", "content-length")
    assert (said.status, said.body) == (200, bytes(range(100)))
    assert [said.headers[name] for name in kept] == ["video/mp4", "private", "sandbox", "nosniff", "100"]
    assert (said.headers["accept-ranges"], "x-accel-redirect" in said.headers) == ("bytes", False)


@pytest.mark.parametrize(
    ("asked", "status", "span", "length"),
    [
        ("bytes=0-9", 206, "bytes 0-9/100", 10),
        ("bytes=90-", 206, "bytes 90-99/100", 10),
        ("bytes=-5", 206, "bytes 95-99/100", 5),
        ("bytes=50-500", 206, "bytes 50-99/100", 50),
        ("bytes=100-", 416, "bytes */100", None),
        ("bytes=0-1,5-6", 200, None, 100),
        ("lines=1-2", 200, None, 100),
    ],
)
async def test_parts_of_a_file(film: Path, asked: str, status: int, span: str | None, length: int | None) -> None:
    said = await ask(accel("/_files/ab/film%201.mp4"), headers=[("range", asked)])
    assert (said.status, said.headers.get("content-range")) == (status, span)
    assert length in (None, len(said.body))


async def test_a_file_the_browser_has_is_not_sent_again(film: Path) -> None:
    mark = (await ask(accel("/_files/ab/film%201.mp4"))).headers["etag"]
    said = await ask(accel("/_files/ab/film%201.mp4"), headers=[("if-none-match", mark)])
    assert (said.status, said.body, said.headers["cache-control"]) == (304, b"", "private")


async def test_the_head_of_a_file(film: Path) -> None:
    said = await ask(accel("/_files/ab/film%201.mp4"), "HEAD")
    assert (said.status, said.body, said.headers["content-length"]) == (200, b"", "100")


@pytest.mark.parametrize(
    "name",
    [
        "/_files/../secret_key",
        "/_files/ab/../../secret_key",
        "/_files/%2e%2e/secret_key",
        "/_files//etc/passwd",
        "/_files/ab/out.mp4",
        "/_files/ab",
        "/_files/ab/film%00.mp4",
        "/ab/film%201.mp4",
        "/_files/nothing",
    ],
)
async def test_nothing_outside_the_upload_folder_goes_out(film: Path, name: str) -> None:
    said = await ask(accel(name))
    assert (said.status, said.body) == (404, b"")


async def test_a_proxy_may_send_the_files(film: Path, settings: Settings) -> None:
    settings.FILES_BY_PROXY = True
    said = await ask(accel("/_files/ab/film%201.mp4"))
    assert (said.body, said.headers["x-accel-redirect"]) == (b"", "/_files/ab/film%201.mp4")


# --- sockets --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("host", "arrives"), [("localhost:8000", True), ("evil.example", False), ("", False)])
async def test_a_socket_has_to_ask_for_a_host_of_ours(settings: Settings, host: str, *, arrives: bool) -> None:
    settings.ALLOWED_HOSTS = ["localhost"]
    seen: list[str] = []

    async def sockets(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope["path"])

    async def ignore(message: dict[str, Any]) -> None:
        assert message == {"type": "websocket.close", "code": 4400}

    front = Front(front_of(echo).pages, sockets, lambda: asyncio.sleep(0))
    scope = {"type": "websocket", "path": "/live/socket", "scheme": "ws", "headers": [(b"host", host.encode())]}
    await front(scope, ignore, ignore)
    assert seen == (["/live/socket"] if arrives else [])
