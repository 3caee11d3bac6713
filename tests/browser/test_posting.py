"""Posts with real files, seen and heard in a browser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pillow_heif
import pytest
from django.conf import settings
from PIL import Image, ImageOps
from playwright.sync_api import Page, Route, expect

from tests import make
from tests.browser.conftest import PHONE
from tests.browser.server import Site

pillow_heif.register_heif_opener()
SAMPLES = Path(settings.BASE_DIR).parent / "shared" / "samples"
PICTURES = ["astronaut-rotated-gps.jpg", "hubble.jpg", "hubble-31mp-gps.jpg", "coffee.png", "coffee.webp", "cat.heic",
            "cat-spinning.gif", "cat-spinning.webp", "rocket.avif"]  # fmt: skip
RECORDINGS = ["bunny-h264-aac.mp4", "bunny-vp9-opus.webm", "bikes-hevc.mov", "bikes-mpeg4.avi", "speech-de.mp3",
              "speech-de.m4a", "speech-en.wav", "speech-en.ogg", "speech-en.flac"]  # fmt: skip
needs_samples = pytest.mark.skipif(not SAMPLES.exists(), reason="the sample files are not here")
MADE_WITHIN = 120_000  # ms; the slowest is a film that is converted

# The mean grey of the four quarters, row by row: they tell which way is up.
QUARTERS = """(image) => {
    let part = image;
    for (let size = 256; size >= 2; size /= 2) {
        const smaller = new OffscreenCanvas(size, size), pen = smaller.getContext("2d");
        pen.imageSmoothingQuality = "high";
        pen.drawImage(part, 0, 0, size, size);
        part = smaller;
    }
    const { data } = part.getContext("2d").getImageData(0, 0, 2, 2);
    return [0, 4, 8, 12].map((at) => data[at] * 0.299 + data[at + 1] * 0.587 + data[at + 2] * 0.114);
}"""

PLAYS = """async (element) => {
    element.muted = true;
    await element.play();
    await new Promise((done, lost) => {
        element.addEventListener("timeupdate", () => element.currentTime > 0.2 && done());
        element.addEventListener("error", () => lost(element.error.message));
    });
    element.pause();
    return element.currentTime;
}"""


def quarters(path: Path) -> list[float]:
    """Return the mean grey of the four quarters of a picture as people should see it."""
    with Image.open(path) as image:
        upright = ImageOps.exif_transpose(image).convert("L")
    return [float(value) for value in upright.resize((2, 2), Image.Resampling.BOX).tobytes()]


def shape(path: Path) -> float:
    """Return width by height of a picture as people should see it."""
    with Image.open(path) as image:
        width, height = ImageOps.exif_transpose(image).size
    return width / height


def publish_files(page: Page, site: Site, names: list[str], text: str) -> None:
    """Send files ahead by the composer, publish, and wait until all of them are made."""
    page.goto(f"{site.url}/compose")
    page.get_by_label("Your text").fill(text)
    page.set_input_files("#composer input[type=file]", [SAMPLES / name for name in names])
    expect(page.locator("#composer .item[data-attachment]")).to_have_count(len(names), timeout=60_000)
    page.locator("#composer .addbar .primary").click()
    page.wait_for_url("**/posts/*")
    # The page itself is told when a file is ready: nobody reloads it.
    expect(page.get_by_text("Being prepared.")).to_have_count(0, timeout=MADE_WITHIN)
    expect(page.get_by_text("This file could not be read.")).to_have_count(0)


@needs_samples
def test_every_picture_is_shown_upright_and_whole(open_as: Callable[..., Page], site: Site) -> None:
    page = open_as("ada")
    publish_files(page, site, PICTURES, "Nine pictures, as phones make them")
    first = page.locator("article.post .media img").first
    first.evaluate("(image) => image.decode()")
    assert first.evaluate(QUARTERS) == pytest.approx(quarters(SAMPLES / PICTURES[0]), abs=12)
    first.click()
    for name in PICTURES:
        seen = page.locator("dialog.lightbox .seen")
        if seen.locator("video").count():
            assert seen.locator("video").evaluate(PLAYS) > 0.2  # what moved as a GIF is a short film now
            width, height = seen.locator("video").evaluate("(film) => [film.videoWidth, film.videoHeight]")
        else:
            seen.evaluate("(image) => image.decode()")
            width, height = seen.evaluate("(image) => [image.naturalWidth, image.naturalHeight]")
            assert seen.evaluate(QUARTERS) == pytest.approx(quarters(SAMPLES / name), abs=12), name
        assert width > 100
        assert width / height == pytest.approx(shape(SAMPLES / name), rel=0.02), name
        page.locator("dialog.lightbox .next").click()


@needs_samples
def test_every_recording_plays(open_as: Callable[..., Page], site: Site) -> None:
    page = open_as("ada", viewport=PHONE)
    publish_files(page, site, RECORDINGS, "Films and voices")
    for sound in page.locator("article.post audio").all():
        assert sound.evaluate(PLAYS) > 0.2
    films = page.locator("article.post a[data-media=video]")
    assert films.count() + page.locator("article.post audio").count() == len(RECORDINGS)
    films.first.click()
    for _ in range(films.count()):
        assert page.locator("dialog.lightbox .seen video").evaluate(PLAYS) > 0.2
        page.locator("dialog.lightbox .next").click()


@needs_samples
def test_what_is_no_picture_gets_a_sentence_and_the_text_stays(
    open_as: Callable[..., Page], site: Site, tmp_path: Path
) -> None:
    lie = tmp_path / "holiday.jpg"
    lie.write_text("<html><script>alert(1)</script></html>")
    page = open_as("ada", "/compose")
    page.get_by_label("Your text").fill("Look at this")
    page.set_input_files("#composer input[type=file]", lie)
    expect(page.get_by_text("We do not take this kind of file.")).to_be_visible()
    expect(page.get_by_label("Your text")).to_have_value("Look at this")


def test_a_draft_is_there_again_after_a_reload(open_as: Callable[..., Page], site: Site) -> None:
    page = open_as("ben", "/compose")
    page.get_by_label("Your text").fill("Half a thought about")
    page.wait_for_function("() => Object.values(localStorage).some((kept) => kept.includes('Half a thought'))")
    page.reload()
    expect(page.get_by_label("Your text")).to_have_value("Half a thought about")


def test_posting_liking_and_commenting_work_without_javascript(open_as: Callable[..., Page], site: Site) -> None:
    open_as("ben")
    page = open_as("ben", "/compose", java_script_enabled=False)
    page.get_by_label("Your text").fill("No script was needed")
    page.locator("#composer .addbar .primary").click()
    expect(page.locator("article.post .prose")).to_have_text("No script was needed")
    page.locator("article.post [data-react=like]").click()
    expect(page.locator("article.post [data-react=like]")).to_have_attribute("aria-pressed", "true")
    page.get_by_label("Your comment").fill("Nor here")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#thread .prose").last).to_have_text("Nor here")


def test_what_was_entered_before_the_script_came_is_taken(
    open_as: Callable[..., Page], site: Site, tmp_path: Path
) -> None:
    """On a slow line people write and choose files while scripts are still on their way."""
    page, sound = open_as("ben"), tmp_path / "early.mp3"
    sound.write_bytes(make.audio_bytes())
    late: list[Route] = []
    page.route("**/compose*.js*", lambda route: late.append(route))
    with page.expect_request("**/compose*.js*"):
        page.goto(f"{site.url}/compose", wait_until="commit")
    page.get_by_label("Your text").fill("Written early")
    page.set_input_files("#composer input[type=file]", sound)
    late[0].continue_()
    expect(page.locator("#composer .item[data-attachment]")).to_have_count(1)
    page.wait_for_function("() => Object.values(localStorage).some((kept) => kept.includes('Written early'))")
    expect(page.get_by_label("Your text")).to_have_value("Written early")


@needs_samples
def test_what_moves_among_pictures_is_seen(open_as: Callable[..., Page], site: Site) -> None:
    """It lies above the colour that stands in its place until it is here, and fills its tile as pictures do."""
    page = open_as("ada")
    publish_files(page, site, ["coffee.webp", "cat-spinning.gif"], "Coffee, and a cat that turns")
    loop = page.locator("article.post .media video[data-loop]")
    loop.scroll_into_view_if_needed()
    assert loop.evaluate(
        "(film) => { const { x, y, width, height } = film.getBoundingClientRect();"
        " return document.elementFromPoint(x + width / 2, y + height / 2) === film; }"
    )
    assert loop.evaluate("(film) => getComputedStyle(film).objectFit") == "cover"
