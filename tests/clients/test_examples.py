"""The programs in docs/api.md, as they stand there."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import requests
from mastodon import Mastodon

from tests.clients.conftest import ThrowAwaySite

WAIT = 20  # seconds
HERE = Path(__file__).parents[2]
CLIENT, BOT = re.findall(r"```python\n(import.*?)```", (HERE / "docs/api.md").read_text(), re.DOTALL)


def run(program: str, site: ThrowAwaySite, person: Mastodon) -> None:
    """Run a program of the page on this site, for that person."""
    named = program.replace("https://example.org", site.url).replace('"…"', repr(person.access_token))
    assert named.count(site.url) == named.count(str(person.access_token)) == 1
    exec(compile(named, "docs/api.md", "exec"), {})


def until_cut_off(program: str, site: ThrowAwaySite, person: Mastodon) -> None:
    """The same for one that goes on until its stream ends."""
    with suppress(requests.exceptions.ChunkedEncodingError):
        run(program, site, person)


def test_the_client_prints_a_home_timeline(site: ThrowAwaySite, ada: Mastodon, ben: Mastodon, capsys: Any) -> None:
    post = ada.status_post("For the printer")
    run(CLIENT, site, ben)
    assert re.search(rf"^ada \S+ {re.escape(post.url)}$", capsys.readouterr().out, re.MULTILINE)


def test_the_bot_thanks_for_a_mention(
    site: ThrowAwaySite, join: Callable[[str], Mastodon], ben: Mastodon, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[requests.Response] = []
    is_open, has_answered = threading.Event(), threading.Event()
    get, post = requests.get, requests.post

    def noted_get(*args: Any, **how: Any) -> requests.Response:
        opened.append(get(*args, **how))
        is_open.set()
        return opened[0]

    def noted_post(*args: Any, **how: Any) -> requests.Response:
        answer = post(*args, **how)
        has_answered.set()
        return answer

    monkeypatch.setattr(requests, "get", noted_get)
    monkeypatch.setattr(requests, "post", noted_post)
    bot = join("greeter")
    running = threading.Thread(target=until_cut_off, args=(BOT, site, bot), daemon=True)
    running.start()
    assert is_open.wait(WAIT)
    said = ben.status_post("Hello @greeter")
    assert has_answered.wait(WAIT)
    (answer,) = ben.status_context(said).descendants
    assert (answer.account.acct, "Thank you, " in answer.content) == ("greeter", True)
    bot.revoke_access_token(allow_http=True)  # with which its stream ends
    running.join(WAIT)
    assert not running.is_alive()
