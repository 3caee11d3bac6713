"""toot, a client for the command line, as a process of its own: it signs in, posts, reads and finds."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from mastodon import Mastodon

from tests import make
from tests.clients.conftest import PASSWORD, ThrowAwaySite

Toot = Callable[..., str]


@pytest.fixture(scope="module")
def toot(site: ThrowAwaySite, tmp_path_factory: pytest.TempPathFactory, ada: Mastodon) -> Toot:
    """Run toot with a home of its own, signed in as ada, and return what it prints."""
    home = tmp_path_factory.mktemp("home")
    program = [sys.executable, "-m", "toot", "--no-color"]
    surroundings = site.env | {"HOME": str(home), "XDG_CONFIG_HOME": str(home), "TOOT_CONFIG_DIR": str(home)}

    def run(*words: str) -> str:
        done = subprocess.run(
            [*program, *words], cwd=home, env=surroundings, capture_output=True, text=True, timeout=60
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    said = run("login_cli", "-i", site.url, "-e", "ada@example.org", "-p", PASSWORD)
    assert "Successfully logged in" in said
    return run


def test_it_posts_with_a_picture_reads_and_answers(toot: Toot, tmp_path: Path, ada: Mastodon) -> None:
    assert "@ada" in toot("whoami")
    picture = tmp_path / "slope.png"
    picture.write_bytes(make.image_bytes())
    post = json.loads(toot("post", "From the #commandline", "-m", str(picture), "-d", "A slope", "--json"))
    assert [one["description"] for one in post["media_attachments"]] == ["A slope"]
    toot("post", "And more", "-r", post["id"])
    thread = toot("thread", post["id"])
    assert "From the #commandline" in thread and "And more" in thread
    assert "From the #commandline" in toot("timelines", "home", "--no-pager")


def test_it_likes_shares_and_finds(toot: Toot, ben: Mastodon) -> None:
    post = ben.status_post("Ben's word")
    assert "favourited" in toot("favourite", str(post.id))
    assert "reblogged" in toot("reblog", str(post.id))
    seen = ben.status(post)
    assert (seen.favourites_count, seen.reblogs_count) == (1, 1)
    assert "@ben" in toot("search", "ben")
