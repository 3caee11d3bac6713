"""A film that is still being made, in a browser: its beginning plays, waits for more, and goes on when it is there."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.server import Site
from tests.browser.test_player import opened, play, state, wait_for

BRING = """
from django.core.files.base import ContentFile
from accounts.models import User
from media.services import receive_file
from posts.services.publish import publish_post
from tests.media import files
ada = User.objects.get(username="ada")
file = receive_file(ada, ContentFile(files.film(size=(320, 240), seconds=16), name="film"))
print(publish_post(ada, text="It grows", attachments=[file]).get_absolute_url())
"""
# What the worker shows after two segments, made of the finished quality; then what it shows in the end.
BACK = """
import json
from media import store
from media.models import Attachment
from media.variants import keep_variants
from media.video.opening import Opening
film = Attachment.objects.get(key="KEY")
whole = dict(film.variants)
with store.work_folder() as folder, store.work_folder() as aside, store.fetched(whole["v240"]["file"]) as quality:
    content = quality.read()
    (folder / "v240.mp4").write_bytes(content[: len(content) * 9 // 10])
    begun = keep_variants(film, Opening(Attachment(variants={}), folder, aside).grown(), aside)
has = {"poster"} if STATE == "waiting" else {"poster", "original"}
film.variants = {name: one for name, one in whole.items() if name in has or name.startswith("frame")} | begun
film.state = STATE
film.save()
print(json.dumps(whole))
"""
ON = """
import json
from media.models import Attachment, State
from media.signals import attachment_processed
film = Attachment.objects.get(key="KEY")
film.variants, film.state = json.loads(WHOLE), State.READY
film.save()
attachment_processed.send_robust(sender=Attachment, about=film)
"""
AHEAD = "film.currentTime > 9"
Show = Callable[[str], tuple[Locator, Callable[[], None]]]


@pytest.fixture(scope="module")
def address(site: Site) -> str:
    """The address of a post with a film of 16 s."""
    return site.manage("shell", "-v", "0", script=BRING).split()[-1]


@pytest.fixture
def film(site: Site, address: str, open_as: Callable[..., Page]) -> Iterator[Show]:
    """Shows that film as it is after 8 s of it, in a state; and lets it become whole."""
    again: list[Callable[[], None]] = []

    def show(as_state: str) -> tuple[Locator, Callable[[], None]]:
        box = opened(open_as("ben", address), 1)
        key = str(box.get_attribute("data-film"))
        script = BACK.replace("KEY", key).replace("STATE", repr(as_state))
        whole = site.manage("shell", "-v", "0", script=script).strip().splitlines()[-1]
        box.page.reload()

        def finish() -> None:
            site.manage("shell", "-v", "0", script=ON.replace("KEY", key).replace("WHOLE", repr(whole)))

        again.append(finish)
        return box, finish

    yield show
    again[0]()


def test_the_beginning_of_a_film_plays_and_the_rest_when_it_is_there(film: Show) -> None:
    box, finish = film("waiting")
    expect(box.page.get_by_text("Still being prepared.")).to_be_visible()
    play(box)
    assert float(str(state(box, "currentTime"))) < 4  # not where a live film would begin
    expect(box.locator(".time")).to_have_text("0:00 / 0:16")
    box.locator("video").evaluate("(film) => { film.currentTime = 7; }")
    wait_for(box, "film.currentTime >= 7.5 && film.readyState < 3")
    finish()
    wait_for(box, AHEAD)  # the same player, without a press of a button
    assert state(box, "paused") is False


def test_a_film_that_plays_as_it_was_brought_does_so_until_there_is_a_whole_quality(film: Show) -> None:
    box, _finish = film("ready")
    play(box)
    assert str(state(box, "src")).endswith("/original")
    box.locator("video").evaluate("(film) => { film.currentTime = 12; }")
    wait_for(box, "film.currentTime > 12.2")


def test_on_a_thin_line_its_small_beginning_plays(film: Show) -> None:
    box, _finish = film("ready")
    thin = "Object.defineProperty(navigator, 'connection', { value: { saveData: true, downlink: 0.4 } })"
    box.page.add_init_script(thin)
    box.page.reload()
    play(box)
    assert str(state(box, "src")).startswith("blob:")
    assert state(box, "videoHeight") == 240
