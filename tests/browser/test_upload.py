"""Files on their way: over connections that break, pages that are loaded again, servers that are started again."""

from __future__ import annotations

import hashlib
import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from core.leftovers import walk
from tests import make
from tests.browser.conftest import sign_in
from tests.browser.server import Cable, Site, running_site

FILM = 120_000_000  # bytes: more than one request, in two parts side by side
SLOW = {"offline": False, "latency": 5, "downloadThroughput": -1, "uploadThroughput": 30_000_000}
ARRIVES_WITHIN = 90_000  # ms


@pytest.fixture(scope="session")
def large_film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film that plays, with much behind its end that no player looks at."""
    path = tmp_path_factory.mktemp("films") / "holiday.mp4"
    head = make.video_bytes()
    rest = FILM - len(head)
    path.write_bytes(head + rest.to_bytes(4, "big") + b"free" + bytes(range(256)) * (rest // 256) + bytes(rest % 256))
    with path.open("r+b") as file:
        file.truncate(FILM)
    return path


@pytest.fixture
def own_site(tmp_path: Path) -> Iterator[Site]:
    """A site that may be started again without a harm to other tests."""
    with running_site(tmp_path / "data") as site:
        site.manage("shell", "-v", "0", script='from tests import make; make.owner("ada", display_name="Ada")')
        yield site


def slow_down(page: Page) -> None:
    """Give the page a line on which a film takes some seconds."""
    page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", SLOW)


def choose(page: Page, *paths: Path) -> Locator:
    """Choose files and return the row of the first, once the scripts that take them are here."""
    page.wait_for_load_state("networkidle")
    page.set_input_files("#composer input[type=file]", list(paths))
    return page.locator("#composer .item").first


def percent(page: Page) -> int:
    """How far the first file is."""
    return int(page.locator("#composer .item progress").first.get_attribute("value") or 0)


def wait_for_percent(page: Page, least: int) -> None:
    """Wait until so much is here."""
    page.wait_for_function(
        "least => document.querySelector('#composer .item progress')?.value >= least", arg=least, timeout=ARRIVES_WITHIN
    )


def arrived(page: Page, site: Site, path: Path) -> bool:
    """Whether the file that stands in the composer is byte for byte the one that was chosen.

    What came is gone as soon as it was prepared, which may be at once, so a second name is given to it before.
    """
    item, kept = page.locator("#composer .item[data-attachment]"), dict[Path, Path]()
    for _ in range(ARRIVES_WITHIN // 5):
        for file in [path for path, _stat in walk(site.data / "uploads") if path.name == "raw.mp4"]:
            with suppress(FileNotFoundError, FileExistsError):
                os.link(file, twin := site.data / f"{file.parent.name}.kept")
                kept[file] = twin
        if item.count() and kept:
            break
    digests = {hashlib.sha256(twin.read_bytes()).digest() for twin in kept.values()}
    return item.count() == 1 and digests == {hashlib.sha256(path.read_bytes()).digest()}


def test_a_film_arrives_whole_over_a_cable_that_is_pulled_ten_times(own_site: Site, chromium, large_film: Path) -> None:
    cable = Cable(own_site.port)
    window = chromium.new_context(locale="en-GB")
    page = window.new_page()
    sign_in(page, f"http://localhost:{cable.port}", "ada")
    page.goto(f"http://localhost:{cable.port}/compose")
    slow_down(page)
    choose(page, large_film)
    for time_no in range(1, 11):
        wait_for_percent(page, 8 * time_no)
        cable.pull()
        page.wait_for_timeout(200)
        cable.plug()
    assert arrived(page, own_site, large_film)
    window.close()
    cable.close()


def test_a_film_goes_on_when_the_server_was_killed_and_started_again(
    own_site: Site, chromium, large_film: Path
) -> None:
    window = chromium.new_context(locale="en-GB")
    page = window.new_page()
    sign_in(page, own_site.url, "ada")
    page.goto(f"{own_site.url}/compose")
    slow_down(page)
    choose(page, large_film)
    wait_for_percent(page, 30)
    own_site.kill()
    page.wait_for_timeout(500)
    parts = walk(own_site.data / "uploads" / "parts")
    before = sum(stat.st_size for path, stat in parts if path.name == "data")
    own_site.start()
    assert before > FILM * 0.2
    assert arrived(page, own_site, large_film)
    window.close()


def test_a_film_goes_on_after_the_page_was_loaded_again(
    open_as: Callable[..., Page], site: Site, large_film: Path
) -> None:
    page = open_as("ada", "/compose")
    slow_down(page)
    row = choose(page, large_film)
    row.get_by_label("Description").fill("The sea")
    wait_for_percent(page, 40)
    page.wait_for_function("() => Object.values(localStorage).some((kept) => kept.includes('The sea'))")
    page.reload()
    expect(page.get_by_text("Choose the file again and it goes on from there.")).to_be_visible()
    slow_down(page)
    choose(page, large_film)
    wait_for_percent(page, 35)
    assert percent(page) < 100
    assert arrived(page, site, large_film)
    expect(page.get_by_label("Description of holiday.mp4")).to_have_value("The sea")


def test_a_break_and_going_on(open_as: Callable[..., Page], site: Site, large_film: Path) -> None:
    page = open_as("ben", "/compose")
    slow_down(page)
    row = choose(page, large_film)
    wait_for_percent(page, 10)
    expect(row.get_by_text("MB/s")).to_be_visible()
    row.get_by_role("button", name="Pause: holiday.mp4").click()
    expect(row.get_by_text("Paused at")).to_be_visible()
    stood = percent(page)
    page.wait_for_timeout(600)
    assert percent(page) == stood
    row.get_by_role("button", name="Go on: holiday.mp4").click()
    assert arrived(page, site, large_film)


def test_a_file_taken_out_leaves_nothing(open_as: Callable[..., Page], site: Site, large_film: Path) -> None:
    page = open_as("dora", "/compose")
    slow_down(page)
    row = choose(page, large_film)
    wait_for_percent(page, 20)
    row.get_by_role("button", name="Remove: holiday.mp4").click()
    expect(page.locator("#composer .item")).to_have_count(0)
    page.goto(f"{site.url}/settings/storage")
    expect(page.get_by_text("On their way")).to_have_count(0)


def test_more_than_ones_share_is_refused_before_it_is_sent(
    open_as: Callable[..., Page], site: Site, large_film: Path
) -> None:
    site.manage(
        "shell", "-v", "0",
        script="from media.models import Quota; from accounts.models import User; "
        'Quota.objects.update_or_create(owner=User.objects.get(username="dora"), defaults={"megabytes": 100})',
    )  # fmt: skip
    page = open_as("dora", "/compose")
    began = time.monotonic()
    row = choose(page, large_film)
    expect(row.get_by_role("alert")).to_contain_text("Delete posts with large files, or ask the moderators")
    assert time.monotonic() - began < 15
    page.goto(f"{site.url}/settings/storage")
    expect(page.locator("main")).to_contain_text(re.compile("of 100.0.MB"))


def test_what_matters_is_chosen_by_a_tap_or_by_keys(open_as: Callable[..., Page], site: Site, tmp_path: Path) -> None:
    path = tmp_path / "square.png"
    path.write_bytes(make.image_bytes(size=(400, 400)))
    page = open_as("ada", "/compose")
    page.evaluate("localStorage.clear()")
    page.goto(f"{site.url}/compose")
    choose(page, path)
    page.get_by_text("What matters in it").click(timeout=60_000)
    picture = page.locator(".aim-at img")
    picture.click(position={"x": 40, "y": 40})
    left, top = page.get_by_label("Left to right"), page.get_by_label("Bottom to top")
    assert (float(left.input_value()), float(top.input_value())) == pytest.approx((-0.8, 0.8), abs=0.11)
    top.focus()
    for _again in range(4):
        page.keyboard.press("ArrowUp")
    assert float(top.input_value()) == pytest.approx(1.0, abs=0.11)
    page.get_by_label("Your text").fill("A square")
    page.locator("#composer .addbar .primary").click()
    page.wait_for_url("**/posts/*")
    assert "fx-" in (page.locator("article.post .media img").get_attribute("class") or "")


def test_files_come_by_the_form_without_javascript(open_as: Callable[..., Page], site: Site, tmp_path: Path) -> None:
    path = tmp_path / "plain.png"
    path.write_bytes(make.image_bytes())
    open_as("ben")
    page = open_as("ben", "/compose", java_script_enabled=False)
    page.set_input_files("#files", path)
    page.get_by_role("button", name="Add and describe them").click()
    expect(page.get_by_label("Description of plain.png")).to_be_visible()
