"""Films in a browser: played in several qualities, with keys, captions and a memory; loops that move by themselves."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.conftest import PHONE
from tests.browser.server import Site

ASKED = """
window.asked = [];
let small = null;
const answer = (said, film) => async () => { asked.push(said); small = film; };
Object.defineProperty(Document.prototype, "pictureInPictureEnabled", { get: () => true });
Object.defineProperty(Document.prototype, "pictureInPictureElement", { get: () => small });
HTMLVideoElement.prototype.requestPictureInPicture = function () { return answer("open", this)(); };
Document.prototype.exitPictureInPicture = answer("close", null);
"""
PARTS = re.compile(r"/v\d+(\.mp4)?(\?\d+)?$")
CONVERTED_WITHIN = 120_000  # ms
WAITED = 60_000  # ms until something has to be so
BRING = """
from django.core.files.base import ContentFile
from accounts.models import User
from media.services import receive_file
from media.video.captions import save_captions
from media.video.vtt import parse_captions
from posts.services.publish import publish_post
from tests.media import files
ada = User.objects.get(username="ada")
content = {
    "film": lambda: files.film(size=(640, 480), seconds=12),
    "long": lambda: files.film(sound="", seconds=70),
    "loop": lambda: files.moving("GIF", 12, (96, 64)),
}
file = receive_file(ada, ContentFile(content["WHAT"](), name="WHAT"))
if "WHAT" == "film":
    for language, said in (("en", "Good <i>morning</i>"), ("de", "Guten Morgen")):
        save_captions(ada, file, language, parse_captions(f"0:00 --> 0:11\\n{said}"))
print(publish_post(ada, text="See this", attachments=[file]).get_absolute_url())
"""


def brought(site: Site, what: str) -> str:
    """Publish a made-up film; returns the address of its post."""
    return site.manage("shell", "-v", "0", script=BRING.replace("WHAT", what)).split()[-1]


@pytest.fixture(scope="module")
def film(site: Site) -> str:
    """The address of a post with a film of twelve seconds that has captions."""
    return brought(site, "film")


@pytest.fixture
def player(film: str, open_as: Callable[..., Page]) -> Locator:
    """The player on the page of that post, with all qualities."""
    return opened(open_as("ben", film))


def opened(page: Page, qualities_there: int = 3) -> Locator:
    """Wait until the film has its qualities, and return its player."""
    box = page.locator("[data-film]").first
    until(page, lambda: box.count() and box.get_attribute("data-hls") and len(qualities(page, box)) == qualities_there)
    return box


def until(page: Page, done: Callable[[], object]) -> None:
    """Load the page anew until something is so."""
    for _ in range(CONVERTED_WITHIN // 1000):
        if done():
            return
        page.wait_for_timeout(1000)
        page.reload()
    raise AssertionError(page.content())


def qualities(page: Page, box: Locator) -> list[str]:
    """The playlists that the main one names."""
    address = page.evaluate("(path) => new URL(path, location).href", box.get_attribute("data-hls"))
    said = page.request.get(address).text()
    return [line for line in said.splitlines() if line.endswith(".m3u8")]


def state(box: Locator, name: str) -> object:
    """A property of the film."""
    return box.locator("video").evaluate("(film, name) => film[name]", name)


def wait_for(box: Locator, condition: str) -> None:
    """Wait until something is true of ``film``."""
    box.locator("video").evaluate(
        f"""(film) => new Promise((done, lost) => {{
            const end = performance.now() + {WAITED};
            const look = () => ({condition}) ? done()
                : film.error || performance.now() > end ? lost(film.error?.message ?? JSON.stringify({{
                    at: film.currentTime, paused: film.paused, ready: film.readyState,
                    around: film.parentElement.className,
                }}))
                : setTimeout(look, 50);
            look();
        }})"""
    )


def play(box: Locator) -> None:
    """Begin as people do, once the player is more than a picture."""
    box.page.wait_for_load_state("networkidle")
    box.locator(".playdisc").click()
    wait_for(box, "film.currentTime > 0.3")


def test_a_film_plays_by_its_playlist_and_changes_its_quality(player: Locator) -> None:
    play(player)
    assert str(state(player, "src")).startswith("blob:")  # fed by a script, under a policy without unsafe-*
    player.hover()
    player.get_by_role("button", name="Quality and speed").click()
    expect(player.get_by_role("group", name="Quality").get_by_role("button")).to_have_text(
        [re.compile("Automatic"), "480p", "360p", "240p"]
    )
    for lines in (480, 240):
        player.get_by_role("button", name=f"{lines}p", exact=True).click()
        wait_for(player, f"film.videoHeight === {lines}")
    assert state(player, "paused") is False
    assert abs(float(str(state(player, "duration"))) - 12) < 0.3


def test_all_keys(player: Locator) -> None:
    play(player)
    press = player.page.keyboard.press
    press("k")
    wait_for(player, "film.paused")
    press("0")
    wait_for(player, "film.currentTime === 0")
    press("l")
    wait_for(player, "film.currentTime === 10")
    press("ArrowLeft")
    wait_for(player, "film.currentTime === 5")
    press("j")
    wait_for(player, "film.currentTime === 0")
    press(">")
    press(">")
    press("<")
    press("m")
    press("ArrowDown")
    assert [state(player, name) for name in ("playbackRate", "muted")] == [1.25, False]
    assert abs(float(str(state(player, "volume"))) - 0.9) < 0.01
    press("f")
    expect(player).to_have_class(re.compile(r"\bfull\b"))
    press("f")
    press("c")
    expect(player.locator(".film-says")).to_be_empty()
    press("c")
    expect(player.locator(".film-says")).to_have_text("Good morning")


def test_the_captions_that_were_chosen_are_remembered(player: Locator) -> None:
    play(player)
    expect(player.locator(".film-says")).to_have_text("Good morning")
    assert player.locator(".film-says i").inner_text() == "morning"
    player.hover()
    player.get_by_role("button", name="Captions").click()
    player.get_by_role("button", name="Deutsch").click()
    expect(player.locator(".film-says")).to_have_text("Guten Morgen")
    player.page.reload()
    play(player)
    expect(player.locator(".film-says")).to_have_text("Guten Morgen")


def test_small_pictures_over_the_seek_bar(player: Locator) -> None:
    play(player)
    place = player.locator(".track").bounding_box()
    assert place is not None
    player.page.mouse.move(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
    shot = player.locator(".film-peek .shot")
    expect(shot).to_be_visible()
    assert "/sheet" in shot.evaluate("(shot) => shot.style.backgroundImage")
    expect(player.locator(".film-peek .num")).to_have_text("0:06")


def test_a_long_film_goes_on_where_it_was_left(player: Locator) -> None:
    key = player.get_attribute("data-film")
    player.page.evaluate("(all) => localStorage.setItem('films', all)", json.dumps({key: 7}))
    player.page.reload()
    play(player)
    assert float(str(state(player, "currentTime"))) >= 7


def test_where_a_film_of_more_than_a_minute_was_left_is_kept_until_its_end(
    site: Site, open_as: Callable[..., Page]
) -> None:
    page = open_as("ben", brought(site, "long"))
    box = page.locator("[data-film]").first
    until(page, lambda: box.count() and box.get_attribute("data-hls"))
    kept = "() => JSON.parse(localStorage.getItem('films') ?? '{}')"
    play(box)
    page.keyboard.press("3")
    wait_for(box, "film.currentTime > 21.1")
    page.keyboard.press("k")
    wait_for(box, "film.paused")
    left = float(str(state(box, "currentTime")))
    assert page.evaluate(kept) == {box.get_attribute("data-film"): pytest.approx(left, abs=0.51)}
    page.reload()
    play(box)
    assert left - 1 < float(str(state(box, "currentTime"))) < left + 20
    page.keyboard.press("End")
    wait_for(box, "film.ended")
    assert page.evaluate(kept) == {}


def test_a_small_window_is_asked_for_by_the_button_and_by_the_key(film: str, open_as: Callable[..., Page]) -> None:
    """A browser without a screen shows no such window: what is asked of it is all that can be seen here."""
    page = open_as("ben")
    page.add_init_script(ASKED)
    page.goto(page.url.rstrip("/") + film)
    box = opened(page)
    play(box)
    box.hover()
    box.get_by_role("button", name="Small window").click()
    assert page.evaluate("asked") == ["open"]
    page.keyboard.press("i")
    assert page.evaluate("asked") == ["open", "close"]
    page.keyboard.press("i")
    assert page.evaluate("asked") == ["open", "close", "open"]


def test_a_film_whose_parts_are_refused_goes_on_as_the_plain_file(player: Locator) -> None:
    asked: list[str] = []

    def refuse(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(status=503)

    player.page.route(PARTS, refuse)
    play(player)
    assert str(state(player, "src")).endswith(("/film", "/draft"))  # the latter on a page older than the film
    assert 1 <= len(asked) <= 10  # head and segment: three tries of one quality, one of each other; that takes a second


def test_a_film_goes_on_after_a_tunnel_without_starting_anew(player: Locator) -> None:
    asked: list[str] = []

    def lose(route: Route) -> None:
        asked.append(route.request.url)
        route.abort() if len(asked) < 8 else route.continue_()

    player.page.route(PARTS, lose)
    play(player)
    assert str(state(player, "src")).startswith("blob:")
    assert len(asked) >= 8


def damage(page: Page, is_damaged: Callable[[int], bool]) -> list[str]:
    """Cut off the parts whose number (from 1) is one of those; returns all that were asked for, as it grows."""
    asked: list[str] = []

    def cut(route: Route) -> None:
        if "?" not in route.request.url:  # the head of the file, not a part
            return route.continue_()
        asked.append(route.request.url)
        if not is_damaged(len(asked)):
            return route.continue_()
        answer = route.fetch()
        return route.fulfill(status=206, headers={"content-type": "video/mp4"}, body=answer.body()[:2875])

    page.route(PARTS, cut)
    return asked


@pytest.mark.parametrize("slower", [1, 12])
def test_a_film_goes_on_after_parts_that_came_damaged(player: Locator, slower: int) -> None:
    asked = damage(player.page, lambda number: number <= 3)
    player.page.context.new_cdp_session(player.page).send("Emulation.setCPUThrottlingRate", {"rate": slower})
    play(player)
    assert len(asked) >= 4
    assert str(state(player, "src")).startswith("blob:")


def test_a_film_goes_on_where_it_was_when_a_later_part_came_damaged(player: Locator) -> None:
    asked = damage(player.page, lambda number: number == 2)
    play(player)
    wait_for(player, "film.currentTime > 5")
    assert len(asked) >= 3


def test_a_film_whose_parts_all_come_damaged_goes_on_as_the_plain_file(player: Locator) -> None:
    asked = damage(player.page, lambda _number: True)
    play(player)
    assert str(state(player, "src")).endswith(("/film", "/original"))
    assert len(asked) <= 20


def test_without_script_the_browser_s_own_controls_play_the_plain_file(film: str, open_as: Callable[..., Page]) -> None:
    page = open_as(None, film, java_script_enabled=False)
    shown = page.locator(".film video")
    assert shown.get_attribute("controls") is not None
    address = shown.get_attribute("src") or ""
    assert address.endswith(("/film", "/original"))
    answer = page.request.get(page.url.split("/posts")[0] + address, headers={"Range": "bytes=0-99"})
    assert (answer.status, answer.headers["content-type"], len(answer.body())) == (206, "video/mp4", 100)


def test_a_loop_moves_by_itself_without_a_button_to_start_it(site: Site, open_as: Callable[..., Page]) -> None:
    address = brought(site, "loop")
    page = open_as("ben", address)
    loop = page.locator("video[data-loop]")
    until(page, lambda: loop.count())
    wait = "(film) => new Promise((done) => film.addEventListener('timeupdate', done, { once: true }))"
    loop.evaluate(wait)
    assert loop.evaluate("(film) => [film.paused, film.muted, film.loop, film.controls]") == [False, True, True, False]
    page.get_by_role("button", name="Pause").click()
    assert loop.evaluate("(film) => film.paused") is True
    calm = open_as("ben", address, reduced_motion="reduce").locator("video[data-loop]")
    expect(calm.locator("xpath=following-sibling::button")).to_have_attribute("aria-label", "Play")
    assert calm.evaluate("(film) => film.paused") is True


def test_captions_are_written_line_by_line(film: str, player: Locator, open_as: Callable[..., Page]) -> None:
    key = player.get_attribute("data-film")
    page = open_as("ada", f"/media/{key}/captions?language=en", viewport=PHONE)
    page.get_by_label("Words").first.click()
    page.keyboard.press("Control+Enter")
    row = page.locator(".cue:focus-within")  # the new one
    row.get_by_label("Words", exact=True).fill("And <b>hello</b> & welcome")
    row.get_by_label("Until", exact=True).fill("0:02")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Save captions").click()
    expect(page.locator(".note-line")).to_have_text("Saved.")
    said = page.request.get(f"{page.url.split('/media')[0]}/media/{key}/captions/en.vtt").text()
    assert "00:00:00.000 --> 00:00:02.000\nAnd <b>hello</b> &amp; welcome\n" in said
    assert "Good <i>morning</i>" in said


def test_a_text_that_is_no_captions_is_refused_and_stays(player: Locator, open_as: Callable[..., Page]) -> None:
    key = player.get_attribute("data-film")
    page = open_as("ada", f"/media/{key}/captions?language=nl")
    page.get_by_role("button", name="As text").click()
    text = page.get_by_label("What is said, and when")
    text.fill("Goedemorgen, allemaal")
    for button in ("As lines", "As lines"):  # it cannot be, so nothing happens
        page.get_by_role("button", name=button).click()
        expect(text).to_have_value("Goedemorgen, allemaal")
