"""A site for test suites of clients, as the command opens it, and people who get in by published programs."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from mastodon import Mastodon

from tests.browser.server import Site

SCOPES = ["read", "write", "follow", "push"]
PASSWORD = "correct horse battery"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One process runs all of it, on one site, which brings its own database: once is enough."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("clients"))
            if os.environ.get("DATABASE_URL"):
                item.add_marker(pytest.mark.skip(reason="has a database of its own"))


class ThrowAwaySite(Site):
    """What ``bin/serve --client-tests`` starts; its data folder is made below ``data`` and removed at the end."""

    command = ("-m", "community.client_tests")

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.env |= {"TMPDIR": str(folder)}

    @property
    def said(self) -> str:
        """What it printed."""
        return (self.data / "server.log").read_text()

    def folders(self) -> list[Path]:
        """The data folders that are there."""
        return list(self.data.glob("polylog-client-tests-*"))


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ThrowAwaySite]:
    """One site for all of these tests; it leaves nothing behind."""
    site = ThrowAwaySite(tmp_path_factory.mktemp("clients"))
    try:
        site.start()
        yield site
    finally:
        site.stop()
    assert site.folders() == []


@pytest.fixture(scope="session")
def join(site: ThrowAwaySite) -> Callable[[str], Mastodon]:
    """``join("ada")``: somebody who signed up in Mastodon.py and is in."""
    key, secret = Mastodon.create_app(
        "Mastodon.py", scopes=SCOPES, api_base_url=site.url, website="https://example.org"
    )

    def sign_up(name: str) -> Mastodon:
        client = Mastodon(key, secret, api_base_url=site.url)
        client.create_account(name, PASSWORD, f"{name}@example.org", agreement=True, scopes=SCOPES)
        return client

    return sign_up


@pytest.fixture(scope="session")
def ada(join: Callable[[str], Mastodon]) -> Mastodon:
    """The author."""
    return join("ada")


@pytest.fixture(scope="session")
def ben(join: Callable[[str], Mastodon], ada: Mastodon) -> Mastodon:
    """Who follows ada."""
    ben = join("ben")
    assert ben.account_follow(ada.me()).following is True
    return ben
