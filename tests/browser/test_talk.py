"""Two people in one thread: what one does, the other sees, and nothing moves under anybody's eyes."""

from __future__ import annotations

import time
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, write_post
from tests.browser.server import Cable, Site

AT_ONCE = 500  # ms from one person's click to the other's screen


def comment(page: Page, text: str) -> None:
    """Write a comment in the box below."""
    page.get_by_label("Your comment").fill(text)
    page.get_by_role("button", name="Send").click()


def until_live(*pages: Page) -> None:
    """Wait until each page says that it is live."""
    for page in pages:
        expect(page.locator("[data-live-dot]")).to_have_text("Live")


def choose(page: Page, words: str) -> None:
    """Open the menu of the first comment and choose something."""
    page.locator("#thread .comment summary").first.click()
    page.locator("#thread .comment .menu").get_by_text(words, exact=True).first.click()


def test_comment_edit_like_and_deletion_arrive_at_once(open_as: Callable[..., Page], site: Site) -> None:
    ada = open_as("ada")
    address = write_post(ada, site.url, "Lift-off is tonight")
    ben = open_as("ben", address.removeprefix(site.url))
    until_live(ada, ben)

    comment(ben, "I bring the blankets")
    expect(ada.locator("#thread .prose", has_text="I bring the blankets")).to_be_visible(timeout=AT_ONCE * 2)

    ada.locator("#thread [data-react=like]").click()
    expect(ben.locator("#thread [data-count=likes]")).to_have_text("1", timeout=AT_ONCE * 2)

    choose(ben, "Edit")
    ben.locator("#thread textarea").fill("I bring the blankets and tea")
    ben.locator("#thread").get_by_role("button", name="Save").click()
    expect(ada.locator("#thread .prose", has_text="and tea")).to_be_visible(timeout=AT_ONCE * 4)

    choose(ben, "Delete")
    expect(ada.locator("#thread .prose", has_text="blankets")).to_have_count(0, timeout=AT_ONCE * 4)


def test_a_comment_is_on_the_other_screen_within_half_a_second(open_as: Callable[..., Page], site: Site) -> None:
    ada = open_as("ada")
    address = write_post(ada, site.url, "How quick is this")
    ben = open_as("ben", address.removeprefix(site.url), viewport=PHONE)
    until_live(ada, ben)
    took = []
    for n in range(5):
        ada.get_by_label("Your comment").fill(f"Number {n}")
        begun = time.monotonic()
        ada.get_by_role("button", name="Send").click()
        expect(ben.locator("[data-talk]")).to_have_text(f"{n + 1} comment{'s' if n else ''}")
        took.append(time.monotonic() - begun)
    assert sorted(took)[2] * 1000 < AT_ONCE


def test_nothing_moves_while_somebody_reads_or_types(open_as: Callable[..., Page], site: Site) -> None:
    ada = open_as("ada")
    address = write_post(ada, site.url, "A long talk")
    pk = address.rsplit("/", 1)[1]
    script = (
        "from tests import make\nfrom accounts.models import User\nfrom posts.models import Post\n"
        f"post = Post.objects.get(pk={pk})\nben = User.objects.get(username='ben')\n"
        "for n in range(30): make.comment(ben, post, f'Line {n}')\n"
    )
    site.manage("shell", "-v", "0", script=script)
    ada.reload()
    ben = open_as("ben", address.removeprefix(site.url))
    until_live(ada, ben)
    ada.locator("#thread .comment").nth(4).evaluate("(line) => line.scrollIntoView({block: 'center'})")
    ada.get_by_label("Your comment").press_sequentially("I am just wri")
    top = ada.locator("#thread .comment").nth(4).bounding_box()
    comment(ben, "Somebody interrupts")
    expect(ada.locator(".pill:visible")).to_contain_text("1 new comment")
    assert ada.locator("#thread .comment").nth(4).bounding_box() == top
    expect(ada.get_by_label("Your comment")).to_have_value("I am just wri")
    expect(ada.get_by_label("Your comment")).to_be_focused()
    ada.locator(".pill:visible").click()
    expect(ada.locator("#thread .prose", has_text="Somebody interrupts")).to_be_in_viewport()


def test_after_half_a_minute_without_a_net_everything_missed_is_there_once(
    open_as: Callable[..., Page], site: Site
) -> None:
    cable = Cable(site.port)
    ada = open_as("ada")
    address = write_post(ada, site.url, "Into the tunnel").removeprefix(site.url)
    ben = open_as("ben", address, url=f"http://localhost:{cable.port}")
    until_live(ada, ben)
    comment(ada, "before the tunnel")
    expect(ben.locator("#thread .prose", has_text="before the tunnel")).to_have_count(1)
    cable.pull()
    for n in range(3):
        comment(ada, f"inside the tunnel {n}")
        expect(ada.locator("#thread .prose", has_text=f"inside the tunnel {n}")).to_have_count(1)
    expect(ben.locator("[data-live-dot]")).not_to_have_text("Live", timeout=30_000)
    ben.wait_for_timeout(30_000)  # the time in the tunnel is what is tested
    cable.plug()
    expect(ben.locator("[data-live-dot]")).to_have_text("Live", timeout=45_000)
    if ben.locator(".pill:visible").count():
        ben.locator(".pill:visible").click()
    for n in range(3):
        expect(ben.locator("#thread .prose", has_text=f"inside the tunnel {n}")).to_have_count(1)
    cable.close()


def test_home_says_that_there_are_new_posts_and_the_bell_counts(open_as: Callable[..., Page], site: Site) -> None:
    ben = open_as("ben", "/notifications")
    ben.goto(site.url)  # what was in the bell is read now
    ada = open_as("ada")
    write_post(ada, site.url, "News for @ben, of course")
    pill = ben.locator(".pill:visible")
    expect(pill).to_contain_text("1 new post")
    expect(ben.locator("[data-waits=bell]:visible").first).to_contain_text("1")
    pill.click()
    expect(ben.locator(".feed article").first).to_contain_text("News for @ben")
