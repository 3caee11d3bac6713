"""Apps come in through the real pages: a published client, addresses of every kind, phones, and no JavaScript."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests
from axe_playwright_python.sync_playwright import Axe
from mastodon import Mastodon, MastodonAPIError, MastodonIllegalArgumentError, MastodonUnauthorizedError
from playwright.sync_api import Page, Request, expect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from tests.browser.conftest import PHONE
from tests.browser.server import Site

SCOPES = ["read", "write", "follow", "push"]


@pytest.fixture(scope="module")
def receiver() -> Iterator[tuple[str, list[str]]]:
    """A page of another site that an app is sent back to, and what it was asked."""
    asked: list[str] = []

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path.startswith("/back"):
                asked.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"<!doctype html><title>Back</title>Welcome back")

        def log_message(self, *words: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/back?from=polylog", asked
    server.shutdown()
    server.server_close()


def registered(site: Site, uri: str) -> dict[str, str]:
    """An app that was taken in by the API."""
    data = {"client_name": "Field test", "redirect_uris": uri, "scopes": "read write follow push"}
    return requests.post(f"{site.url}/api/v1/apps", data=data, timeout=20).json()


def consent_path(app: dict[str, str], uri: str, **more: str) -> str:
    asked = {"response_type": "code", "client_id": app["client_id"], "redirect_uri": uri, "scope": "read write"}
    return f"/oauth/authorize?{urlencode(asked | more)}"


def token_for(site: Site, app: dict[str, str], uri: str, code: str) -> requests.Response:
    data = {"grant_type": "authorization_code", "code": code, "redirect_uri": uri}
    keys = {name: app[name] for name in ("client_id", "client_secret")}
    return requests.post(f"{site.url}/oauth/token", json=data | keys, timeout=20)


def test_a_published_client_signs_in_looks_around_and_signs_out(site: Site, open_as: Callable[..., Page]) -> None:
    key, secret = Mastodon.create_app("Mastodon.py", scopes=SCOPES, api_base_url=site.url)
    client = Mastodon(key, secret, api_base_url=site.url)
    assert client.oauth_authorization_server_info()["issuer"] == f"{site.url}/"
    address = client.auth_request_url(scopes=SCOPES, allow_http=True)
    page = open_as("ada", address.removeprefix(site.url))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Mastodon.py")
    page.get_by_role("button", name="Let it in").click()
    code = page.get_by_label("Code").input_value()
    client.log_in(code=code, scopes=SCOPES, allow_http=True)
    assert client.account_verify_credentials()["acct"] == "ada"
    assert client.app_verify_credentials()["name"] == "Mastodon.py"
    assert client.ratelimit_limit == 300
    with pytest.raises(MastodonIllegalArgumentError):  # the code is used up
        Mastodon(key, secret, api_base_url=site.url).log_in(code=code, scopes=SCOPES, allow_http=True)
    token = client.access_token
    client.revoke_access_token(allow_http=True)
    with pytest.raises(MastodonUnauthorizedError):
        Mastodon(access_token=token, api_base_url=site.url).account_verify_credentials()


def test_taking_back_on_the_page_ends_an_app_at_once(site: Site, open_as: Callable[..., Page]) -> None:
    token = site.manage("create_token", "ben", "--scopes", "read", "--app", "Pocket reader").strip()
    client = Mastodon(access_token=token, api_base_url=site.url)
    assert client.account_verify_credentials()["acct"] == "ben"
    page = open_as("ben", "/settings/apps")
    row = page.get_by_role("listitem").filter(has_text="Pocket reader").first
    expect(row).to_contain_text("last used on")
    row.get_by_role("button", name="Take access back from Pocket reader").click()
    expect(page.get_by_text("Pocket reader cannot act for you any more.")).to_be_visible()
    with pytest.raises(MastodonAPIError):
        client.account_verify_credentials()


def test_taking_back_ends_what_an_app_keeps_open(site: Site, open_as: Callable[..., Page]) -> None:
    token = site.manage("create_token", "ben", "--scopes", "read", "--app", "Listener").strip()
    page = open_as("ben", "/settings/apps")
    address = f"{site.url.replace('http', 'ws')}/api/v1/streaming?stream=user&access_token={token}"
    with connect(address) as stream:
        with pytest.raises(TimeoutError):
            stream.recv(timeout=0.5)  # it is open, and nothing happens
        page.get_by_role("button", name="Take access back from Listener").click()
        with pytest.raises(ConnectionClosed):
            stream.recv(timeout=2)
    with pytest.raises(InvalidStatus):
        connect(address)


def test_the_form_leads_to_another_site(
    site: Site, open_as: Callable[..., Page], receiver: tuple[str, list[str]]
) -> None:
    uri, asked = receiver
    app = registered(site, uri)
    page = open_as("ada", consent_path(app, uri, state="x&y"))
    page.get_by_role("button", name="Let it in").click()
    expect(page.get_by_text("Welcome back")).to_be_visible()
    said = parse_qs(urlsplit(asked[-1]).query)
    assert (said["from"], said["state"]) == (["polylog"], ["x&y"])
    assert token_for(site, app, uri, said["code"][0]).json()["scope"] == "read write"


@pytest.mark.parametrize(
    "uri",
    ["icecubesapp://", "org.joinmastodon.android-auth://callback", "oauth2redirect://com.keylesspalace.tusky/"],
)
@pytest.mark.parametrize("script", [True, False])
def test_the_form_leads_to_an_app_on_the_device(
    uri: str, script: bool, site: Site, open_as: Callable[..., Page], complaints: list[str]
) -> None:
    app = registered(site, uri)
    page = open_as("ada", consent_path(app, uri), viewport=PHONE, java_script_enabled=script)
    wanted: list[Request] = []
    page.on("request", lambda request: wanted.append(request))
    with page.expect_response(lambda answer: answer.request.method == "POST") as caught:
        page.get_by_role("button", name="Let it in").click()
    place = caught.value.headers["location"]
    assert place.startswith(f"{uri}?code=")
    # The policy let the browser try to open the app: it would have said so otherwise, and the fixture would fail.
    assert not [line for line in complaints if "form-action" in line]
    assert token_for(site, app, uri, place.partition("code=")[2]).status_code == 200


def test_without_its_source_in_the_policy_the_browser_would_stop(
    site: Site, open_as: Callable[..., Page], receiver: tuple[str, list[str]], complaints: list[str]
) -> None:
    uri, asked = receiver
    page = open_as("ada")

    def tightened(route, request) -> None:  # type: ignore[no-untyped-def]
        answer = route.fetch(max_redirects=0)
        if "content-security-policy" in answer.headers:
            policy = answer.headers["content-security-policy"].replace("form-action 'self' http:", "form-action 'self'")
            return route.fulfill(response=answer, headers={**answer.headers, "content-security-policy": policy})
        return route.fulfill(response=answer)

    page.route("**/oauth/authorize?*", tightened)
    page.goto(site.url + consent_path(registered(site, uri), uri))
    before = len(asked)
    with page.expect_event("console", lambda said: "form-action" in said.text):
        page.get_by_role("button", name="Let it in").click()
    assert len(asked) == before
    complaints.clear()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_the_pages_are_accessible_and_fit(width: int, scheme: str, site: Site, open_as: Callable[..., Page]) -> None:
    uri = "icecubesapp://"
    app = registered(site, uri)
    site.manage("create_token", "cleo", "--scopes", "read write admin:write", "--app", "Bot")
    pages = {
        consent_path(app, uri): "Let Field test in?",
        consent_path(app, uri, scope="nonsense"): "That did not work",
        "/settings/apps": "Settings",
    }
    for path, heading in pages.items():
        page = open_as("cleo", path, viewport={"width": width, "height": 844}, color_scheme=scheme)
        expect(page.get_by_role("heading", level=1)).to_have_text(heading)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
