"""A real browser on the real server: people, their pages, and a trap for everything a page must not say."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from tests.browser.server import Site, running_site
from tests.make import PASSWORD

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--autoplay-policy=no-user-gesture-required",
]  # fmt: skip
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}
PEOPLE = ["ada", "ben", "cleo", "dora"]  # cleo's cookies end when she adds a passkey

# Made through the services that the site itself uses; signing in is done in the browser.
CAST = """
from tests import make
from accounts.models import Site
Site.objects.update_or_create(pk=1, defaults={"name": "Nordhof"})
make.owner("owner")
people = {name: make.user(name, display_name=name.title()) for name in %r}
make.moderator("mod")
make.follow(people["ben"], people["ada"])
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here needs Chromium; one process runs it all, on one site."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))
            if not CHROMIUM:
                item.add_marker(pytest.mark.skip(reason="no Chromium on this machine"))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        expect.set_options(timeout=15_000)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A running site with an owner, a moderator and four members."""
    with running_site(tmp_path_factory.mktemp("site") / "data") as site:
        site.manage("shell", "-v", "0", script=CAST % (PEOPLE,))
        yield site


@pytest.fixture(scope="session")
def _seats(chromium: Browser, site: Site) -> dict[str, Any]:
    """Who has signed in already, with their cookies: signing in is limited, as it should be."""
    return {}


@pytest.fixture
def complaints() -> Iterator[list[str]]:
    """What pages said into the console; a test fails when it is more than nothing."""
    said: list[str] = []
    yield said
    assert said == []


@pytest.fixture
def open_as(
    chromium: Browser, site: Site, _seats: dict[str, Any], complaints: list[str]
) -> Iterator[Callable[..., Page]]:
    """``open_as("ada", "/compose")``: a page of a signed-in person, in a window of their own."""
    windows: list[BrowserContext] = []

    def open_page(name: str | None, path: str = "/", *, url: str = "", **options: Any) -> Page:
        options.setdefault("viewport", DESK)
        window = chromium.new_context(locale="en-GB", storage_state=_seats.get(name or ""), **options)
        windows.append(window)
        page = window.new_page()
        watch(page, complaints)
        if name and name not in _seats:
            sign_in(page, site.url, name)
            _seats[name] = window.storage_state()
        page.goto((url or site.url) + path)
        return page

    yield open_page
    for window in windows:
        window.close()


def watch(page: Page, complaints: list[str]) -> None:
    """Write down errors of scripts and violations of the content policy."""

    def hear(message: ConsoleMessage) -> None:
        # A refused or lost connection is what some tests are about; the page says it in its own words.
        if (
            message.type == "error"
            and "Failed to load resource" not in message.text
            and "WebSocket" not in message.text
        ):
            complaints.append(message.text)

    page.on("console", hear)
    page.on("pageerror", lambda error: complaints.append(str(error)))


def sign_in(page: Page, url: str, name: str, password: str = PASSWORD) -> None:
    """Sign in by the form."""
    page.goto(f"{url}/accounts/login/")
    page.get_by_label("E-mail or name").fill(name)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda address: "/accounts/login" not in address)


def write_post(page: Page, url: str, text: str) -> str:
    """Publish a post by the composer and return its address."""
    page.goto(f"{url}/compose")
    page.get_by_label("Your text").fill(text)
    page.locator("#composer .addbar .primary").click()
    page.wait_for_url("**/posts/*")
    return page.url
